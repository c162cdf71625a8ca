import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalText } from '../../src/representation/canonical-text.js';
import { createDigest } from '../../src/representation/digest.js';
import { compileSelection } from '../../src/representation/selection.js';

const SHAUN = { name: 'Shaun', age: 27 };

interface Entity {
  readonly name: string;
  readonly age: number;
  readonly address: { readonly city: string; readonly zip: string } | null;
  readonly items: readonly { readonly id: number; readonly quantity: number }[];
}

/** Entities with something of everything that a path can go through. */
function entities(word: fc.Arbitrary<string>, id: fc.Arbitrary<number>): fc.Arbitrary<Entity> {
  return fc.record({
    name: word,
    age: fc.integer(),
    address: fc.option(fc.record({ city: word, zip: fc.string() })),
    items: fc.array(fc.record({ id, quantity: fc.integer() }), { maxLength: 2 }),
  });
}

const entity = entities(fc.string(), fc.integer());

/** Entities so alike that two of them often have the same name, city and items. */
const alike = entities(fc.constantFrom('', 'a'), fc.constantFrom(0, 1));

/** What `name`, `address.city` and `items.id` select. */
function contentOf({ name, address, items }: Entity): unknown {
  return [name, address && address.city, items.map(({ id }) => id)];
}

const FIELDS = ['name', 'age', 'address', 'address.city', 'address.zip', 'items.id', 'items'];

/** As fields come out of JavaScript, where nobody checks their type. */
function untyped(fields: unknown): () => unknown {
  return () => Reflect.apply(compileSelection, undefined, [fields]);
}

function text(fields: readonly string[], value: unknown): string {
  return compileSelection(fields).text(value);
}

function missing(fields: readonly string[], value: unknown): readonly string[] {
  return compileSelection(fields).missing(value);
}

describe('compileSelection', () => {
  describe('golden digests: a change here changes the tags of every deployed application', () => {
    const digest = createDigest();
    const keyed = createDigest({ secret: 'correct horse battery staple' });

    it('one field', () => {
      expect(text(['name'], SHAUN)).toBe('["name"]{"name":"Shaun"}');
      expect(digest(text(['name'], SHAUN))).toBe('dc31cc2cf7012b08cb8abb113c59fc05');
      expect(keyed(text(['name'], SHAUN))).toBe('409298663e831f704cd250dc1c58cbe2');
    });

    it('text beyond ASCII', () => {
      const value = { name: 'Zoë 🦊 東京' };
      expect(digest(text(['name'], value))).toBe('8bf7979cb429d9be5e3f086f239c15da');
      expect(keyed(text(['name'], value))).toBe('0113a84abf1a0fc4548fa5127c38d949');
    });

    it('nothing there', () => {
      expect(text(['name'], {})).toBe('["name"]{"name":undefined}');
      expect(digest(text(['name'], {}))).toBe('a1dad50d7cc471ba096c20246c0fc4ff');
    });
  });

  describe('fields', () => {
    it('stand in the order of their code units, each once', () => {
      expect(compileSelection(['name', 'age', 'name', 'Zip', 'address.city']).fields).toEqual([
        'Zip',
        'address.city',
        'age',
        'name',
      ]);
    });

    it('are those that were given, whatever happens to the list later', () => {
      const fields = ['name'];
      const selection = compileSelection(fields);
      fields[0] = 'age';
      expect(selection.text(SHAUN)).toBe('["name"]{"name":"Shaun"}');
      expect(Object.isFrozen(selection.fields)).toBe(true);
    });

    it.each<[unknown, string]>([
      [undefined, 'undefined'],
      [null, 'null'],
      ['name', "the string 'name'"],
      [{ 0: 'name' }, 'object'],
      [new Set(['name']), 'object'],
    ])('that are no list are refused: %p', (fields, what) => {
      expect(untyped(fields)).toThrow(TypeError);
      expect(untyped(fields)).toThrow(
        `The selected fields must be a list, such as ['name', 'address.city'], not ${what}.`,
      );
    });

    it('that are none at all are refused', () => {
      expect(() => compileSelection([])).toThrow(TypeError);
      expect(() => compileSelection([])).toThrow(
        "The list of selected fields is empty: name at least one, such as ['name'], or use a strong tag for the whole.",
      );
    });

    it.each<[unknown, string]>([
      [1, 'number'],
      [null, 'null'],
      [undefined, 'undefined'],
      [['name'], 'object'],
    ])('that are no strings are refused: %p', (field, what) => {
      expect(untyped(['name', field])).toThrow(TypeError);
      expect(untyped(['name', field])).toThrow(`A selected field must be a string, not ${what}.`);
    });

    it.each(['', '.', 'a.', '.a', 'a..b'])('with an empty name are refused: %j', (field) => {
      expect(() => compileSelection(['name', field])).toThrow(TypeError);
      expect(() => compileSelection(['name', field])).toThrow(
        `The selected field '${field}' has an empty name in it: write names with one dot between them, such as 'address.city'.`,
      );
    });

    it.each(['__proto__', 'constructor', 'prototype'])('through %s are refused', (name) => {
      for (const field of [name, `a.${name}`, `${name}.a`]) {
        expect(() => compileSelection([field])).toThrow(TypeError);
        expect(() => compileSelection([field])).toThrow(
          `The selected field '${field}' goes through '${name}', which is no content: name a property of the entity.`,
        );
      }
    });
  });

  describe('text', () => {
    it('begins with the fields and goes on with nothing but them', () => {
      const value = { ...SHAUN, address: { city: 'Oslo', zip: '0154' } };
      expect(text(['name', 'address.zip', 'address.city'], value)).toBe(
        '["address.city","address.zip","name"]{"address":{"city":"Oslo","zip":"0154"},"name":"Shaun"}',
      );
    });

    it('does not depend on the order of the fields, nor on one that stands twice', () => {
      fc.assert(
        fc.property(fc.shuffledSubarray(FIELDS, { minLength: 1 }), entity, (fields, value) => {
          expect(text([...fields, ...fields.toReversed()], value)).toBe(
            text(fields.toSorted(), value),
          );
        }),
      );
    });

    it('does not depend on the order in which properties were set', () => {
      const a = { name: 'x', address: { city: 'Oslo', geo: { lat: 1, lon: 2 } } };
      const b = { address: { geo: { lon: 2, lat: 1 }, city: 'Oslo' }, name: 'x' };
      expect(text(['name', 'address'], a)).toBe(text(['name', 'address'], b));
      expect(text(['address.geo'], a)).toBe(text(['address.geo'], b));
    });

    it('stays when a property changes that is not selected', () => {
      const fields = ['name', 'address.city', 'items.id'];
      fc.assert(
        fc.property(entity, fc.integer(), fc.string(), (value, number, word) => {
          const changed = {
            ...value,
            age: number,
            nickname: word,
            address: value.address && { ...value.address, zip: word },
            items: value.items.map((item) => ({ ...item, quantity: number })),
          };
          expect(text(fields, changed)).toBe(text(fields, value));
        }),
      );
    });

    it('changes exactly when a selected property does', () => {
      const fields = ['name', 'address.city', 'items.id'];
      fc.assert(
        fc.property(alike, alike, (one, other) => {
          expect(text(fields, one) === text(fields, other)).toBe(
            isDeepStrictEqual(contentOf(one), contentOf(other)),
          );
        }),
        { numRuns: 1000 },
      );
    });

    it('is never shared by two lists of fields, whatever the values', () => {
      const name = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', ']', '.'), minLength: 1 });
      const field = name.filter((path) => !path.split('.').includes(''));
      const fields = fc.array(field, { minLength: 1, maxLength: 3 });
      const value = fc.oneof(entity, fc.constantFrom<unknown>(null, undefined, {}, [], { a: 1 }));
      fc.assert(
        fc.property(fields, fields, value, value, (one, other, first, second) => {
          const isSame =
            canonicalText([...new Set(one)].toSorted()) ===
            canonicalText([...new Set(other)].toSorted());
          fc.pre(!isSame);
          expect(text(one, first)).not.toBe(text(other, second));
        }),
        { numRuns: 1000 },
      );
    });

    it('tells a property that is covered by another from that other alone', () => {
      const value = { address: { city: 'Oslo', zip: '0154' } };
      expect(text(['address', 'address.city'], value)).toBe(
        '["address","address.city"]{"address":{"city":"Oslo","zip":"0154"}}',
      );
    });

    it('does not take one name for the beginning of another', () => {
      const value = { a: { b: 1, c: 2 }, ab: { c: 3 } };
      expect(text(['a.b', 'ab.c'], value)).toBe('["a.b","ab.c"]{"a":{"b":1},"ab":{"c":3}}');
    });

    it('orders names that sort around the dot', () => {
      const value = { a: { b: 1, c: 2 }, 'a-b': 3 };
      expect(text(['a.c', 'a-b', 'a.b'], value)).toBe(
        '["a-b","a.b","a.c"]{"a-b":3,"a":{"b":1,"c":2}}',
      );
    });

    it('takes missing, undefined and methods for the same, and null for something else', () => {
      const texts = [{}, { name: undefined }, { name: () => 'x' }, { name: null }].map((value) =>
        text(['name'], value),
      );
      expect(texts).toEqual([
        '["name"]{"name":undefined}',
        '["name"]{"name":undefined}',
        '["name"]{"name":undefined}',
        '["name"]{"name":null}',
      ]);
      expect(text(['name'], { name: 'undefined' })).toBe('["name"]{"name":"undefined"}');
    });

    it('tells null on the way from null at its end, and both from missing', () => {
      const values = [
        { a: null },
        { a: { b: null } },
        { a: { b: { c: null } } },
        { a: { b: {} } },
        { a: {} },
        {},
      ];
      const texts = values.map((value) => text(['a.b.c'], value));
      expect(new Set(texts).size).toBe(values.length);
    });

    it('finds nothing within a text or a number', () => {
      expect(text(['name.length'], SHAUN)).toBe('["name.length"]{"name":undefined}');
      expect(text(['length'], 'Shaun')).toBe('["length"]undefined');
      expect(text(['name'], undefined)).toBe('["name"]undefined');
      expect(text(['name'], null)).toBe('["name"]null');
    });

    it('reaches into every element of an array', () => {
      const value = { items: [{ id: 1, quantity: 9 }, { id: 2 }, null, {}, 'x'] };
      expect(text(['items.id'], value)).toBe(
        '["items.id"]{"items":[{"id":1},{"id":2},null,{"id":undefined},undefined]}',
      );
      expect(text(['items.id'], { items: [] })).toBe('["items.id"]{"items":[]}');
    });

    it('keeps the properties of one element together', () => {
      const fields = ['items.id', 'items.tags.name'];
      expect(text(fields, { items: [{ id: 1, tags: [{ name: 'a' }, { name: 'b' }] }] })).toBe(
        '["items.id","items.tags.name"]{"items":[{"id":1,"tags":[{"name":"a"},{"name":"b"}]}]}',
      );
    });

    it('depends on the order of the elements', () => {
      expect(text(['items.id'], { items: [{ id: 1 }, { id: 2 }] })).not.toBe(
        text(['items.id'], { items: [{ id: 2 }, { id: 1 }] }),
      );
    });

    it('of a list is that of its elements, in order', () => {
      expect(text(['name'], [SHAUN, { name: 'Zoë' }, [SHAUN]])).toBe(
        '["name"][{"name":"Shaun"},{"name":"Zoë"},[{"name":"Shaun"}]]',
      );
      expect(text(['name'], [])).toBe('["name"][]');
    });

    it('reads getters of the class', () => {
      class User {
        readonly first = 'Shaun';
        readonly last = 'Murphy';
        get name() {
          return `${this.first} ${this.last}`;
        }
      }
      expect(text(['name'], new User())).toBe('["name"]{"name":"Shaun Murphy"}');
    });

    it('selects from what toJSON returns, on the way and at the end', () => {
      const id = { toJSON: () => 'f00', secret: 1 };
      const owner = { id, toJSON: () => ({ id, name: 'Shaun' }) };
      const document = { owner, toJSON: () => ({ owner, at: new Date(0) }) };
      expect(text(['owner.id', 'owner.name', 'at'], document)).toBe(
        '["at","owner.id","owner.name"]{"at":"1970-01-01T00:00:00.000Z","owner":{"id":"f00","name":"Shaun"}}',
      );
      expect(text(['owner.id.secret'], document)).toBe(
        '["owner.id.secret"]{"owner":{"id":undefined}}',
      );
    });

    it('tells toJSON the key that JSON.stringify would', () => {
      const keys: unknown[] = [];
      const value = {
        toJSON(key: unknown) {
          keys.push(key);
          return { a: value.a };
        },
        a: [{ toJSON: (key: unknown) => void keys.push(key) }],
      };
      compileSelection(['a.b']).text(value);
      compileSelection(['a']).text(value);
      expect(keys).toEqual(['', '0', '', '0']);
    });

    it('goes around a circle as far as the path does', () => {
      const owner: { name: string; company?: unknown } = { name: 'Shaun' };
      owner.company = { owner };
      expect(text(['company.owner.name'], owner)).toBe(
        '["company.owner.name"]{"company":{"owner":{"name":"Shaun"}}}',
      );
    });

    it('says where a selected property contains itself', () => {
      const owner: { company?: unknown } = {};
      owner.company = { owner };
      expect(() => text(['company.owner'], owner)).toThrow(TypeError);
      expect(() => text(['company.owner'], owner)).toThrow(
        /^company\.owner\.company\.owner refers back to company\.owner, /,
      );
    });

    it('says where lists within lists have no end', () => {
      const list: unknown[] = [];
      list.push(list);
      expect(() => text(['name'], list)).toThrow(RangeError);
      expect(() => text(['name'], list)).toThrow(/^the list nests deeper than 500 levels: /);
      expect(() => text(['a.items.id'], { a: { items: list } })).toThrow(
        /^a\.items nests deeper than 500 levels: /,
      );
    });
  });

  describe('missing', () => {
    it('names the fields that the value has no property for', () => {
      expect(missing(['name', 'nmae', 'address.city'], SHAUN)).toEqual(['address.city', 'nmae']);
      expect(missing(['name', 'age'], SHAUN)).toEqual([]);
    });

    it('takes a property that is null or undefined for one that is there', () => {
      expect(missing(['a', 'b'], { a: null, b: undefined })).toEqual([]);
    });

    it('says nothing of what null or undefined on the way would have', () => {
      expect(missing(['a.x', 'b.x', 'c.x'], { a: null, b: undefined })).toEqual(['c.x']);
      expect(missing(['name'], null)).toEqual([]);
      expect(missing(['name'], undefined)).toEqual([]);
    });

    it('counts inherited getters, and no methods', () => {
      class User {
        readonly id = 1;
        get name() {
          return 'Shaun';
        }
        rename() {
          return this;
        }
      }
      expect(missing(['id', 'name', 'rename', 'toString'], new User())).toEqual([
        'rename',
        'toString',
      ]);
    });

    it('looks into every element: only what all of them lack is missing', () => {
      const items = [{ id: 1 }, { id: 2, note: 'x' }];
      expect(missing(['items.id', 'items.note', 'items.naem'], { items })).toEqual(['items.naem']);
      expect(missing(['id', 'note', 'naem'], items)).toEqual(['naem']);
      expect(missing(['items.naem'], { items: [{ id: 1 }, null] })).toEqual([]);
    });

    it('finds nothing missing in an empty list', () => {
      expect(missing(['items.id'], { items: [] })).toEqual([]);
      expect(missing(['id'], [])).toEqual([]);
    });

    it('finds nothing within a text or a number', () => {
      expect(missing(['name.length'], SHAUN)).toEqual(['name.length']);
      expect(missing(['length'], 'Shaun')).toEqual(['length']);
    });

    it('asks toJSON first, on the way and at the end', () => {
      const value = { toJSON: () => ({ owner: { toJSON: () => ({ id: 1 }) } }), hidden: 1 };
      expect(missing(['hidden', 'owner.id', 'owner.name'], value)).toEqual([
        'hidden',
        'owner.name',
      ]);
    });

    it('names nothing that the text would have', () => {
      fc.assert(
        fc.property(fc.subarray(FIELDS, { minLength: 1 }), entity, (fields, value) => {
          expect(missing(fields, value)).toEqual([]);
        }),
      );
    });
  });
});
