import {
  ETAG_METADATA,
  IF_MATCH_METADATA,
  ITEM_ETAGS_METADATA,
  LAST_MODIFIED_METADATA,
  SKIP_IF_MATCH_METADATA,
} from '../internals/etag.constants.js';
import { storedIfMatch } from './decorated-handlers.js';
import type { DecoratedHandler } from './decorated-handlers.js';

/** What leaves each metadata on a handler. */
const DECORATORS: Readonly<Record<string, string>> = {
  [IF_MATCH_METADATA]: '@IfMatch()',
  [SKIP_IF_MATCH_METADATA]: '@SkipIfMatch()',
  [ETAG_METADATA]: '@ETag(), @WeakETag() or @SkipETag()',
  [ITEM_ETAGS_METADATA]: '@ItemETags()',
  [LAST_MODIFIED_METADATA]: '@LastModified()',
};

/**
 * Refuses a handler that one of our decorators stands on, and that has not its metadata any more: a decorator above has
 * replaced the method, and a write would go unguarded.
 *
 * @throws Error
 */
export function refuseLostDecorators({ controller, name, handler, handlerName }: Declared): void {
  const owner = ownerOf(controller.prototype as object, name);
  if (owner === undefined) return;
  for (const [key, decorator] of Object.entries(DECORATORS)) {
    if (!Reflect.hasOwnMetadata(key, owner, name) || Reflect.hasMetadata(key, handler)) continue;
    throw new Error(
      `${handlerName} has ${decorator}, and a decorator that stands above has replaced the method without its metadata: write ours above that one, or let it copy what Reflect.getMetadataKeys() finds on the method`,
    );
  }
}

/** @throws Error for a handler that is to be guarded and not to be. */
export function refuseContradiction({ handler, handlerName }: Declared): void {
  if (
    storedIfMatch(handler) === undefined ||
    Reflect.getMetadata(SKIP_IF_MATCH_METADATA, handler) !== true
  )
    return;
  throw new Error(
    `${handlerName} has both @IfMatch() (or its guard) and @SkipIfMatch(): write one of them`,
  );
}

type Declared = Pick<DecoratedHandler, 'controller' | 'name' | 'handler' | 'handlerName'>;

/** The prototype that a method stands on: a class that overrides it says anew what holds for it. */
function ownerOf(prototype: object, name: string): object | undefined {
  let owner: object | null = prototype;
  while (owner !== null && !Object.hasOwn(owner, name)) {
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return owner ?? undefined;
}
