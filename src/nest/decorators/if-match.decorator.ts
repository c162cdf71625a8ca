import { UseGuards, applyDecorators } from '@nestjs/common';
import { refuseUncalled } from '../checks/argument-checks.js';
import { IF_MATCH_METADATA, SKIP_IF_MATCH_METADATA } from '../internals/etag.constants.js';
import type { IfMatchOptions } from '../options/if-match.options.js';
import { IfMatchGuard } from '../if-match.guard.js';
import { SetHandlerMetadata } from './handler-metadata.js';

/**
 * Guards writes: 428 without `If-Match`, 412 when it is stale. On a controller it holds for its
 * PUT, PATCH and DELETE handlers. A DELETE or a POST without `If-Match` passes, unless `required` or the module's
 * `requireIfMatch` says otherwise.
 *
 * @publicApi
 * @see RFC 9110 §13.1.1
 * @example
 * ```ts
 * @Put(':id')
 * @IfMatch()
 * update(@Param('id', ParseIntPipe) id: number, @Body() change: UpdateUserDto) { … }
 * ```
 */
export function IfMatch<Controller = unknown, Request = never>(
  options: IfMatchOptions<Controller, Request> = {},
): ClassDecorator & MethodDecorator {
  refuseUncalled('@IfMatch()', options);
  return applyDecorators(SetHandlerMetadata(IF_MATCH_METADATA, options), UseGuards(IfMatchGuard));
}

/**
 * This handler is not guarded, whatever its controller says.
 *
 * @publicApi
 * @example
 * ```ts
 * @Delete(':slug/favorite')
 * @SkipIfMatch()
 * unfavorite(@Param('slug') slug: string) { … }
 * ```
 */
export function SkipIfMatch(): MethodDecorator;
export function SkipIfMatch(misplaced?: unknown): MethodDecorator {
  refuseUncalled('@SkipIfMatch()', misplaced);
  return SetHandlerMetadata(SKIP_IF_MATCH_METADATA, true);
}
