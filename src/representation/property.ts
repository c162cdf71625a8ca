import { isObject } from './canonical-text.js';

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
  const names = path.split('.');
  return (value) => {
    let found: unknown = value;
    for (const name of names) {
      if (!isObject(found)) return undefined;
      found = found[name];
    }
    return found;
  };
}
