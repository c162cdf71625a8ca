import type { TagSource } from '../../representation/tag-source.js';
import type { Revision } from '../../representation/revision.js';
import type { Controller, Handler } from '../internals/nest-metadata.js';

/** Asked before the handler runs: `@ETag({ validator })`. */
export interface EarlyValidator {
  /** Its scope among revisions, see {@link TagSource}. */
  readonly scope: string;
  readonly weak: boolean;
  readonly validate: (request: unknown) => Promise<Revision | null> | Revision | null;
}

/** One handler of one controller, with everything that is decided at boot. */
export interface Route {
  /** `UsersController.findOne`, for messages. */
  readonly handlerName: string;
  readonly controller: Controller;
  readonly name: string;
  readonly handler: Handler;
  readonly moduleKey: string;
  /** `GET`, `PUT`, …, `ALL`. */
  readonly verb: string;
  /** How its answers are tagged; `undefined` for not at all. */
  readonly tag: TagSource | undefined;
  readonly validator: EarlyValidator | undefined;
  readonly lastModifiedOf: ((value: object) => unknown) | undefined;
  /** How the items of the list that it sends are tagged. */
  readonly itemTags: ItemTags | undefined;
  /** What guards its writes; `undefined` for nothing. */
  readonly rule: WriteRule | undefined;
}

/** What `@ItemETags()` on a handler comes to. */
export interface ItemTags {
  /** The property that each item gets. */
  readonly property: string;
  /** The path of the list within the answer; empty for the answer itself. */
  readonly items: readonly string[];
  /** The route that sends one item. */
  readonly route: Route;
}

/** A route whose writes are guarded. */
export type GuardedRoute = Route & { readonly rule: WriteRule };

/** What `@IfMatch()` on a handler comes to. */
export interface WriteRule {
  /** Whether a write without `If-Match` is answered 428. */
  readonly required: boolean;
  readonly comparison: 'strong' | 'weak';
  /** Whether a missing resource may be created. */
  readonly creates: boolean;
  /** Whether If-Unmodified-Since is as good as If-Match, where one is required. */
  readonly unmodifiedSince: boolean;
  /** The property of the body that may carry the tag. */
  readonly property: string | undefined;
  /** Whether a successful answer is the new representation and gets its tag. */
  readonly tagsAnswer: boolean;
  readonly current: CurrentSource;
  /** Where the version is that the write itself is conditional on. */
  readonly versionOf: ((value: object) => Revision | null | undefined) | undefined;
  /** The property that `precondition.where()` adds. */
  readonly versionName: string;
  /** What takes turns: the resource that a request writes. */
  readonly keyOf: (request: unknown) => string;
}

/** Where the guard learns the current representation from. */
export type CurrentSource =
  | { readonly kind: 'handler'; readonly route: Route }
  | {
      readonly kind: 'entity';
      /** How the entity is tagged. */
      readonly route: Pick<Route, 'handlerName' | 'tag' | 'validator' | 'lastModifiedOf'>;
      readonly read: (controller: object, request: unknown) => unknown;
    };
