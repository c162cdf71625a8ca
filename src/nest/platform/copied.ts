import { overlay } from './overlay.js';

/**
 * A copy of what middleware keeps on a response, one level deep: a read that reaches no client may add to it (cookies to
 * set, values for a view), and nothing of that may reach the write. Anything else stays as it is.
 */
export function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return [...(value as unknown[])];
  if (value instanceof Map) return new Map(value);
  if (value instanceof Set) return new Set(value);
  return isPlainObject(value) ? { ...value } : value;
}

/** As {@link copied}, for `response.locals`, which may be of any class. */
export function copiedLocals(locals: object): object {
  return isPlainObject(locals) ? { ...locals } : overlay(locals, {});
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
