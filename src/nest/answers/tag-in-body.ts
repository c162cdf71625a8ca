import { StreamableFile } from '@nestjs/common';
import { formatEntityTag } from '../../http/entity-tag.js';
import type { EntityTag } from '../../http/entity-tag.js';
import { isObject, jsonForm } from '../checks/objects.js';

/**
 * A copy of a value with its tag in a property, as it stands in the header. What is no object (a list, a text, a file) is left
 * as it is.
 *
 * @param path of the property, name by name; objects that are missing on the way are made.
 */
export function withTag(value: unknown, path: readonly string[], tag: EntityTag): unknown {
  if (value instanceof StreamableFile || ArrayBuffer.isView(value)) return value;
  const form = jsonForm(value);
  return isObject(form) ? withProperty(form, path, formatEntityTag(tag)) : value;
}

/** A copy of an object without a property; the objects on the way to it are copied, too. */
export function withoutTag(
  value: Readonly<Record<string, unknown>>,
  [name, ...rest]: readonly string[],
): Readonly<Record<string, unknown>> {
  if (name === undefined || !Object.hasOwn(value, name)) return value;
  const { [name]: found, ...others } = value;
  if (rest.length === 0) return others;
  return isObject(found) ? { ...value, [name]: withoutTag(found, rest) } : value;
}

function withProperty(
  value: Readonly<Record<PropertyKey, unknown>>,
  [name, ...rest]: readonly string[],
  text: string,
): object {
  if (name === undefined) return value;
  if (rest.length === 0) return { ...value, [name]: text };
  const inner = jsonForm(value[name], name);
  return { ...value, [name]: withProperty(isObject(inner) ? inner : {}, rest, text) };
}
