import { describe, expect, it } from '@jest/globals';
import { compileProperty } from '../../src/representation/property.js';

describe('compileProperty', () => {
  it('reads a property by its name', () => {
    expect(compileProperty('version')({ version: 3 })).toBe(3);
  });

  it('reads along a dotted path', () => {
    expect(compileProperty('meta.row.version')({ meta: { row: { version: 3 } } })).toBe(3);
  });

  it('reads what a class inherits or computes', () => {
    class Row {
      get version(): number {
        return 3;
      }
    }
    expect(compileProperty('version')(new Row())).toBe(3);
  });

  it('reads falsy values as they are', () => {
    for (const version of [0, '', null, undefined, false]) {
      expect(compileProperty('meta.version')({ meta: { version } })).toBe(version);
    }
  });

  it.each([null, undefined, 3, 'text', true])('reads undefined where %j is on the way', (meta) => {
    expect(compileProperty('meta.version')({ meta })).toBeUndefined();
  });

  it.each([null, undefined, 3])('reads undefined from %j', (value) => {
    expect(compileProperty('version')(value as never)).toBeUndefined();
  });

  it.each(['', '.', 'meta.', '.version', 'meta..version', 3, null, undefined, ['version']])(
    'refuses %j, and says what to write',
    (path) => {
      expect(() => compileProperty(path as string)).toThrow(
        new TypeError(
          `A property must be given by its name or a dotted path such as 'meta.version', not ${JSON.stringify(path)}`,
        ),
      );
    },
  );
});
