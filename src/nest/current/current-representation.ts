import type { EntityTag } from '../../http/entity-tag.js';
import type { Revision } from '../../representation/revision.js';
import type { SentContent } from '../platform/platform.js';

/** What GET would send now, as far as preconditions need it. */
export interface CurrentRepresentation {
  readonly exists: boolean;
  /** The value before it is serialized; `undefined` when only a validator was asked. */
  readonly value: unknown;
  readonly etag: EntityTag | undefined;
  /** Whether the handler set the tag itself, so that it cannot be told from an entity. */
  readonly isTagSet?: boolean;
  readonly lastModified: Date | undefined;
  /** The revision that the write can be made conditional on. */
  readonly version: Revision | undefined;
  /** What GET would send, where that was asked for. */
  readonly content?: SentContent | undefined;
}

/** Nothing is there. */
export const MISSING: CurrentRepresentation = Object.freeze({
  exists: false,
  value: undefined,
  etag: undefined,
  lastModified: undefined,
  version: undefined,
});
