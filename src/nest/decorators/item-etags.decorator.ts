import { UseGuards, applyDecorators } from '@nestjs/common';
import { refuseUncalled } from '../checks/argument-checks.js';
import { ITEM_ETAGS_METADATA } from '../internals/etag.constants.js';
import { ETagGuard } from '../etag.guard.js';
import { SetHandlerMetadata } from './handler-metadata.js';

/**
 * Options of {@link ItemETags}.
 *
 * @publicApi
 */
export interface ItemETagsOptions {
  /**
   * The property that each item gets.
   *
   * @default `property` of `@ETag()` of the item, or else 'etag'
   */
  readonly property?: string;
  /**
   * The GET handler that sends one item.
   *
   * @default the GET whose path is that of the list and a parameter
   */
  readonly of?: string;
  /**
   * Where the items are: the path of a property, `'data'`.
   *
   * @default the answer itself
   */
  readonly items?: string;
}

/**
 * Puts into each item of a list the entity tag that GET of this item alone would send, so that
 * a row of a table can be saved without another read.
 *
 * @publicApi
 * @example
 * ```ts
 * @Get()
 * @ItemETags()
 * findAll() { … } // [{ "id": 1, "name": "Shaun", "etag": "\"77bc43ac22bb2f5a9fbab5a32554a5d3\"" }]
 * ```
 */
export function ItemETags(options: ItemETagsOptions = {}): MethodDecorator {
  refuseUncalled('@ItemETags()', options);
  return applyDecorators(SetHandlerMetadata(ITEM_ETAGS_METADATA, options), UseGuards(ETagGuard));
}
