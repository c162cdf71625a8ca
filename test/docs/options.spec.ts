import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type {
  ETagModuleOptions,
  ETagOptions,
  IfMatchOptions,
  ItemETagsOptions,
  WeakETagOptions,
} from '../../src/index.js';
import { resolveOptions } from '../../src/nest/options/etag.options.js';
import { IF_MATCH_CHECKS } from '../../src/nest/options/if-match.options.js';

const page = readFileSync('docs/options.md', 'utf8');

/** The options that a section has rows for, with their defaults as they stand there. */
function rowsOf(section: string): ReadonlyMap<string, string> {
  const [, text = ''] = page.split(`## \`${section}`);
  const [rows = ''] = text.split('\n## ');
  return new Map(
    [...rows.matchAll(/^\| `(\w+)` +\| (.*?) +\|/gm)].map(([, name = '', given = '']) => [
      name,
      given,
    ]),
  );
}

const MODULE: Record<keyof ETagModuleOptions, true> = {
  atomicity: true,
  lockTimeout: true,
  aroundRead: true,
  algorithm: true,
  secret: true,
  requireIfMatch: true,
  cacheControl: true,
  intermediaries: true,
  tagHeader: true,
  problemDetails: true,
  refusalBody: true,
  refusalStatus: true,
};
const ETAG: Record<keyof ETagOptions, true> = {
  version: true,
  validator: true,
  headers: true,
  weak: true,
  verbatim: true,
  property: true,
};
const WEAK_ETAG: Record<keyof WeakETagOptions, true> = { validator: true, property: true };
const ITEM_ETAGS: Record<keyof ItemETagsOptions, true> = { property: true, of: true, items: true };
const IF_MATCH: Record<keyof IfMatchOptions, unknown> = IF_MATCH_CHECKS;

describe('docs/options.md', () => {
  it.each<[string, object]>([
    ['ETagModule.forRoot(', MODULE],
    ['@IfMatch(', IF_MATCH],
    ['@ETag(', ETAG],
    ['@WeakETag(', WEAK_ETAG],
    ['@ItemETags(', ITEM_ETAGS],
  ])('has a row for every option of %s…), and for no other', (section, options) => {
    expect([...rowsOf(section).keys()].toSorted()).toEqual(Object.keys(options).toSorted());
  });

  it('names the options of the module that are checked, and no other', () => {
    const options: object = { misspelled: true };
    expect(() => resolveOptions(options)).toThrow(`it knows ${Object.keys(MODULE).join(', ')}`);
  });

  it.each([
    'atomicity',
    'lockTimeout',
    'cacheControl',
    'intermediaries',
    'problemDetails',
  ] as const)('tells the default of %s', (name) => {
    const given = rowsOf('ETagModule.forRoot(').get(name)?.replaceAll('`', '').replaceAll("'", '');
    const actual = resolveOptions()[name];
    expect(given).toBe(typeof actual === 'string' ? actual : JSON.stringify(actual));
  });
});
