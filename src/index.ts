/** Entity tags and optimistic concurrency for NestJS. Everything that is promised is named here. */
export { ETagModule } from './nest/etag.module.js';
export type { AroundRead, ETagModuleOptions, WriteMethod } from './nest/options/etag.options.js';
export { ETag, SkipETag, WeakETag } from './nest/decorators/etag.decorator.js';
export type { ETagOptions, ETagValidator, WeakETagOptions } from './nest/options/tag.options.js';
export { ItemETags, type ItemETagsOptions } from './nest/decorators/item-etags.decorator.js';
export { LastModified } from './nest/decorators/last-modified.decorator.js';
export { IfMatch, SkipIfMatch } from './nest/decorators/if-match.decorator.js';
export type {
  CarriedConditions,
  CurrentEntity,
  IfMatchOptions,
} from './nest/options/if-match.options.js';
export { IfMatchGuard } from './nest/if-match.guard.js';
export { ETagInterceptor } from './nest/etag.interceptor.js';
export { isPreconditionRead } from './nest/exchange/exchange.js';
export { Precondition } from './nest/writes/precondition.js';
export type { WriteResult } from './nest/writes/write-result.js';
export { PreconditionRequiredException } from './nest/refusals/precondition-required.exception.js';
export { PreconditionFailedException } from '@nestjs/common';
export { ETAG_CORS, etagCors, type ETagCors, type ETagCorsOptions } from './nest/etag-cors.js';
export { ETAG_CHANNEL, type ETagEvent } from './nest/refusals/events.js';
export type {
  Refusal,
  RefusalBody,
  RefusalReason,
  RefusalStatus,
} from './nest/refusals/refusals.js';
export type { PropertyPath } from './representation/property-path.js';
export type { Revision } from './representation/revision.js';
