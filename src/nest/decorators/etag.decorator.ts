import { UseGuards, applyDecorators } from '@nestjs/common';
import type { PropertyPath } from '../../representation/property-path.js';
import { refuseUncalled } from '../checks/argument-checks.js';
import { ETAG_METADATA } from '../internals/etag.constants.js';
import { ETagGuard } from '../etag.guard.js';
import type { ETagOptions, StoredTag, WeakETagOptions } from '../options/tag.options.js';
import { SetHandlerMetadata } from './handler-metadata.js';

/**
 * Tags what GET sends, strongly: the tag is a digest of all the bytes, and a reader who has them
 * already gets 304. On a controller it holds for all its handlers.
 *
 * @publicApi
 * @see RFC 9110 §8.8.3
 * @example
 * ```ts
 * @Controller('users')
 * @ETag()
 * export class UsersController {}
 * ```
 */
export function ETag<Entity = unknown>(
  options: ETagOptions<Entity> = {},
): ClassDecorator & MethodDecorator {
  refuseUncalled('@ETag()', options);
  return tagDecorator({ kind: 'strong', options });
}

/**
 * Tags what GET sends, weakly: the tag covers these properties only, and stays when another changes.
 *
 * @param fields dotted paths: `'address.city'`, and `'items.id'` into every element of an array. With
 * the type of the entity, `@WeakETag<User>([…])`, a misspelled one does not compile.
 * @publicApi
 * @see RFC 9110 §8.8.1
 * @example
 * ```ts
 * @Get(':id/card')
 * @WeakETag<User>(['name', 'address.city'])
 * card(@Param('id', ParseIntPipe) id: number) { … }
 * ```
 */
export function WeakETag<Entity = unknown>(
  fields: readonly PropertyPath<Entity>[],
  options: WeakETagOptions = {},
): ClassDecorator & MethodDecorator {
  refuseUncalled("@WeakETag(['name'])", fields);
  return tagDecorator({ kind: 'weak', fields, options });
}

/**
 * This handler gets no tag, whatever its controller says.
 *
 * @publicApi
 */
export function SkipETag(): ClassDecorator & MethodDecorator;
export function SkipETag(misplaced?: unknown): ClassDecorator & MethodDecorator {
  refuseUncalled('@SkipETag()', misplaced);
  return tagDecorator({ kind: 'none' });
}

function tagDecorator(stored: StoredTag): ClassDecorator & MethodDecorator {
  return applyDecorators(
    refuseSecondTag,
    SetHandlerMetadata(ETAG_METADATA, stored),
    UseGuards(ETagGuard),
  );
}

/** @throws TypeError for a handler or a controller that is to be tagged in two ways, of which one would silently win. */
function refuseSecondTag(
  target: object,
  name?: string | symbol,
  descriptor?: { value?: unknown },
): void {
  if (!Reflect.hasOwnMetadata(ETAG_METADATA, (descriptor?.value as object | undefined) ?? target)) {
    return;
  }
  const handlerName =
    name === undefined
      ? (target as { name: string }).name
      : `${target.constructor.name}.${String(name)}`;
  throw new TypeError(
    `${handlerName} has more than one of @ETag(), @WeakETag() and @SkipETag(): its answers can be tagged in one way only, so write one of them`,
  );
}
