/** Whether a value is an object and no array. */
export function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an object is no Map, Date, Error or their like, whose content is not in its properties. */
export function isOfProperties(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** Whether an object is written as a literal, in whichever realm; a class makes others. */
export function isLiteral(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** What JSON makes of a value before it writes it: documents of some ORMs say so themselves. */
export function jsonForm(value: unknown, key = ''): unknown {
  const { toJSON } = (value ?? {}) as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value, key) as unknown) : value;
}

/** Whether a value can be awaited. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
