import { UseGuards, applyDecorators } from '@nestjs/common';
import type { PropertyPath } from '../../representation/property-path.js';
import { refuseUncalled } from '../checks/argument-checks.js';
import { LAST_MODIFIED_METADATA } from '../internals/etag.constants.js';
import { ETagGuard } from '../etag.guard.js';
import { SetHandlerMetadata } from './handler-metadata.js';

/**
 * Sends `Last-Modified` from a property of the entity, and answers `If-Modified-Since` and
 * `If-Unmodified-Since` by it, to the second.
 *
 * @param property its path; it holds a Date, an ISO 8601 text or milliseconds.
 * @publicApi
 * @see RFC 9110 §8.8.2
 * @example
 * ```ts
 * @Get(':id')
 * @LastModified<Article>('updatedAt')
 * findOne(@Param('id', ParseIntPipe) id: number) { … }
 * ```
 */
export function LastModified<Entity = unknown>(
  property: PropertyPath<Entity>,
): ClassDecorator & MethodDecorator {
  refuseUncalled("@LastModified('updatedAt')", property);
  return applyDecorators(
    SetHandlerMetadata(LAST_MODIFIED_METADATA, property ?? ''),
    UseGuards(ETagGuard),
  );
}
