/** Entity tags and optimistic concurrency for NestJS. Everything that is promised is named here. */
export { ETagModule } from './nest/etag.module.js';
export type { ETagModuleOptions, WriteMethod } from './nest/options/etag.options.js';
export {
  ETag,
  SkipETag,
  WeakETag,
  type ETagOptions,
  type WeakETagOptions,
} from './nest/decorators/etag.decorator.js';
export { ItemETags, type ItemETagsOptions } from './nest/decorators/item-etags.decorator.js';
export { LastModified } from './nest/decorators/last-modified.decorator.js';
export { IfMatch, type IfMatchOptions } from './nest/decorators/if-match.decorator.js';
export { IfMatchGuard } from './nest/if-match.guard.js';
export { ETagInterceptor } from './nest/etag.interceptor.js';
export type { CurrentEntity, ETagValidator } from './nest/routes/stored-options.js';
export { Precondition } from './nest/writes/precondition.js';
export { PreconditionRequiredException } from './nest/refusals/precondition-required.exception.js';
export { PreconditionFailedException } from '@nestjs/common';
export { ETAG_CORS, etagCors, type ETagCors, type ETagCorsOptions } from './nest/etag-cors.js';
export { ETAG_CHANNEL, type ETagEvent } from './nest/refusals/events.js';
export type { Refusal, RefusalBody, RefusalReason } from './nest/refusals/refusals.js';
export type { Digest } from './representation/digest.js';
export type { PropertyPath } from './representation/property-path.js';
export type { Revision } from './representation/revision.js';
