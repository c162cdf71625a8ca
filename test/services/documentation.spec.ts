import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const ROOT = new URL('../../', import.meta.url);
const DOCUMENT = read('docs/concurrency.md');

/** The code of the applications that were tested. */
const APPLICATIONS = readdirSync(new URL('test/services/apps/', ROOT))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => withoutSpace(read(`test/services/apps/${file}`)));

describe('docs/concurrency.md', () => {
  // Whole modules are compiled: code-blocks.spec.ts.
  const recipes = blocks('ts').filter((block) => !block.startsWith('import '));

  it('has recipes', () => {
    expect(recipes.length).toBeGreaterThan(8);
  });

  it.each(recipes)('shows code that was tested:\n%s', (recipe) => {
    expect(APPLICATIONS.some((code) => code.includes(withoutSpace(recipe)))).toBe(true);
  });

  it('shows commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = blocks('sh').join('\n');
    const names = [...commands.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

function blocks(language: string): string[] {
  return [...DOCUMENT.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code]) => code!,
  );
}

/** Code is broken into lines where it is indented, and need not be where it is not. */
function withoutSpace(code: string): string {
  return code.replaceAll(/\s+/g, '');
}

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}
