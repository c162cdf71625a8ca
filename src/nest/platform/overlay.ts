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
export class Overlay implements ProxyHandler<Own> {
  /** What was taken off, and is there on the object itself. */
  private deleted: Set<PropertyKey> | undefined;

  constructor(protected readonly base: object) {}

  get(own: Own, name: PropertyKey): unknown {
    if (this.deleted?.has(name) === true) return undefined;
    return Reflect.get(name in own ? own : this.base, name);
  }

  has(own: Own, name: PropertyKey): boolean {
    return this.deleted?.has(name) !== true && (name in own || name in this.base);
  }

  set(own: Own, name: PropertyKey, value: unknown, receiver: object): boolean {
    this.deleted?.delete(name);
    const setter = name in own ? undefined : setterOf(this.base, name);
    if (setter === undefined) own[name] = value;
    else setter.call(receiver, value);
    return true;
  }

  deleteProperty(own: Own, name: PropertyKey): boolean {
    delete own[name];
    this.deleted ??= new Set();
    this.deleted.add(name);
    return true;
  }

  ownKeys(own: Own): (string | symbol)[] {
    const names = new Set([...Reflect.ownKeys(own), ...Reflect.ownKeys(this.base)]);
    return [...names].filter((name) => this.deleted?.has(name) !== true);
  }

  getOwnPropertyDescriptor(own: Own, name: PropertyKey): PropertyDescriptor | undefined {
    if (this.deleted?.has(name) === true) return undefined;
    const found = Reflect.getOwnPropertyDescriptor(name in own ? own : this.base, name);
    if (found === undefined) return undefined;
    const { enumerable = false } = found;
    // A proxy may only speak of what it has not got as something that can be changed.
    return { value: this.get(own, name), enumerable, writable: true, configurable: true };
  }

  getPrototypeOf(): object | null {
    return Object.getPrototypeOf(this.base) as object | null;
  }
}

type Own = Record<PropertyKey, unknown>;

function setterOf(base: object, name: PropertyKey): ((value: unknown) => void) | undefined {
  for (
    let owner: object | null = base;
    owner !== null;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    const found = Reflect.getOwnPropertyDescriptor(owner, name);
    if (found !== undefined) return found.set;
  }
  return undefined;
}
