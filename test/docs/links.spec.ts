import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** The pages that are published: README.md, CHANGELOG.md and those of docs/. Pictures are not. */
const PAGES = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name));
const PUBLISHED = ['README.md', 'CHANGELOG.md', 'LICENSE', ...PAGES];

interface Link {
  readonly page: string;
  readonly target: string;
}

function linksOf(page: string): readonly Link[] {
  const text = readFileSync(page, 'utf8').replaceAll(/^```.*?^```$/gms, '');
  return [...text.matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({
    page,
    target,
  }));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isDead({ page, target }: Link): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!PUBLISHED.includes(file) || !existsSync(file)) return true;
  return anchor !== undefined && !anchorsOf(file).includes(anchor);
}

describe('links in the package', () => {
  const links = PUBLISHED.filter((page) => page.endsWith('.md'))
    .flatMap(linksOf)
    .filter(({ target }) => !/^https?:/.test(target));

  it('lead to what is in the package, and to headings that are there', () => {
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter(isDead)).toEqual([]);
  });

  it('would be found dead otherwise', () => {
    expect(isDead({ page: 'README.md', target: 'CONTRIBUTING.md' })).toBe(true);
    expect(isDead({ page: 'README.md', target: 'docs/locks.md#nowhere' })).toBe(true);
  });

  it('lead to every page from the README', () => {
    const targets = linksOf('README.md').map(({ target }) => target);
    const unlinked = PAGES.filter((page) => !targets.includes(page));
    expect(unlinked).toEqual([]);
  });
});
