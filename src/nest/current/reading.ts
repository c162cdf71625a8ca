import type { ExecutionContext } from '@nestjs/common';
import type { EntityTag } from '../../http/entity-tag.js';
import type { CurrentSource, GuardedRoute, Route, WriteRule } from '../routes/route.js';

/** Replaces how the current entity is read, in a guard that extends `IfMatchGuard`. */
export type ReadEntity = (read: () => Promise<unknown>) => unknown;

/** A request to a guarded route. */
export interface GuardedRequest extends ReadRequest {
  readonly route: GuardedRoute;
  readonly readEntity: ReadEntity;
}

/** A request that something is read for. */
export interface ReadRequest {
  readonly context: ExecutionContext;
  readonly route: Route;
  readonly readEntity?: ReadEntity;
}

/** What is read. */
export interface Reading {
  readonly source: CurrentSource;
  readonly versionOf?: WriteRule['versionOf'];
  /** The values of the path's parameters, where they are not those of the request. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** What stands in for the handler's own result. */
  readonly entity?: () => unknown;
  /** Whether the content is to be sent, and by which tag, where that does not come from the value. */
  readonly sends?: { readonly etag: EntityTag | undefined };
}

/** What a guarded write is compared with. */
export function readingOf({ rule }: GuardedRoute): Reading {
  return { source: rule.current, versionOf: rule.versionOf };
}
