import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  formatEntityTag,
  parseEntityTag,
  parseEntityTagList,
  type EntityTagList,
} from '../../src/http/index.js';
import { anyText, entityTag } from './arbitraries.js';

const KIB_64 = 64 * 1024;

function strong(...opaque: string[]): EntityTagList {
  return { kind: 'tags', tags: opaque.map((opaque) => ({ weak: false, opaque })) };
}

function problem(field: string | readonly string[]): string {
  const list = parseEntityTagList(field);
  if (list.kind !== 'malformed') throw new Error(`${JSON.stringify(field)} is ${list.kind}`);
  return list.problem;
}

describe('parseEntityTagList', () => {
  describe('kinds', () => {
    it.each<[field: string | string[] | undefined, list: EntityTagList]>([
      [undefined, { kind: 'absent' }],
      [[], { kind: 'absent' }],
      ['', { kind: 'empty' }],
      [[''], { kind: 'empty' }],
      [' \t', { kind: 'empty' }],
      [',', { kind: 'empty' }],
      [' , ,\t,', { kind: 'empty' }],
      [['', ''], { kind: 'empty' }],
      ['*', { kind: 'any' }],
      [' *\t', { kind: 'any' }],
      [['*'], { kind: 'any' }],
      // RFC 9110 §13.1.1 and §13.1.2
      ['"xyzzy"', strong('xyzzy')],
      ['"xyzzy", "r2d2xxxx", "c3piozzzz"', strong('xyzzy', 'r2d2xxxx', 'c3piozzzz')],
      ['W/"xyzzy"', { kind: 'tags', tags: [{ weak: true, opaque: 'xyzzy' }] }],
      [
        'W/"xyzzy", W/"r2d2xxxx", "c3piozzzz"',
        {
          kind: 'tags',
          tags: [
            { weak: true, opaque: 'xyzzy' },
            { weak: true, opaque: 'r2d2xxxx' },
            { weak: false, opaque: 'c3piozzzz' },
          ],
        },
      ],
      ['"a","b"', strong('a', 'b')],
      ['"a"\t,  "b" ', strong('a', 'b')],
      ['""', strong('')],
      ['"", ""', strong('', '')],
      ['"a", "a"', strong('a', 'a')],
      ['"a,b"', strong('a,b')],
      ['"a,b","c,","d"', strong('a,b', 'c,', 'd')],
      ['"a\\", "b"', strong('a\\', 'b')],
      ['"*"', strong('*')],
      ['"caf\u00e9\u00ff"', strong('caf\u00e9\u00ff')],
    ])('%j', (field, list) => {
      expect(parseEntityTagList(field)).toEqual(list);
    });
  });

  describe('empty members (§5.6.1.2)', () => {
    it.each([',"a"', '"a",', ', "a" ,, ,"b",', '"a" , , "b"'])('are skipped in %j', (field) => {
      expect(parseEntityTagList(field)).toEqual(
        field.includes('b') ? strong('a', 'b') : strong('a'),
      );
    });
  });

  describe('repeated field lines (§5.3)', () => {
    it('are one list, in order', () => {
      expect(parseEntityTagList(['"a"', '"b", "c"', '', '"d"'])).toEqual(
        strong('a', 'b', 'c', 'd'),
      );
    });

    it('do not close a tag that another line left open', () => {
      expect(parseEntityTagList(['"a', 'b"'])).toMatchObject({ kind: 'malformed' });
    });

    it.each([[['*', '*']], [['*', '"a"']], [['"a"', '*']], [['*', '']]])(
      'leave no wildcard in %j: it is not alone',
      (lines) => {
        expect(parseEntityTagList(lines)).toMatchObject({ kind: 'malformed' });
      },
    );
  });

  describe('problem', () => {
    it.each([
      ['abc', 'abc is not a quoted entity tag: write "abc"'],
      ['abc, "def"', 'abc is not a quoted entity tag: write "abc"'],
      ['abc\t , "def"', 'abc is not a quoted entity tag: write "abc"'],
      ['"def", abc', 'abc is not a quoted entity tag: write "abc"'],
      ['W/abc', 'W/abc is not a quoted entity tag: write W/"abc"'],
      ['w/abc', 'w/abc is not a quoted entity tag: write W/"abc"'],
      ["'abc'", '\'abc\' is not a quoted entity tag: write "abc"'],
      ['abc"', 'abc" is not a quoted entity tag: write "abc"'],
      ['\\"abc\\"', '\\"abc\\" is not a quoted entity tag: write "abc"'],
      ['*abc', '*abc is not a quoted entity tag: write "*abc"'],
      ['a"b', 'a"b is not a quoted entity tag: write it between double quotes, without spaces'],
      ['a b', 'a b is not a quoted entity tag: write it between double quotes, without spaces'],
      ['W/', 'W/ is not a quoted entity tag: write it between double quotes, without spaces'],
      ["''", "'' is not a quoted entity tag: write it between double quotes, without spaces"],
      [
        'caf\u00e9',
        'caf? is not a quoted entity tag: write it between double quotes, without spaces',
      ],
    ])('of a tag without quotes, %j', (field, sentence) => {
      expect(problem(field)).toBe(sentence);
    });

    it.each(['null', 'undefined', 'W/null', "'undefined'", '\\"null\\"'])(
      'of %s suspects CORS, which hides ETag from scripts',
      (field) => {
        expect(problem(field)).toBe(
          `${field} is not an entity tag: the client had none to send. ` +
            'Is ETag exposed by CORS (Access-Control-Expose-Headers)?',
        );
      },
    );

    it('suspects nothing of a tag that is called null', () => {
      expect(parseEntityTagList('"null"')).toEqual(strong('null'));
    });

    it('of a lower-case weak prefix names the right one', () => {
      expect(problem('w/"abc"')).toBe(
        'w/"abc" begins with a lower-case w: a weak entity tag begins with W/',
      );
    });

    it.each(['"a", *', '*, "a"', '*,', '* , *', ',*', '* "a"', '*\t*'])(
      'of a wildcard that is not alone, %j',
      (field) => {
        expect(problem(field)).toBe(
          '* stands alone: send either * or a list of entity tags, not both',
        );
      },
    );

    it.each([
      ['"abc', '"abc has no closing quote: end the entity tag with "'],
      ['W/"abc', 'W/"abc has no closing quote: end the entity tag with "'],
      ['"abc\\', '"abc\\ has no closing quote: end the entity tag with "'],
      ['"a","', '" has no closing quote: end the entity tag with "'],
    ])('of an unterminated tag, %j', (field, sentence) => {
      expect(problem(field)).toBe(sentence);
    });

    it.each([
      ['"a b"', '"a breaks off at a space'],
      ['"a, "b"', '"a, breaks off at a space'],
      ['"a\tb"', '"a breaks off at a tab'],
      ['"a\0"', '"a breaks off at U+0000'],
      ['"a\u007f"', '"a breaks off at U+007F'],
      ['"a\u0100"', '"a breaks off at U+0100'],
      ['"\ud83d"', '" breaks off at U+D83D'],
      ['"\u{1f600}"', '" breaks off at U+D83D'],
    ])('of a character that no tag can hold, %j', (field, beginning) => {
      expect(problem(field)).toBe(
        `${beginning}: an entity tag ends with a double quote ` +
          'and holds no spaces, no control characters and nothing above U+00FF',
      );
    });

    it.each([
      ['"abc"x', '"abc"x goes on after its closing quote: separate entity tags by commas'],
      ['"a""b"', '"a""b" goes on after its closing quote: separate entity tags by commas'],
      [
        '"a" W/"b", "c"',
        '"a" W/"b" goes on after its closing quote: separate entity tags by commas',
      ],
      ['"a"; "b"', '"a"; "b" goes on after its closing quote: separate entity tags by commas'],
      ['"a" \0', '"a" ? goes on after its closing quote: separate entity tags by commas'],
    ])('of characters after a tag, %j', (field, sentence) => {
      expect(problem(field)).toBe(sentence);
    });

    it('quotes a member of forty characters whole, and of a longer one no more than that', () => {
      expect(problem('a'.repeat(40))).toBe(
        `${'a'.repeat(40)} is not a quoted entity tag: write "${'a'.repeat(40)}"`,
      );
      expect(problem('a'.repeat(41))).toBe(
        `${'a'.repeat(40)}... is not a quoted entity tag: write it between double quotes, without spaces`,
      );
    });

    it('is always short, printable ASCII', () => {
      fc.assert(
        fc.property(anyText(), (text) => {
          const list = parseEntityTagList(`${text}, x`);
          expect(list).toEqual({
            kind: 'malformed',
            problem: expect.stringMatching(/^[ -~]{1,240}$/),
          });
        }),
      );
    });
  });

  describe('on any text', () => {
    it('throws nothing, and answers what it answers to the text in one line', () => {
      fc.assert(
        fc.property(anyText(), (text) => {
          expect(parseEntityTagList([text])).toEqual(parseEntityTagList(text));
        }),
      );
    });

    it('agrees with parseEntityTag wherever that reads a tag', () => {
      const ows = fc.stringMatching(/^[ \t]{0,3}$/);
      fc.assert(
        fc.property(entityTag(), ows, ows, (tag, before, after) => {
          const text = `${before}${formatEntityTag(tag)}${after}`;
          expect(parseEntityTag(text)).toEqual(tag);
          expect(parseEntityTagList(text)).toEqual({ kind: 'tags', tags: [tag] });
        }),
      );
    });

    it('reads no tags that do not fill the field, commas and whitespace aside', () => {
      fc.assert(
        fc.property(anyText(), (text) => {
          const list = parseEntityTagList(text);
          const written = list.kind === 'tags' ? list.tags.map(formatEntityTag).join('') : '';
          const isWhole = list.kind === 'tags' || list.kind === 'empty';
          const ignorable = /[\t ,]/g;
          expect(isWhole ? text.replace(ignorable, '') : '').toBe(written.replace(ignorable, ''));
        }),
      );
    });

    it('reads back every list of formatted tags', () => {
      const separator = fc.stringMatching(/^[ \t]{0,2},[ \t,]{0,3}$/);
      fc.assert(
        fc.property(fc.array(entityTag(), { minLength: 1 }), separator, (tags, separator) => {
          expect(parseEntityTagList(tags.map(formatEntityTag).join(separator))).toEqual({
            kind: 'tags',
            tags,
          });
        }),
      );
    });

    it('reads back every list of formatted tags, one a line', () => {
      fc.assert(
        fc.property(fc.array(entityTag(), { minLength: 1 }), (tags) => {
          expect(parseEntityTagList(tags.map(formatEntityTag))).toEqual({ kind: 'tags', tags });
        }),
      );
    });
  });

  describe('of great length', () => {
    it('holds ten thousand tags', () => {
      const opaque = Array.from({ length: 10_000 }, (_, index) => `tag,${index}`);
      const field = opaque.map((opaque) => `"${opaque}"`).join(', ');
      expect(parseEntityTagList(field)).toEqual(strong(...opaque));
    });

    it.each<[what: string, unit: string, kind: EntityTagList['kind']]>([
      ['spaces', ' ', 'empty'],
      ['tabs', '\t', 'empty'],
      ['commas', ',', 'empty'],
      ['commas and spaces', ' , ', 'empty'],
      ['empty tags', '"",', 'tags'],
      ['short tags', '"a",', 'tags'],
      ['weak tags', 'W/"a" , ', 'tags'],
      ['opened and closed quotes', '"', 'malformed'],
      ['wildcards', '*', 'malformed'],
      ['wildcards in a list', '*,', 'malformed'],
      ['letters', 'a', 'malformed'],
      ['backslashes', '\\', 'malformed'],
      ['weak prefixes', 'W/', 'malformed'],
      ['weak prefixes with a quote', 'W/"', 'malformed'],
      ['tags without a comma', '"a" ', 'malformed'],
      ['letters and commas', 'a,', 'malformed'],
      ['NUL', '\0', 'malformed'],
      ['surrogates', '\u{1f600}', 'malformed'],
      ['obs-text', '\u00ff', 'malformed'],
    ])('64 KiB of %s', (_what, unit, kind) => {
      const field = unit.repeat(KIB_64 / unit.length);
      expect(parseEntityTagList(field).kind).toBe(kind);
    });

    it.each<[what: string, field: string, kind: EntityTagList['kind']]>([
      ['one tag', `"${'a'.repeat(KIB_64)}"`, 'tags'],
      ['one tag of commas', `"${','.repeat(KIB_64)}"`, 'tags'],
      ['one tag of backslashes', `"${'\\'.repeat(KIB_64)}"`, 'tags'],
      ['one tag without a closing quote', `"${'a'.repeat(KIB_64)}`, 'malformed'],
      ['spaces between the wildcard and a tag', `*${' '.repeat(KIB_64)}"a"`, 'malformed'],
      ['spaces between two tags', `"a"${' '.repeat(KIB_64)}"b"`, 'malformed'],
      ['spaces around the wildcard', `${' '.repeat(KIB_64)}*${' '.repeat(KIB_64)}`, 'any'],
      ['spaces after a word', `abc${' '.repeat(KIB_64)}`, 'malformed'],
      ['spaces inside words', `a${' '.repeat(KIB_64)}b`, 'malformed'],
    ])('64 KiB of %s', (_what, field, kind) => {
      expect(parseEntityTagList(field).kind).toBe(kind);
    });
  });
});
