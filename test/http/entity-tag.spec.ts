import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  formatEntityTag,
  isEntityTagText,
  parseEntityTag,
  type EntityTag,
} from '../../src/http/index.js';
import { anyText, entityTag } from './arbitraries.js';

const WELL_FORMED: [text: string, tag: EntityTag][] = [
  // RFC 9110 §8.8.3
  ['"xyzzy"', { weak: false, opaque: 'xyzzy' }],
  ['W/"xyzzy"', { weak: true, opaque: 'xyzzy' }],
  ['""', { weak: false, opaque: '' }],
  ['W/""', { weak: true, opaque: '' }],
  ['"a,b"', { weak: false, opaque: 'a,b' }],
  ['"a\\b"', { weak: false, opaque: 'a\\b' }],
  ['"a\\"', { weak: false, opaque: 'a\\' }],
  ['"*"', { weak: false, opaque: '*' }],
  ['"W/"', { weak: false, opaque: 'W/' }],
  ['"!#\'(/:;<=>?@[]^_`{|}~"', { weak: false, opaque: "!#'(/:;<=>?@[]^_`{|}~" }],
  ['"caf\u00e9"', { weak: false, opaque: 'caf\u00e9' }],
  ['"\u0080\u00ff"', { weak: false, opaque: '\u0080\u00ff' }],
  [' \t"x"\t ', { weak: false, opaque: 'x' }],
  [' W/"x" ', { weak: true, opaque: 'x' }],
];

const MALFORMED: [case_: string, text: string][] = [
  ['nothing', ''],
  ['whitespace', ' \t '],
  ['no quotes', 'xyzzy'],
  ['single quotes', "'xyzzy'"],
  ['no opening quote', 'xyzzy"'],
  ['no closing quote', '"xyzzy'],
  ['a lone quote', '"'],
  ['a weak prefix alone', 'W/'],
  ['a weak prefix without quotes', 'W/xyzzy'],
  ['a lower-case weak prefix', 'w/"xyzzy"'],
  ['a weak prefix without its slash', 'W"xyzzy"'],
  ['a weak prefix with another slash', 'W|"xyzzy"'],
  ['a space after the weak prefix', 'W/ "xyzzy"'],
  ['a weak prefix twice', 'W/W/"xyzzy"'],
  ['the wildcard', '*'],
  ['a list', '"a", "b"'],
  ['a trailing comma', '"a",'],
  ['a trailing character', '"a"x'],
  ['two tags without a comma', '"a""b"'],
  ['a quote inside', '"a"b"'],
  ['a space inside', '"a b"'],
  ['a tab inside', '"a\tb"'],
  ['NUL', '"a\0"'],
  ['a line break', '"a"\r\n'],
  ['DEL', '"a\u007f"'],
  ['a code unit above U+00FF', '"\u0100"'],
  ['an emoji', '"\u{1f600}"'],
  ['a lone surrogate', '"\ud83d"'],
  ['a no-break space around it', '\u00a0"a"'],
];

describe('parseEntityTag', () => {
  it.each(WELL_FORMED)('reads %j', (text, tag) => {
    expect(parseEntityTag(text)).toEqual(tag);
  });

  it.each(MALFORMED)('takes %s for no tag', (_case, text) => {
    expect(parseEntityTag(text)).toBeUndefined();
  });

  it('reads back every tag that formatEntityTag writes', () => {
    fc.assert(
      fc.property(entityTag(), (tag) => {
        expect(parseEntityTag(formatEntityTag(tag))).toEqual(tag);
      }),
    );
  });

  it('reads only what formatEntityTag writes, and throws at no text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const tag = parseEntityTag(text);
        expect(tag === undefined ? undefined : formatEntityTag(tag)).toBe(
          tag === undefined ? undefined : text.replace(/^[ \t]+|[ \t]+$/g, ''),
        );
      }),
    );
  });

  it.each(Array.from({ length: 0x180 }, (_, code) => code))(
    'allows code unit %i between the quotes exactly when etagc does',
    (code) => {
      const isEtagc =
        code === 0x21 || (code >= 0x23 && code <= 0x7e) || (code >= 0x80 && code <= 0xff);
      expect(parseEntityTag(`"${String.fromCharCode(code)}"`) !== undefined).toBe(isEtagc);
    },
  );
});

describe('isEntityTagText', () => {
  it.each(WELL_FORMED)('is true of %j', (text) => {
    expect(isEntityTagText(text)).toBe(true);
  });

  it.each(MALFORMED)('is false of %s', (_case, text) => {
    expect(isEntityTagText(text)).toBe(false);
  });

  it('agrees with parseEntityTag on every text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(isEntityTagText(text)).toBe(parseEntityTag(text) !== undefined);
      }),
    );
  });
});

describe('formatEntityTag', () => {
  it.each([
    [{ weak: false, opaque: 'xyzzy' }, '"xyzzy"'],
    [{ weak: true, opaque: 'xyzzy' }, 'W/"xyzzy"'],
    [{ weak: false, opaque: '' }, '""'],
    [{ weak: false, opaque: 'caf\u00e9,\\' }, '"caf\u00e9,\\"'],
  ])('writes %j as %s', (tag, text) => {
    expect(formatEntityTag(tag)).toBe(text);
  });

  it.each([
    'a"b',
    '"quoted"',
    'a b',
    'a\tb',
    'a\r\nSet-Cookie: x=y',
    '\0',
    '\u007f',
    '\u0100',
    '\ud83d',
  ])('throws a TypeError at %j, which no tag can hold', (opaque) => {
    expect(() => formatEntityTag({ weak: false, opaque })).toThrow(TypeError);
  });

  it('says which character is at fault and what to write instead', () => {
    expect(() => formatEntityTag({ weak: true, opaque: 'a b' })).toThrow(
      '"a b" cannot stand in an entity tag: character 1 is " ". ' +
        'Allowed are "!", "#" to "~" and U+0080 to U+00FF; ' +
        'write a digest or another identifier without quotes and spaces.',
    );
  });
});
