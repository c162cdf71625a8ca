import { readsInVersionsOf } from './api-versions.js';
import type { DecoratedHandler } from './decorated-handlers.js';
import type { StoredItemETags } from '../options/tag.options.js';
import { refuseWrongOptions } from '../checks/argument-checks.js';
import type { ItemTags, Route } from './route.js';

/**
 * Decides how the items of a list are tagged, from what `@ItemETags()` says.
 *
 * @param reads the handlers of the controller, of which one sends a single item.
 * @throws TypeError, Error for options that are wrong, and where no handler sends one item.
 */
export function compileItemTags(
  declared: DecoratedHandler,
  reads: ReadonlyMap<DecoratedHandler, Route>,
): ItemTags | undefined {
  const given = declared.itemETags;
  if (given === undefined) return undefined;
  refuseWrongOptions(`@ItemETags() on ${declared.handlerName}`, given, CHECKS);
  const route = itemRoute(declared, given, reads);
  return {
    property: given.property === undefined ? (route.tagProperty ?? ['etag']) : [given.property],
    items: given.items?.split('.') ?? [],
    route,
  };
}

/** @throws Error for `@ItemETags()` where it would do nothing. */
export function refuseItemTagsOfWrite({ itemETags, handlerName, verb }: DecoratedHandler): void {
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
  declared: DecoratedHandler,
  { of }: StoredItemETags,
  reads: ReadonlyMap<DecoratedHandler, Route>,
): Route {
  const { handlerName } = declared;
  const route =
    of === undefined
      ? readOfItem(declared, reads)
      : [...reads].find(([read]) => read.name === of)?.[1];
  if (route?.verb === 'GET' && route.tagSource !== undefined) {
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
  { tagSource, validator, handlerName: read }: Route,
): void {
  if (validator !== undefined && tagSource?.kind !== 'revision') {
    throw new Error(
      `@ItemETags() on ${handlerName} cannot tell the tags of ${read}, which come from a validator: name the version in the item as well, @ETag({ validator, version: 'version' })`,
    );
  }
  if (tagSource?.kind === 'content' && tagSource.fields.length > 0) {
    throw new Error(
      `@ItemETags() on ${handlerName} cannot tell the tags of ${read}, which count header fields: write headers on the handler of the list, and @ETag() on ${read}`,
    );
  }
}

/**
 * The GET handler that sends one item of a collection: its path is that of the collection and a parameter. Where there are
 * several, it is the one that answers in the API versions of the collection; `undefined` where several do.
 */
export function readOfItem(
  declared: DecoratedHandler,
  reads: ReadonlyMap<DecoratedHandler, Route>,
): Route | undefined {
  const items = [...reads].filter(
    ([read]) => read.verb === 'GET' && isItemOf(read.path, declared.path),
  );
  const [found, other] = readsInVersionsOf(declared, items, ([read]) => read);
  return other === undefined ? (found ?? items[0])?.[1] : undefined;
}

/** `users/:id` is an item of `users`. */
function isItemOf(path: string, list: string): boolean {
  return path.startsWith(list) && /^\/?:[^/]+$/.test(path.slice(list.length));
}
