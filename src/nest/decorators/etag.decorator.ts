import { UseGuards, applyDecorators } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { PropertyPath } from '../../representation/property-path.js';
import type { Revision } from '../../representation/revision.js';
import { refuseUncalled } from '../checks/argument-checks.js';
import { ETAG_METADATA } from '../internals/etag.constants.js';
import { ETagGuard } from '../etag.guard.js';
import type { ETagValidator, StoredTag } from '../routes/stored-options.js';

/**
 * Options of {@link ETag}.
 *
 * @publicApi
 */
export interface ETagOptions<Entity = unknown> {
  /**
   * Makes the tag from a revision that the entity carries, instead of from its bytes: the path
   * of the property, or a function. Nothing is serialized to make it.
   */
  readonly version?: PropertyPath<Entity> | ((entity: Entity) => Revision | null | undefined);
  /** A provider that is asked before the handler runs, so that a 304 costs one narrow query. */
  readonly validator?: Type<ETagValidator>;
  /**
   * Fields of the answer that count as part of it, for what a list says only in its headers:
   * `['Link', 'X-Total-Count']`. Without `version`.
   */
  readonly headers?: readonly string[];
}

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
  return tagged({ kind: 'strong', options });
}

/** Options of {@link WeakETag}. */
export type WeakETagOptions = Pick<ETagOptions, 'validator'>;

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
  return tagged({ kind: 'weak', fields, options });
}

/**
 * This handler gets no tag, whatever its controller says.
 *
 * @publicApi
 */
export function SkipETag(): ClassDecorator & MethodDecorator;
export function SkipETag(misplaced?: unknown): ClassDecorator & MethodDecorator {
  refuseUncalled('@SkipETag()', misplaced);
  return tagged({ kind: 'none' });
}

function tagged(stored: StoredTag): ClassDecorator & MethodDecorator {
  return applyDecorators(refuseSecondTag, keep(ETAG_METADATA, stored), UseGuards(ETagGuard));
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

/** Metadata on a class or a method, under a key that both copies of the package know. */
export function keep(key: string, value: unknown): ClassDecorator & MethodDecorator {
  return (target: object, _name?: string | symbol, descriptor?: { value?: unknown }) => {
    Reflect.defineMetadata(key, value, (descriptor?.value as object | undefined) ?? target);
  };
}
