/** Results of drivers as JSON, with what JSON leaves out: `undefined`, bigints, what an array has beside its elements. */

export type Recorded =
  string | number | boolean | null | readonly Recorded[] | { readonly [name: string]: Recorded };

/** What a result is too deep to be told by, and what no driver is known by. */
const DEEPEST = 4;

/** What is another in each database. */
const VOLATILE: ReadonlySet<string> = new Set(['tableID', 'schema', 'clientVersion']);

/** What a library marks as its own affair: only that it is there is recorded. */
const OWN = /^(?:_(?!id$)|\$)/;

/** A value as JSON. Of an object, the enumerable properties that are no functions; of an error, what it says as well. */
export function encode(value: unknown, depth = 0): Recorded {
  if (value === undefined) return { $: 'undefined' };
  if (typeof value === 'bigint') return { $: 'bigint', value: String(value) };
  if (Array.isArray(value)) return encodeList(value, depth);
  if (typeof value === 'object' && value !== null) return encodeObject(value, depth);
  return value as Recorded;
}

/** The value again, made of plain objects and arrays. */
export function decode(recorded: Recorded): unknown {
  if (typeof recorded !== 'object' || recorded === null) return recorded;
  if (Array.isArray(recorded)) return decodeList(recorded as readonly Recorded[]);
  const { $: type, ...properties } = recorded as Readonly<Record<string, Recorded>>;
  if (type === 'undefined') return undefined;
  if (type === 'function') return () => undefined;
  if (type === 'bigint') return BigInt(properties['value'] as string);
  if (type === 'list') {
    const { elements, ...beside } = properties;
    return Object.assign(decode(elements!) as unknown[], decode(beside));
  }
  const entries = Object.entries(properties).map(([name, each]) => [name, decode(each)] as const);
  const named = typeof type === 'string' ? classNamed(type).prototype : Object.prototype;
  return Object.assign(Object.create(named as object) as object, Object.fromEntries(entries));
}

function encodeList(list: readonly unknown[], depth: number): Recorded {
  const elements = list.map((each, index) => {
    const earlier = list.indexOf(each);
    const isAgain = typeof each === 'object' && each !== null && earlier < index;
    return isAgain ? { $: 'again', index: earlier } : encode(each, depth + 1);
  });
  const { count } = list as { readonly count?: number };
  return count === undefined ? elements : { $: 'list', elements, count };
}

function decodeList(list: readonly Recorded[]): unknown[] {
  const values: unknown[] = [];
  for (const each of list) {
    const { $: type, index } = (each ?? {}) as { readonly $?: unknown; readonly index?: number };
    values.push(type === 'again' ? values[index!] : decode(each));
  }
  return values;
}

function encodeObject(object: object, depth: number): Recorded {
  const { name } = object.constructor ?? {};
  const type: Readonly<Record<string, Recorded>> =
    name === undefined || name === 'Object' ? {} : { $: name };
  if (depth >= DEEPEST) return type;
  const properties = Object.entries(object)
    .filter(([key, value]) => !VOLATILE.has(key) && typeof value !== 'function')
    .map(([key, value]) => [key, OWN.test(key) ? null : encode(value, depth + 1)] as const);
  const { message: _, stack: __, ...said } = Object.fromEntries(properties);
  return { ...type, ...said, ...(object instanceof Error ? encodeError(object) : {}) };
}

/** What an error has beside its own properties: its name, the first line that it says, and what it can do in MikroORM. */
function encodeError(error: Error): Readonly<Record<string, Recorded>> {
  const isOfMikroOrm = typeof (error as { getEntity?: unknown }).getEntity === 'function';
  return {
    name: error.name,
    message: error.message.split('\n')[0]!,
    ...(isOfMikroOrm ? { getEntity: { $: 'function' } } : {}),
  };
}

/** A class of this name, as the library has one; errors are errors. */
function classNamed(name: string): new () => object {
  const Base = /(?:Error|Exception)$/.test(name) ? Error : Object;
  const Named = class extends Base {};
  Object.defineProperty(Named, 'name', { value: name });
  return Named;
}
