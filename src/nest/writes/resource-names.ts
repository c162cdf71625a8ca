/** What the properties of a resource are called, as far as it is known; a row of it shares some. */
export class ResourceNames {
  private readonly exact = new Set<string>();
  private readonly spelled = new Set<string>();

  constructor(names: Iterable<string>) {
    for (const name of names) {
      this.exact.add(name);
      this.spelled.add(spellingOf(name));
    }
    this.spelled.delete('');
  }

  /** Whether nothing is known of it. */
  get isUnknown(): boolean {
    return this.spelled.size === 0;
  }

  /** Whether it has a property of this name: `authorId` and `author_id`, `_id` and `id` are one. */
  has(name: string): boolean {
    return this.spelled.has(spellingOf(name));
  }

  /** Whether it has a property of this name as it is spelled here. */
  hasExactly(name: string): boolean {
    return this.exact.has(name);
  }
}

/** Nothing is known. */
export const UNKNOWN = new ResourceNames([]);

/** The names in what GET reads, and in what that holds: an article, `{ data: article }`, a list of articles. */
export function namesWithin(value: unknown): readonly string[] {
  const first = firstOf(value);
  if (!isObject(first)) return [];
  const held = Object.values(Object.getOwnPropertyDescriptors(first)).map((each) =>
    firstOf(each.value),
  );
  return [first, ...held.filter(isObject)].flatMap(namesOf);
}

/** The names of what holds something: properties of its own, unless they are methods, and getters of its class. */
export function namesOf(object: object): readonly string[] {
  const names = Object.entries(Object.getOwnPropertyDescriptors(object))
    .filter(([, { enumerable, value }]) => enumerable === true && typeof value !== 'function')
    .map(([name]) => name);
  for (
    let type: object | null = Object.getPrototypeOf(object);
    type !== null && type !== Object.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    const properties = Object.entries(Object.getOwnPropertyDescriptors(type));
    for (const [name, { get }] of properties) if (get !== undefined) names.push(name);
  }
  return names;
}

/** What is in a list is alike. */
function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? (value as readonly unknown[])[0] : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A column of a join, `articles.id`, is called as its last part is. */
function spellingOf(name: string): string {
  return (name.split('.').at(-1) ?? '').toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
