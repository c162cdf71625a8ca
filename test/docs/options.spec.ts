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
import { docstringsOf } from './support/docstrings.js';
import type { Documented } from './support/docstrings.js';

const page = readFileSync('docs/options.md', 'utf8');

/** The rows of a section's table by the name in the first cell: the other cells, as they stand there. */
function cellsOf(section: string): ReadonlyMap<string, readonly string[]> {
  const [, text = ''] = page.split(`## \`${section}`);
  const [rows = ''] = text.split('\n## ');
  return new Map(
    [...rows.matchAll(/^\| `(\w+)(?:\(\w*\))?` +\| (.*) \|$/gm)].map(
      ([, name = '', cells = '']) => [name, cells.split(' | ').map((cell) => cell.trim())],
    ),
  );
}

/** The options that a section has rows for, with their defaults. */
function rowsOf(section: string): ReadonlyMap<string, string> {
  return new Map([...cellsOf(section)].map(([name, [given = '']]) => [name, given]));
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

  /** The docstrings that a section's table must agree with. */
  const DOCSTRINGS: readonly (readonly [section: string, file: string, ...interfaces: string[]])[] =
    [
      ['ETagModule.forRoot(', 'src/nest/options/etag.options.ts', 'ETagModuleOptions'],
      ['@IfMatch(', 'src/nest/options/if-match.options.ts', 'IfMatchOptions'],
      [
        '@ETag(',
        'src/nest/options/tag.options.ts',
        'KnownVersionOptions',
        'VersionedTagOptions',
        'ValidatedTagOptions',
        'CommonTagOptions',
      ],
      ['@ItemETags(', 'src/nest/decorators/item-etags.decorator.ts', 'ItemETagsOptions'],
      ['Precondition`', 'src/nest/writes/precondition.ts', 'Precondition'],
    ];

  it.each(DOCSTRINGS)('begins each row of %s as the docstring does', (section, file, ...names) => {
    const members = membersOf(file, names);
    const rows = cellsOf(section);
    expect([...rows.keys()].toSorted()).toEqual([...members.keys()].toSorted());
    const differing = [...members].filter(
      ([name, { sentence }]) => !unlinked(rows.get(name)?.at(-1) ?? '').startsWith(sentence),
    );
    expect(differing).toEqual([]);
    expect([...members.values()].filter(({ sentence }) => sentence === '')).toEqual([]);
  });

  it.each(DOCSTRINGS.filter(([section]) => section !== 'Precondition`'))(
    'tells the defaults of %s as the docstrings do',
    (section, file, ...names) => {
      const told = [...rowsOf(section)].map(([name, given]) => [name, bare(given)]);
      const documented = [...membersOf(file, names)].map(([name, { default: given = '' }]) => [
        name,
        bare(given),
      ]);
      expect(Object.fromEntries(told)).toEqual(Object.fromEntries(documented));
    },
  );
});

function membersOf(file: string, names: readonly string[]): ReadonlyMap<string, Documented> {
  return new Map(names.flatMap((name) => [...docstringsOf(file, name)]));
}

/** A cell without the addresses of its links. */
function unlinked(cell: string): string {
  return cell.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}

/** A default without its quoting as code; a dash stands for none. */
function bare(given: string): string {
  return given.replaceAll('`', '').replace('–', 'none');
}
