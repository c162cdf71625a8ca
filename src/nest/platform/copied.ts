import { Overlay, overlay } from './overlay.js';

/**
 * A copy of what middleware keeps on a request or a response, one level deep: a read that reaches no client may change it
 * (a parameter, the scopes of a user, cookies to set), and nothing of that may reach the write. Anything else stays as it
 * is, instances of classes among it: a copy would be of no class, and a proxy cannot reach private fields (`#x`).
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

/**
 * A request that stands in for another: as {@link overlay}, and what is on that one is seen as a copy, made when something
 * asks for it.
 */
export function takenOver<Request extends object>(
  request: Request,
  own: Readonly<Record<PropertyKey, unknown>>,
): Request {
  return new Proxy({ __proto__: null, ...own }, new CopyingOverlay(request)) as unknown as Request;
}

class CopyingOverlay extends Overlay {
  override get(own: Record<PropertyKey, unknown>, name: PropertyKey): unknown {
    const value = super.get(own, name);
    if (name in own || !this.isKept(name)) return value;
    const copy = copied(value);
    if (copy !== value) own[name] = copy;
    return copy;
  }

  /**
   * Whether a property is kept on the request, and is not made anew each time (`query` on Express). The state of Node and
   * Nest, which they know by its identity, is behind underscores and symbols.
   */
  private isKept(name: PropertyKey): boolean {
    if (typeof name === 'symbol' || String(name).startsWith('_')) return false;
    return name === 'headers' || Object.hasOwn(this.base, name);
  }
}

/** As {@link copied}, for `response.locals`, which may be of any class. */
function copiedLocals(locals: unknown): unknown {
  if (typeof locals !== 'object' || locals === null) return locals;
  return isPlainObject(locals) ? { ...locals } : overlay(locals, {});
}

/** `{}` of any realm, one without a prototype, and what parsers make that want to be as fast as that. */
function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
