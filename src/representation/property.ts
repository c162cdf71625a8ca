/**
 * A function that reads one property, given by a dotted path that is split once: `'version'`,
 * `'meta.version'`. Where null or undefined stands on the way it reads `undefined`.
 *
 * @throws TypeError for anything but a path of names that are not empty.
 */
export function compileProperty(path: string): (value: object) => unknown {
  if (typeof path !== 'string' || path.split('.').includes('')) {
    throw new TypeError(
      `A property must be given by its name or a dotted path such as 'meta.version', not ${JSON.stringify(path)}`,
    );
  }
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) return (value) => (value as Record<string, unknown>)[first];
  return (value) => {
    let found = (value as Record<string, unknown>)[first];
    for (const name of rest) {
      if (found === null || found === undefined) return undefined;
      found = (found as Record<string, unknown>)[name];
    }
    return found;
  };
}
