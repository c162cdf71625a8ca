import type { EntityTag } from '../../http/entity-tag.js';
import { isObject, jsonForm } from '../checks/objects.js';
import type { ItemTags } from '../routes/route.js';
import { withTag } from './tag-in-body.js';

/**
 * The answer with an entity tag in each item of its list. What is not on the way to the list, and
 * the items themselves, are copied on the way and never changed.
 *
 * @param tagOf the tag that an item has when it is sent alone; an item without one is left as it is.
 */
export function withItemTags(
  answer: unknown,
  { items, property }: ItemTags,
  tagOf: (item: object) => EntityTag | undefined,
): unknown {
  const tagged = (item: unknown): unknown => {
    const form = jsonForm(item);
    if (!isObject(form)) return item;
    const tag = tagOf(form);
    return tag === undefined ? item : withTag(form, property, tag);
  };
  const within = (value: unknown, path: readonly string[]): unknown => {
    const form = jsonForm(value);
    const [name, ...rest] = path;
    if (name === undefined) return Array.isArray(form) ? form.map(tagged) : value;
    return isObject(form) ? { ...form, [name]: within(form[name], rest) } : value;
  };
  return within(answer, items);
}
