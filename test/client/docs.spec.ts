import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(process.cwd(), 'docs/client.md'), 'utf8');
const folder = join(process.cwd(), 'test/client/recipes');
const files = new Map(
  readdirSync(folder)
    .filter((name) => /\.recipe\.tsx?$/.test(name))
    .map((name) => [name.replace(/\.recipe\.tsx?$/, ''), join(folder, name)]),
);
const blocks = [...page.matchAll(/(?:<!-- ([a-z-]+) -->\n\n)?```\w*\n(.*?)```/gs)];

/** Code without its layout, which depends on the width it has, and as a user of the package writes it. */
function tokens(code: string): string {
  return code
    .replaceAll('../../../src/client/index.js', 'nestjs-etag/client')
    .replaceAll('./tanstack-query.recipe.js', './entity-tags.js')
    .replaceAll(/\s/g, '')
    .replaceAll(/,(?=[}\])])/g, '');
}

describe('docs/client.md', () => {
  it('has code of every recipe', () => {
    expect(new Set(blocks.map(([, name]) => name))).toEqual(new Set(files.keys()));
  });

  it.each(blocks.map(([, name = 'nothing', code = '']) => [name, code]))(
    'shows only code that runs: %s',
    (name, code) => {
      const recipe = readFileSync(files.get(name) ?? '', 'utf8');
      expect(tokens(recipe)).toContain(tokens(code));
    },
  );
});
