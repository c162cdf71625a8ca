import type { Declared } from './decorated-handlers.js';
import type { StoredItemETags } from './stored-options.js';
import { refuseWrongOptions } from '../options/etag.options.js';
import { pathsOf } from '../internals/nest-metadata.js';
import type { ItemTags, Route } from './route.js';

/**
 * Decides how the items of a list are tagged, from what `@ItemETags()` says.
 *
 * @param reads the handlers of the controller, of which one sends a single item.
 * @throws TypeError, Error for options that are wrong, and where no handler sends one item.
 */
export function compileItemTags(
  declared: Declared,
  reads: ReadonlyMap<Declared, Route>,
): ItemTags | undefined {
  const given = declared.itemETags;
  if (given === undefined) return undefined;
  refuseWrongOptions(`@ItemETags() on ${declared.handlerName}`, given, CHECKS);
  return {
    property: given.property ?? 'etag',
    items: given.items?.split('.') ?? [],
    route: itemRoute(declared, given, reads),
  };
}

/** @throws Error for `@ItemETags()` where it would do nothing. */
export function refuseItemTagsOfWrite({ itemETags, handlerName, verb }: Declared): void {
  if (itemETags === undefined || verb === 'GET') return;
  throw new Error(
    `@ItemETags() on ${handlerName} does nothing to a ${verb}: put it on the GET of the list`,
  );
}

const isName = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? undefined : 'must be a name that is not empty';

const CHECKS: Record<keyof StoredItemETags, (value: unknown) => string | undefined> = {
  property: isName,
  of: isName,
  items: isName,
};

function itemRoute(
  declared: Declared,
  { of }: StoredItemETags,
  reads: ReadonlyMap<Declared, Route>,
): Route {
  const { handlerName } = declared;
  const route =
    of === undefined
      ? readOfItem(declared, reads)
      : [...reads].find(([read]) => read.name === of)?.[1];
  if (route?.verb === 'GET' && route.tag !== undefined) {
    refuseWhatNoItemTells(handlerName, route);
    return route;
  }
  throw new Error(
    `@ItemETags() on ${handlerName} needs the GET handler that sends one item, ${of === undefined ? 'with the path of the list and a parameter' : `'${of}'`}, and that it is tagged: name it with @ItemETags({ of: 'findOne' }), and put @ETag() on it`,
  );
}

/** An item of a list cannot tell what a validator would answer, or which header fields GET would send with it. */
function refuseWhatNoItemTells(
  handlerName: string,
  { tag, validator, handlerName: read }: Route,
): void {
  if (validator !== undefined && tag?.kind !== 'revision') {
    throw new Error(
      `@ItemETags() on ${handlerName} cannot tell the tags of ${read}, which come from a validator: name the version in the item as well, @ETag({ validator, version: 'version' })`,
    );
  }
  if (tag?.kind === 'content' && tag.fields.length > 0) {
    throw new Error(
      `@ItemETags() on ${handlerName} cannot tell the tags of ${read}, which count header fields: write headers on the handler of the list, and @ETag() on ${read}`,
    );
  }
}

/** The GET handler that sends one item of a collection: its path is that of the collection and a parameter. */
export function readOfItem(
  { handler }: Declared,
  reads: ReadonlyMap<Declared, Route>,
): Route | undefined {
  const found = [...reads].find(
    ([read]) => read.verb === 'GET' && isItemOf(pathsOf(read.handler), pathsOf(handler)),
  );
  return found?.[1];
}

/** `users/:id` is an item of `users`. */
function isItemOf(paths: readonly string[], listPaths: readonly string[]): boolean {
  return paths.some((path) =>
    listPaths.some((list) => path.startsWith(list) && /^\/?:[^/]+$/.test(path.slice(list.length))),
  );
}
