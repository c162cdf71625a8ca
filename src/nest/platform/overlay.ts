/**
 * An object, seen with some properties of its own: what is written to it stays there, what is read comes from the object
 * where it has nothing itself.
 *
 * A proxy, and not an object that inherits from the other: V8 treats an object differently from the moment it is
 * the prototype of another, and every later access to the real request would pay for it.
 *
 * @param own what differs from the start.
 */
export function overlay<Base extends object>(
  base: Base,
  own: Readonly<Record<PropertyKey, unknown>>,
): Base {
  return new Proxy({ __proto__: null, ...own }, new Overlay(base)) as unknown as Base;
}

/** What {@link overlay} looks through. */
export class Overlay implements ProxyHandler<object> {
  constructor(protected readonly base: object) {}

  get(own: object, name: PropertyKey): unknown {
    return Reflect.get(name in own ? own : this.base, name);
  }

  has(own: object, name: PropertyKey): boolean {
    return name in own || name in this.base;
  }

  getPrototypeOf(): object | null {
    return Object.getPrototypeOf(this.base) as object | null;
  }
}
