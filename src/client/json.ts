/** An object whose properties are looked at one by one; arrays are values of their own. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether `value` is a JSON object: neither an array nor `null`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * `value` as it would arrive if it were sent: dates are text, class instances are plain, properties
 * that are `undefined` are gone. The copy shares nothing with the original.
 */
export function asSent<T>(value: T): T;
export function asSent(value: unknown): unknown {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/** Whether two JSON values say the same, in whatever order their properties stand. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && contains(b, a);
}

/** Whether `whole` has every property of `part`, with the same value. */
export function contains(whole: unknown, part: unknown): boolean {
  if (!isJsonObject(whole) || !isJsonObject(part)) return isSame(whole, part);
  return Object.keys(part).every(
    (key) => Object.hasOwn(whole, key) && isSame(whole[key], part[key]),
  );
}

/** The property `key`, if it is the object's own. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
