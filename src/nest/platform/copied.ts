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

/** Gives a response that stands in for another what middleware put on that one, `locals` among it: copies. */
export function takeOverAdded(response: object, standIn: object): void {
  const from = response as Record<string, unknown>;
  const to = standIn as Record<string, unknown>;
  for (const name of Object.keys(from)) {
    if (!(name in to)) to[name] = name === 'locals' ? copiedLocals(from[name]) : copied(from[name]);
  }
}

/** As {@link copied}, for `response.locals`, which may be of any class. */
function copiedLocals(locals: unknown): unknown {
  if (typeof locals !== 'object' || locals === null) return locals;
  return isPlainObject(locals) ? { ...locals } : overlay(locals, {});
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
