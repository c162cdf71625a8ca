import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  findRecoded,
  formatEntityTag,
  parseEntityTag,
  parseEntityTagList,
  recodingOf,
} from '../../src/http/index.js';
import type { EntityTag, Recoding } from '../../src/http/index.js';
import { entityTag, twoEntityTags } from './arbitraries.js';

const OURS: EntityTag = { weak: false, opaque: '77bc43ac22bb2f5a9fbab5a32554a5d3' };

function recoded(text: string, ours: EntityTag = OURS): Recoding | undefined {
  return recodingOf(parseEntityTag(text) as EntityTag, ours);
}

/** The opaque tag with something after it, in quotes. */
function withSuffix(suffix: string): string {
  return `"${OURS.opaque}${suffix}"`;
}

describe('recodingOf', () => {
  it.each([
    ['nginx, HAProxy, Varnish, Cloudflare, CloudFront', `W/"${OURS.opaque}"`, 'weakened'],
    ['Apache, lighttpd, Caddy', withSuffix('-gzip'), 'recoded'],
    ['Apache, lighttpd', withSuffix('-br'), 'recoded'],
    ['Caddy', withSuffix('-zstd'), 'recoded'],
    ['Traffic Server', withSuffix('-df'), 'recoded'],
    ['Jetty', withSuffix('--gzip'), 'recoded'],
    ['a colon', withSuffix(':gzip'), 'recoded'],
    ['a semicolon', withSuffix(';deflate'), 'recoded'],
    ['the short names', withSuffix('-gz'), 'recoded'],
    ['Brotli with a shared dictionary', withSuffix('-dcb'), 'recoded'],
    ['Zstandard with a shared dictionary', withSuffix('-dcz'), 'recoded'],
    ['the oldest coding', withSuffix('-compress'), 'recoded'],
    ['Apache behind nginx', `W/${withSuffix('-gzip')}`, 'recoded'],
    ['two in a row', withSuffix('-gzip-br'), 'recoded'],
    ['three in a row', withSuffix('-gzip;br--zstd'), 'recoded'],
  ] as const)('knows what is made of a tag by %s', (_, theirs, recoding) => {
    expect(recoded(theirs)).toBe(recoding);
  });

  it.each([
    ['the tag itself', `"${OURS.opaque}"`],
    ['another', '"c5b1"'],
    ['another, weakened', 'W/"c5b1"'],
    ['another, with a suffix', '"c5b1-gzip"'],
    ['four suffixes', withSuffix('-gzip-gzip-gzip-gzip')],
    ['a suffix that is no coding', withSuffix('-v2')],
    ['a dictionary without a coding', withSuffix('-dc')],
    ['a coding in upper case', withSuffix('-GZIP')],
    ['a coding without a separator', withSuffix('gzip')],
    ['a separator without a coding', withSuffix('-')],
    ['a coding in front', `"gzip-${OURS.opaque}"`],
    ['a coding in between', `"77bc-gzip43ac"`],
    ['nothing but a coding', '"-gzip"'],
  ])('takes nothing else for ours: %s', (_, theirs) => {
    expect(recoded(theirs)).toBeUndefined();
  });

  it('never looks into a tag of ours: one that ends like a suffix stands for itself only', () => {
    const ours = { weak: false, opaque: 'report-gzip' };
    expect(recoded('"report"', ours)).toBeUndefined();
    expect(recoded('"report-gzip"', ours)).toBeUndefined();
    expect(recoded('"report-gzip-gzip"', ours)).toBe('recoded');
    expect(recoded('W/"report-gzip"', ours)).toBe('weakened');
  });

  it('never takes anything for a tag that we issued weak', () => {
    fc.assert(
      fc.property(twoEntityTags(), ([theirs, ours]) => {
        expect(recodingOf(theirs, { ...ours, weak: true })).toBeUndefined();
      }),
    );
  });

  it('recognises every strong tag, however often it was rewritten up to three times', () => {
    const suffix = fc
      .tuple(
        fc.constantFrom('-', '--', ';', ':'),
        fc.constantFrom('gzip', 'br', 'zstd', 'dcb', 'dcz', 'deflate', 'gz', 'df', 'compress'),
      )
      .map((parts) => parts.join(''));
    // A hyphen at its end would be taken for a part of the separator.
    const ours = entityTag().filter(({ opaque }) => !opaque.endsWith('-'));
    fc.assert(
      fc.property(
        ours,
        fc.array(suffix, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        ({ opaque }, suffixes, weak) => {
          const theirs = { weak, opaque: opaque + suffixes.join('') };
          expect(recodingOf(theirs, { weak: false, opaque })).toBe('recoded');
        },
      ),
    );
  });
});

describe('findRecoded', () => {
  it('gives the first tag of a list that stands for ours, and what was made of it', () => {
    const list = parseEntityTagList(`"x", ${withSuffix('-gzip')}, W/"${OURS.opaque}"`);
    expect(findRecoded(list, OURS)).toEqual({
      tag: { weak: false, opaque: `${OURS.opaque}-gzip` },
      recoding: 'recoded',
    });
  });

  it.each(['"x", W/"y"', '*', '', 'abc', formatEntityTag(OURS)])('finds none in %j', (field) => {
    expect(findRecoded(parseEntityTagList(field), OURS)).toBeUndefined();
  });

  it('finds none where no field was sent', () => {
    expect(findRecoded(parseEntityTagList(undefined), OURS)).toBeUndefined();
  });
});
