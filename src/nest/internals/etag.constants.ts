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
/** Metadata: the class of the guard that `@IfMatch()` or `@UseGuards()` put on a class or handler. */
export const IF_MATCH_GUARD_METADATA = 'nestjs-etag:if-match-guard';
/** Metadata on a handler some controller of this process tags: the handler itself. */
export const TAGGED_HANDLER_METADATA = 'nestjs-etag:handler';
/** Property of a parameter decorator's factory by which `@Precondition()` is recognised at boot. */
export const PRECONDITION_PARAMETER = 'nestjs-etag:precondition';

/**
 * Where the exchange is kept on a response (Express: in `res.locals`; Fastify: on the reply). A symbol of the
 * registry, because templates and `JSON.stringify(res.locals)` do not see it.
 */
export const EXCHANGE: unique symbol = Symbol.for('nestjs-etag:exchange');

/** Static property by which our enhancers and our module know one another across copies of the package. */
export const ENHANCER_ROLE = 'nestjs-etag:role';
