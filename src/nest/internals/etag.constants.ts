/**
 * Injection tokens and metadata keys. All are string literals (or a symbol of the registry), never symbols of our
 * own or class identities: the ES module and the CommonJS copy of this package may meet in one process (decorators from one,
 * the module from the other) and must agree.
 */

/** Token of the options as `forRoot()` was given them. */
export const ETAG_MODULE_OPTIONS = 'nestjs-etag:options';
/** Token of what an application shares among its guards and interceptors: {@link ConditionalRequests}. */
export const ETAG_CONDITIONAL_REQUESTS = 'nestjs-etag:conditional-requests';

/** Metadata: how `@ETag()`, `@WeakETag()` or `@SkipETag()` says a class or handler is tagged. */
export const ETAG_METADATA = 'nestjs-etag:tag';
/** Metadata: where `@LastModified()` says the modification date is. */
export const LAST_MODIFIED_METADATA = 'nestjs-etag:last-modified';
/** Metadata: the options of `@ItemETags()`. */
export const ITEM_ETAGS_METADATA = 'nestjs-etag:item-etags';
/** Metadata: the options of `@IfMatch()`. */
export const IF_MATCH_METADATA = 'nestjs-etag:if-match';
/** Metadata: what `@SkipIfMatch()` leaves on a handler. */
export const SKIP_IF_MATCH_METADATA = 'nestjs-etag:skip-if-match';
/** Metadata: the class of the guard that `@IfMatch()` or `@UseGuards()` put on a class or handler. */
export const IF_MATCH_GUARD_METADATA = 'nestjs-etag:if-match-guard';
/**
 * Metadata on every handler that a route is known by: the method of the prototype. What wraps a handler copies its metadata
 * (Nest's own guards would be lost otherwise), and so this mark.
 */
export const HANDLER_METADATA = 'nestjs-etag:handler';
/** Metadata on a handler that some controller of this process tags or guards: its guards have been put in order. */
export const ROUTE_METADATA = 'nestjs-etag:route';
/** Metadata on the function that runs a guarded handler: the {@link HandlerRun} that it belongs to. */
export const HANDLER_RUN_METADATA = 'nestjs-etag:handler-run';
/** Property of a parameter decorator's factory by which `@Precondition()` is recognised at boot. */
export const PRECONDITION_PARAMETER = 'nestjs-etag:precondition';

/**
 * Where the exchange is kept on Node's own request. A symbol of the registry, so that neither `JSON.stringify()` nor a
 * template sees it.
 */
export const EXCHANGE: unique symbol = Symbol.for('nestjs-etag:exchange');

/** Marks the request of a read that is only compared with. */
export const PRECONDITION_READ: unique symbol = Symbol.for('nestjs-etag:precondition-read');

/** Static property by which our enhancers and our module know one another across copies of the package. */
export const ENHANCER_ROLE = 'nestjs-etag:role';
