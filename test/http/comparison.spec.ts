import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseEntityTag, strongEquals, weakEquals, type EntityTag } from '../../src/http/index.js';
import { entityTag, twoEntityTags } from './arbitraries.js';

/** RFC 9110 §8.8.3.2, with further rows below the line. */
const TABLE: [a: string, b: string, strong: boolean, weak: boolean][] = [
  ['W/"1"', 'W/"1"', false, true],
  ['W/"1"', 'W/"2"', false, false],
  ['W/"1"', '"1"', false, true],
  ['"1"', '"1"', true, true],
  // ---
  ['"1"', 'W/"1"', false, true],
  ['"1"', '"2"', false, false],
  ['""', '""', true, true],
  ['"a"', '"A"', false, false],
  ['"a"', '"a\\"', false, false],
  ['"W/1"', 'W/"1"', false, false],
];

function tag(text: string): EntityTag {
  const parsed = parseEntityTag(text);
  if (parsed === undefined) throw new Error(`${text} is no entity tag`);
  return parsed;
}

describe('strongEquals', () => {
  it.each(TABLE)('%s and %s: %s', (a, b, strong) => {
    expect(strongEquals(tag(a), tag(b))).toBe(strong);
  });

  it('is symmetric', () => {
    fc.assert(fc.property(twoEntityTags(), ([a, b]) => strongEquals(a, b) === strongEquals(b, a)));
  });

  it('implies weak equality', () => {
    fc.assert(fc.property(twoEntityTags(), ([a, b]) => !strongEquals(a, b) || weakEquals(a, b)));
  });

  it('holds between a tag and itself exactly when the tag is strong', () => {
    fc.assert(fc.property(entityTag(), (a) => strongEquals(a, { ...a }) === !a.weak));
  });
});

describe('weakEquals', () => {
  it.each(TABLE)('%s and %s: (strong %s) %s', (a, b, _strong, weak) => {
    expect(weakEquals(tag(a), tag(b))).toBe(weak);
  });

  it('is symmetric', () => {
    fc.assert(fc.property(twoEntityTags(), ([a, b]) => weakEquals(a, b) === weakEquals(b, a)));
  });

  it('holds between a tag and itself', () => {
    fc.assert(fc.property(entityTag(), (a) => weakEquals(a, { ...a })));
  });

  it('is blind to the weak flag', () => {
    fc.assert(fc.property(entityTag(), (a) => weakEquals(a, { ...a, weak: !a.weak })));
  });
});
