import type { Revision } from '../../representation/revision.js';
import type { TagSource } from '../../representation/tag-source.js';
import type { Controller, Handler } from '../internals/nest-metadata.js';

/** Asked before the handler runs: `@ETag({ validator })`. */
export interface EarlyValidator {
  /** Its scope among revisions, see {@link TagSource}. */
  readonly scope: string;
  readonly weak: boolean;
  /** Whether what it answers is the opaque tag itself. */
  readonly verbatim: boolean;
  readonly validate: (request: unknown) => Promise<Revision | null> | Revision | null;
}

/** One handler of one controller in one module, on one of its paths, with everything that is decided at boot. */
export interface Route {
  /** `UsersController.findOne`, for messages. */
  readonly handlerName: string;
  readonly controller: Controller;
  readonly name: string;
  /** The method of the controller's prototype. */
  readonly handler: Handler;
  /** Its path below that of the controller, without slashes at the ends: `:id`. */
  readonly path: string;
  readonly moduleKey: string;
  /** The path that `RouterModule` gives its module, without slashes at the ends. */
  readonly modulePath: string;
  /** `GET`, `PUT`, …, `ALL`. */
  readonly verb: string;
  /** How its answers are tagged; `undefined` for not at all. */
  readonly tagSource: TagSource | undefined;
  readonly validator: EarlyValidator | undefined;
  /** The path of the property of the body that holds the tag as well. */
  readonly tagProperty: readonly string[] | undefined;
  readonly lastModifiedOf: ((value: object) => unknown) | undefined;
  /** Whether it answers with a page (`@Render()`): the platform is not handed a value, and its text is what is tagged. */
  readonly isPage: boolean;
  /** How the items of the list that it sends are tagged. */
  readonly itemTags: ItemTags | undefined;
  /** The GET that sends what a POST has created. */
  readonly created: Route | undefined;
  /** What guards its writes; `undefined` for nothing. */
  readonly rule: WriteRule | undefined;
}

/** How a route is tagged: all of a {@link Route} that making a tag needs. */
export type Tagged = Pick<
  Route,
  'handlerName' | 'tagSource' | 'validator' | 'tagProperty' | 'lastModifiedOf'
>;

/** What `@ItemETags()` on a handler comes to. */
export interface ItemTags {
  /** The path of the property that each item gets. */
  readonly property: readonly string[];
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
  readonly required: boolean | 'existing';
  readonly comparison: 'strong' | 'weak';
  /** Whether a missing resource may be created. */
  readonly creates: boolean;
  /** Whether If-Unmodified-Since is as good as If-Match, where one is required. */
  readonly unmodifiedSince: boolean;
  /** The path of the property of the body that may carry the tag. */
  readonly property: readonly string[] | undefined;
  /** Where else the conditions are. */
  readonly from: ((request: object) => unknown) | undefined;
  /** What tells that a write whose If-Match fails is applied already; `undefined` where that is not looked at. */
  readonly alreadyApplied: AppliedRule | undefined;
  /** Which tag a successful answer carries. */
  readonly answerTag: boolean | 'answer';
  readonly current: CurrentSource;
  /** Whether the write's path says which resource is compared with: that of a batch does not, and takes no conditions itself. */
  readonly isComparable: boolean;
  /** Where the version is that the write itself is conditional on. */
  readonly versionOf: ((value: object) => Revision | null | undefined) | undefined;
  /** The property that `precondition.where()` adds. */
  readonly versionName: string;
  /**
   * Which resource a request writes: writes with the same key wait for one another.
   *
   * @param template the path that the request matched, as it was registered.
   */
  readonly keyOf: (request: object, template: string) => string;
  /** Whether the write's own path has to do for that, because no GET tells. */
  readonly isKeyGuessed: boolean;
  /** Whether the write's path is that of the resource: only then is a version in its answer one of the resource. */
  readonly answersWithResource: boolean;
}

/** Which properties of a body are compared with those that GET sends, see `@IfMatch({ alreadyApplied })`. */
export interface AppliedRule {
  /** Whether the body may leave properties out: a merge PATCH. */
  readonly isPartial: boolean;
  /** The properties that only the server sets: what a body says of them tells nothing. */
  readonly ofServer: readonly string[];
}

/** Where the guard learns the current representation from. */
export type CurrentSource =
  | { readonly kind: 'handler'; readonly route: Route }
  | {
      readonly kind: 'entity';
      /** How the entity is tagged. */
      readonly route: Tagged;
      readonly read: (controller: object, request: unknown) => unknown;
    };
