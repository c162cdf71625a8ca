import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalText } from '../../src/representation/canonical-text.js';

/** Values so few that two of them are often equal, and often nearly so. */
const fewValues = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, 0, 1, '', '1', 'null', true, '0,1', '{}'),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '1', 'toJSON', '__proto__'), tie('value'), {
      maxKeys: 2,
    }),
  ),
})).value;

/** What JSON has no word for, too: left out, replaced or asked for its `toJSON`. */
const anything = fc.anything({
  withBoxedValues: true,
  withDate: true,
  withNullPrototype: true,
  withSparseArray: true,
  maxDepth: 4,
});

function readBack(value: unknown): unknown {
  const json: string | undefined = JSON.stringify(value);
  return json === undefined ? undefined : JSON.parse(json);
}

function turnedAround(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnedAround);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, turnedAround(member)]);
  return Object.fromEntries(entries.toReversed());
}

function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

/** A value that notes what its toJSON is told. */
function noting(into: unknown[]) {
  return {
    toJSON(...args: unknown[]) {
      into.push(args);
      return 1;
    },
  };
}

describe('canonicalText', () => {
  describe('of what JSON can say', () => {
    it('reads like JSON with its keys in order', () => {
      expect(
        canonicalText({ name: 'Shaun', age: 27, tags: ['a', null, true, { z: 1, y: 2 }] }),
      ).toBe('{"age":27,"name":"Shaun","tags":["a",null,true,{"y":2,"z":1}]}');
    });

    it('reads back as what JSON.stringify would have written', () => {
      fc.assert(
        fc.property(anything, (value) => {
          const expected = readBack(value);
          const text = canonicalText(value);
          expect(text === 'undefined' ? undefined : JSON.parse(text)).toEqual(expected);
        }),
      );
    });

    it('is the same for two values exactly when their JSON reads back as equal', () => {
      fc.assert(
        fc.property(fewValues, fewValues, (one, other) => {
          expect(canonicalText(one) === canonicalText(other)).toBe(
            isDeepStrictEqual(readBack(one), readBack(other)),
          );
        }),
        { numRuns: 2000 },
      );
    });

    it('does not depend on the order in which properties were set', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (value) => {
          expect(canonicalText(turnedAround(value))).toBe(canonicalText(value));
        }),
      );
    });

    it('orders many keys as it orders few: by code unit', () => {
      const keys = Array.from({ length: 60 }, (_, index) => `k${(index * 7) % 60}`);
      const value = Object.fromEntries(keys.map((key) => [key, 0]));
      expect(canonicalText(value)).toBe(
        `{${keys
          .toSorted()
          .map((key) => `"${key}":0`)
          .join()}}`,
      );
      expect(canonicalText({ '\u{1f98a}': 1, '\uff21': 2, Z: 3, a: 4 })).toBe(
        '{"Z":3,"a":4,"\u{1f98a}":1,"\uff21":2}',
      );
    });

    it('depends on the order of an array', () => {
      expect(canonicalText([1, 2])).not.toBe(canonicalText([2, 1]));
    });

    it('stays the same for a value that came out of a cache as JSON', () => {
      const value = { at: new Date(0), none: undefined, list: [undefined, Number.NaN], zero: -0 };
      expect(canonicalText(readBack(value))).toBe(canonicalText(value));
    });

    it('counts own enumerable members only, as JSON does', () => {
      class Account {
        readonly name = 'Shaun';
        readonly #pin = 1234;
        get pin() {
          return this.#pin;
        }
      }
      const account = Object.defineProperty(new Account(), 'hidden', { value: 1 });
      expect(canonicalText(account)).toBe('{"name":"Shaun"}');
    });

    it('takes a member named __proto__ for content', () => {
      expect(canonicalText(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
    });
  });

  describe('of undefined, functions and symbols', () => {
    it('leaves them out among members and writes null for them among elements', () => {
      const nothings = { a: undefined, b: () => 1, c: Symbol('c') };
      expect(canonicalText({ ...nothings, d: 1 })).toBe('{"d":1}');
      expect(canonicalText(Object.values(nothings))).toBe('[null,null,null]');
    });

    it('tells them from null where they are the value itself', () => {
      expect(canonicalText(undefined)).toBe('undefined');
      expect(canonicalText(() => 1)).toBe('undefined');
      expect(canonicalText(Symbol('s'))).toBe('undefined');
      expect(canonicalText(null)).toBe('null');
      expect(canonicalText('undefined')).toBe('"undefined"');
    });

    it('tells null from missing', () => {
      expect(canonicalText({ a: null })).not.toBe(canonicalText({}));
    });
  });

  describe('of numbers and strings', () => {
    it.each([
      [0, '0'],
      [-0, '0'],
      [1e21, '1e+21'],
      [0.1, '0.1'],
      [Number.NaN, 'null'],
      [Number.POSITIVE_INFINITY, 'null'],
      [Number.NEGATIVE_INFINITY, 'null'],
    ])('writes the number %d as JSON does', (value, text) => {
      expect(canonicalText(value)).toBe(text);
      expect(JSON.stringify(value)).toBe(text);
    });

    it.each([
      '',
      'Zoë 🦊',
      '"',
      '\\',
      '\n\u0000\u001f',
      '\u007f\u2028\u2029',
      '\ud800',
      'a\udc00b',
    ])('writes the string %j as JSON does', (value) => {
      expect(canonicalText(value)).toBe(JSON.stringify(value));
      expect(canonicalText({ [value]: 1 })).toBe(JSON.stringify({ [value]: 1 }));
    });

    it('writes every string as JSON does', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), (value) => {
          expect(canonicalText(value)).toBe(JSON.stringify(value));
        }),
      );
    });

    it('takes boxed primitives for what is in them', () => {
      const boxed = [Object(1), Object('a"'), Object(true), Object(false), Object(Number.NaN)];
      expect(canonicalText(boxed)).toBe(JSON.stringify(boxed));
      expect(canonicalText(Object(2n))).toBe('2n');
    });

    it('tells 1n from 1 and from "1"', () => {
      expect([1n, 1, '1', '1n'].map((value) => canonicalText(value))).toEqual([
        '1n',
        '1',
        '"1"',
        '"1n"',
      ]);
      expect(canonicalText({ id: 9_007_199_254_740_993n })).toBe('{"id":9007199254740993n}');
    });

    it('writes a BigInt as it is sent where the application taught it toJSON', () => {
      const prototype: object = BigInt.prototype;
      Object.defineProperty(prototype, 'toJSON', {
        configurable: true,
        value(this: bigint) {
          return this.toString();
        },
      });
      try {
        expect(canonicalText({ id: 1n })).toBe('{"id":"1"}');
      } finally {
        Reflect.deleteProperty(prototype, 'toJSON');
      }
    });
  });

  describe('of values with toJSON', () => {
    it('writes a Date as its ISO text, and an invalid one as null', () => {
      expect(canonicalText({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
      expect(canonicalText(new Date(Number.NaN))).toBe('null');
    });

    it('tells toJSON the key that JSON.stringify tells it', () => {
      const said = (into: unknown[]) => ({
        a: noting(into),
        list: [noting(into), [noting(into)]],
      });
      const mine: unknown[] = [];
      const theirs: unknown[] = [];
      canonicalText(noting(mine));
      canonicalText(said(mine));
      JSON.stringify(noting(theirs));
      JSON.stringify(said(theirs));
      expect(mine).toEqual([[''], ['a'], ['0'], ['0']]);
      expect(mine).toEqual(theirs);
    });

    it('asks once a node: what toJSON returns is not asked again, its members are', () => {
      const inner = { toJSON: () => 'inner' };
      const value = { toJSON: () => ({ inner, toJSON: () => 'twice' }) };
      expect(canonicalText(value)).toBe('{"inner":"inner"}');
      expect(JSON.stringify(value)).toBe('{"inner":"inner"}');
    });

    it('leaves a member out whose toJSON says undefined', () => {
      expect(canonicalText({ a: { toJSON: () => undefined }, b: 1 })).toBe('{"b":1}');
    });

    it('honours toJSON of arrays and functions, and ignores one that is no function', () => {
      const list = Object.assign([1, 2], { toJSON: () => 'list' });
      const method = Object.assign(() => 1, { toJSON: () => 'method' });
      const value = { list, method, plain: { toJSON: 'x' } };
      expect(canonicalText(value)).toBe('{"list":"list","method":"method","plain":{"toJSON":"x"}}');
      expect(JSON.stringify(value)).toBe(canonicalText(value));
    });

    it('lets through what toJSON throws', () => {
      const value = {
        toJSON() {
          throw new RangeError('mine');
        },
      };
      expect(() => canonicalText({ value })).toThrow(new RangeError('mine'));
    });
  });

  describe('of what JSON would lose', () => {
    it('writes a Map by its entries, in whatever order they were set', () => {
      const map = new Map<unknown, unknown>([
        ['b', 1],
        ['a"', undefined],
        [1, 'x'],
        [{ z: 1 }, null],
      ]);
      expect(canonicalText(map)).toBe('Map{"a\\"":undefined,"b":1,1:"x",{"z":1}:null}');
      expect(canonicalText(new Map([...map].toReversed()))).toBe(canonicalText(map));
    });

    it('tells the key 1 of a Map from the key "1", and a Map from an object', () => {
      expect(canonicalText(new Map([[1, 0]]))).not.toBe(canonicalText(new Map([['1', 0]])));
      expect(canonicalText(new Map([['a', 1]]))).not.toBe(canonicalText({ a: 1 }));
      expect(canonicalText(new Map())).not.toBe(canonicalText({}));
    });

    it('writes a Set by its elements, in whatever order they were added', () => {
      expect(canonicalText(new Set(['b', 1, undefined, 'a']))).toBe('Set["a","b",1,undefined]');
      expect(canonicalText(new Set([1, 2]))).toBe(canonicalText(new Set([2, 1])));
      expect(canonicalText(new Set([1]))).not.toBe(canonicalText([1]));
    });

    it('knows a Map and a Set of another realm', () => {
      expect(canonicalText(structuredClone(new Map([['a', new Set([1])]])))).toBe(
        'Map{"a":Set[1]}',
      );
    });

    it('takes what only calls itself a Map or a Set for the object that it is', () => {
      expect(canonicalText({ [Symbol.toStringTag]: 'Map', a: 1 })).toBe('{"a":1}');
      class Bag {
        readonly a = 1;
        readonly #tag: string;
        constructor(tag: string) {
          this.#tag = tag;
        }
        get [Symbol.toStringTag]() {
          return this.#tag;
        }
      }
      expect(canonicalText(new Bag('Map'))).toBe('{"a":1}');
      expect(canonicalText(new Bag('Set'))).toBe('{"a":1}');
    });

    it('writes bytes in base64, whatever holds them', () => {
      const bytes = Uint8Array.of(1, 2, 3);
      expect(canonicalText(bytes)).toBe('Uint8Array"AQID"');
      expect(canonicalText(Buffer.from(bytes))).toBe('Uint8Array"AQID"');
      expect(canonicalText(Uint8Array.of(0, 1, 2, 3, 4).subarray(1, 4))).toBe('Uint8Array"AQID"');
      expect(canonicalText(Int8Array.of(-1))).toBe('Int8Array"/w=="');
      expect(canonicalText(new DataView(bytes.buffer, 1))).toBe('DataView"AgM="');
      expect(canonicalText(bytes.buffer)).toBe('ArrayBuffer"AQID"');
      expect(canonicalText(new SharedArrayBuffer(1))).toBe('ArrayBuffer"AA=="');
    });

    it('writes wider elements one by one, so that the byte order of the machine does not matter', () => {
      expect(canonicalText(Float64Array.of(0.5, Number.NaN))).toBe('Float64Array[0.5,NaN]');
      expect(canonicalText(Uint16Array.of(1, 256))).toBe('Uint16Array[1,256]');
      expect(canonicalText(BigInt64Array.of(-1n))).toBe('BigInt64Array[-1]');
    });

    it('never shares a text with what JSON can say', () => {
      const said = [
        undefined,
        1n,
        new Map(),
        new Set(),
        new Uint8Array(2),
        new ArrayBuffer(2),
        Float32Array.of(1),
      ];
      for (const value of said) expect(() => JSON.parse(canonicalText(value))).toThrow(SyntaxError);
    });

    it('treats what JSON empties and nobody tags as JSON does', () => {
      expect(canonicalText([/x/, new Error('x'), Promise.resolve(1), new WeakMap()])).toBe(
        '[{},{},{},{}]',
      );
    });
  });

  describe('of a value that contains itself', () => {
    it('says which place refers back to which', () => {
      const a: Record<string, unknown> = {};
      a['b'] = { c: a };
      expect(() => canonicalText({ a })).toThrow(TypeError);
      expect(() => canonicalText({ a })).toThrow(
        'a.b.c refers back to a, and a value that contains itself has no text: select properties that do not lead back, or leave it out with toJSON.',
      );
    });

    it('says so of the whole value, arrays, maps and sets', () => {
      const whole: { self?: unknown } = {};
      whole.self = whole;
      const list: unknown[] = [1];
      list.push({ list });
      const map = new Map<unknown, unknown>();
      map.set('me', [map]);
      const byObject = new Map<unknown, unknown>();
      byObject.set({ id: 1 }, byObject);
      const asKey = new Map<unknown, unknown>();
      asKey.set(asKey, 1);
      const set = new Set<unknown>();
      set.add(set);
      expect(() => canonicalText(whole)).toThrow(/^self refers back to the whole value, /);
      expect(() => canonicalText({ list })).toThrow(/^list\.1\.list refers back to list, /);
      expect(() => canonicalText({ map })).toThrow(/^map\.me\.0 refers back to map, /);
      expect(() => canonicalText({ byObject })).toThrow(
        /^byObject\.\{"id":1\} refers back to byObject, /,
      );
      expect(() => canonicalText({ asKey })).toThrow(/^asKey\.key refers back to asKey, /);
      expect(() => canonicalText({ set })).toThrow(/^set\.0 refers back to set, /);
    });

    it('says under which path the value was found', () => {
      const owner: { company?: unknown } = {};
      owner.company = { owner };
      expect(() => canonicalText(owner, 'owner', 'team.owner')).toThrow(
        /^team\.owner\.company\.owner refers back to team\.owner, /,
      );
    });

    it('is content with a value that stands in two places', () => {
      const shared = { id: 1 };
      expect(canonicalText({ a: shared, b: [shared, shared] })).toBe(
        '{"a":{"id":1},"b":[{"id":1},{"id":1}]}',
      );
    });
  });

  describe('of a value that nests deep', () => {
    it('writes five hundred levels', () => {
      const text = canonicalText(nested(500, (inner) => [inner]));
      expect(text).toBe(`${'['.repeat(500)}"bottom"${']'.repeat(500)}`);
    });

    it.each<[string, (inner: unknown) => unknown, string]>([
      ['arrays', (inner) => [inner], '0.0.0.0.0.0.0.0…'],
      ['objects', (a) => ({ a }), 'a.a.a.a.a.a.a.a…'],
      ['maps', (inner) => new Map([['m', inner]]), 'm.m.m.m.m.m.m.m…'],
      ['sets', (inner) => new Set([inner]), '0.0.0.0.0.0.0.0…'],
      ['toJSON', (inner) => ({ toJSON: () => [inner] }), '0.0.0.0.0.0.0.0…'],
    ])('refuses ten thousand levels of %s with a sentence', (_, wrap, path) => {
      const deep = nested(10_000, wrap);
      expect(() => canonicalText(deep)).toThrow(RangeError);
      expect(() => canonicalText(deep)).toThrow(
        `${path} nests deeper than 500 levels: select properties further up.`,
      );
    });

    it('refuses one level more than it writes', () => {
      expect(() => canonicalText(nested(501, (inner) => [inner]))).toThrow(/^0\.0.* nests deeper/);
    });

    it('ends where toJSON makes a new value every time', () => {
      class Endless {
        toJSON(): unknown {
          return { next: new Endless() };
        }
      }
      expect(() => canonicalText(new Endless())).toThrow(RangeError);
    });
  });
});
