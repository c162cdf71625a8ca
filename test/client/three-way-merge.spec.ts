import { describe, expect, it } from '@jest/globals';
import { assert, jsonValue, property } from 'fast-check';
import { threeWayMerge } from '../../src/client/index.js';

describe('threeWayMerge', () => {
  it('takes from each side what only that side changed', () => {
    const base = { title: 'a', text: 'b', stars: 1 };
    expect(threeWayMerge(base, { ...base, title: 'A' }, { ...base, text: 'B' })).toEqual({
      merged: { title: 'A', text: 'B', stars: 1 },
      conflicts: [],
    });
  });

  it('takes once what both changed to the same value', () => {
    const base = { title: 'a', address: { city: 'x' } };
    const both = { title: 'A', address: { city: 'y' } };
    expect(threeWayMerge(base, both, both)).toEqual({ merged: both, conflicts: [] });
  });

  it('lists what both changed to different values, and keeps theirs', () => {
    expect(threeWayMerge({ stars: 1 }, { stars: 2 }, { stars: 3 })).toEqual({
      merged: { stars: 3 },
      conflicts: [{ pointer: '/stars', base: 1, mine: 2, theirs: 3 }],
    });
  });

  it('enters nested objects', () => {
    const base = { address: { street: 'a', city: 'b', zip: '1' } };
    const mine = { address: { street: 'A', city: 'b', zip: '2' } };
    const theirs = { address: { street: 'a', city: 'B', zip: '3' } };
    expect(threeWayMerge(base, mine, theirs)).toEqual({
      merged: { address: { street: 'A', city: 'B', zip: '3' } },
      conflicts: [{ pointer: '/address/zip', base: '1', mine: '2', theirs: '3' }],
    });
  });

  it('takes an array whole, because its elements have no names', () => {
    const base = { items: [{ id: 1 }, { id: 2 }] };
    const mine = { items: [{ id: 1, done: true }, { id: 2 }] };
    const theirs = { items: [{ id: 0 }, { id: 1 }, { id: 2 }] };
    expect(threeWayMerge(base, mine, base)).toEqual({ merged: mine, conflicts: [] });
    expect(threeWayMerge(base, mine, theirs)).toEqual({
      merged: theirs,
      conflicts: [{ pointer: '/items', base: base.items, mine: mine.items, theirs: theirs.items }],
    });
  });

  it('keeps what either side added', () => {
    expect(threeWayMerge({}, { a: 1 }, { b: 2 })).toEqual({
      merged: { a: 1, b: 2 },
      conflicts: [],
    });
  });

  it('finds a conflict where both added different values under one name', () => {
    expect(threeWayMerge({}, { a: { x: 1 } }, { a: { y: 2 } })).toEqual({
      merged: { a: { y: 2 } },
      conflicts: [{ pointer: '/a', base: undefined, mine: { x: 1 }, theirs: { y: 2 } }],
    });
  });

  it('removes what either side removed and the other left alone', () => {
    const base = { a: 1, b: 2, c: 3 };
    expect(threeWayMerge(base, { b: 2, c: 3 }, { a: 1, c: 3 })).toEqual({
      merged: { c: 3 },
      conflicts: [],
    });
  });

  it('finds a conflict where one side removed what the other changed', () => {
    expect(threeWayMerge({ a: 1 }, {}, { a: 2 })).toEqual({
      merged: { a: 2 },
      conflicts: [{ pointer: '/a', base: 1, mine: undefined, theirs: 2 }],
    });
    expect(threeWayMerge({ a: 1 }, { a: 2 }, {})).toEqual({
      merged: {},
      conflicts: [{ pointer: '/a', base: 1, mine: 2, theirs: undefined }],
    });
  });

  it('takes undefined for removed, as JSON does', () => {
    expect(threeWayMerge({ a: 1, b: 1 }, { a: undefined, b: 1 }, { a: 1, b: 2 })).toEqual({
      merged: { b: 2 },
      conflicts: [],
    });
  });

  it('tells null from absent', () => {
    expect(threeWayMerge({ a: 1 }, { a: null }, {}).conflicts).toEqual([
      { pointer: '/a', base: 1, mine: null, theirs: undefined },
    ]);
  });

  it('finds a conflict at the root where there is nothing to enter', () => {
    expect(threeWayMerge('a', 'b', 'c')).toEqual({
      merged: 'c',
      conflicts: [{ pointer: '', base: 'a', mine: 'b', theirs: 'c' }],
    });
    expect(threeWayMerge([1], [1, 2], [1, 3]).conflicts).toHaveLength(1);
  });

  it('escapes "~" and "/" in pointers (RFC 6901)', () => {
    const pointers = threeWayMerge(
      { 'a/b': 1, 'm~n': 1, '~1': 1, '': 1, ' ': 1 },
      { 'a/b': 2, 'm~n': 2, '~1': 2, '': 2, ' ': 2 },
      { 'a/b': 3, 'm~n': 3, '~1': 3, '': 3, ' ': 3 },
    ).conflicts.map(({ pointer }) => pointer);
    expect(pointers).toEqual(['/a~1b', '/m~0n', '/~01', '/', '/ ']);
  });

  it('treats a property called __proto__ like any other', () => {
    const base: unknown = JSON.parse('{"a": 1, "__proto__": {"admin": false}}');
    const mine: unknown = JSON.parse('{"a": 1, "__proto__": {"admin": true}}');
    const theirs: unknown = JSON.parse('{"a": 2, "__proto__": {"admin": false}}');
    const { merged, conflicts } = threeWayMerge(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(JSON.stringify(merged)).toBe('{"a":2,"__proto__":{"admin":true}}');
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it('does not take an inherited name for a property', () => {
    expect(threeWayMerge({}, { toString: 'x', constructor: 'y' }, { __proto__: null })).toEqual({
      merged: { toString: 'x', constructor: 'y' },
      conflicts: [],
    });
  });

  it('compares dates and class instances as they are sent', () => {
    const at = (day: number) => new Date(Date.UTC(2026, 0, day));
    expect(
      threeWayMerge(
        { at: '2026-01-01T00:00:00.000Z', n: 1 },
        { at: at(1), n: 1 },
        { at: at(1), n: 2 },
      ),
    ).toEqual({ merged: { at: '2026-01-01T00:00:00.000Z', n: 2 }, conflicts: [] });
    expect(threeWayMerge({ at: at(1) }, { at: at(2) }, { at: at(3) }).conflicts).toHaveLength(1);
  });

  it('does not mind the order of properties', () => {
    const { merged, conflicts } = threeWayMerge(
      { o: { a: 1, b: 2 } },
      { o: { b: 2, a: 1 } },
      { o: { a: 1, b: 3 } },
    );
    expect({ merged, conflicts }).toEqual({ merged: { o: { a: 1, b: 3 } }, conflicts: [] });
  });

  it('leaves what it was given as it is and shares nothing with it', () => {
    const base = { list: [1], nested: { a: 1 } };
    const mine = { list: [1], nested: { a: 2 } };
    const theirs = { list: [1, 2], nested: { a: 1 } };
    const { merged } = threeWayMerge(base, mine, theirs);
    merged.list.push(3);
    merged.nested.a = 9;
    expect([base, mine, theirs]).toEqual([
      { list: [1], nested: { a: 1 } },
      { list: [1], nested: { a: 2 } },
      { list: [1, 2], nested: { a: 1 } },
    ]);
  });

  describe('for any JSON', () => {
    const json = jsonValue({ maxDepth: 3 });
    const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

    it('is the other side if one side changed nothing', () => {
      assert(
        property(json, json, (base, changed) => {
          expect(threeWayMerge(base, changed, base)).toEqual({
            merged: asJson(changed),
            conflicts: [],
          });
          expect(threeWayMerge(base, base, changed)).toEqual({
            merged: asJson(changed),
            conflicts: [],
          });
        }),
      );
    });

    it('finds the same conflicts from either side', () => {
      assert(
        property(json, json, json, (base, a, b) => {
          const pointers = (mine: unknown, theirs: unknown) =>
            threeWayMerge(base, mine, theirs)
              .conflicts.map(({ pointer }) => pointer)
              .toSorted();
          expect(pointers(a, b)).toEqual(pointers(b, a));
        }),
      );
    });
  });
});
