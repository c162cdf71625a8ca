import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const { ROOMS } = createRequire(import.meta.url)('../../scripts/rooms.cjs') as {
  readonly ROOMS: Readonly<Record<string, { readonly is: string }>>;
};
const page = readFileSync('CONTRIBUTING.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

describe('CONTRIBUTING.md', () => {
  it('says in one sentence what is in every folder of src/, as scripts/rooms.cjs does', () => {
    const said = [...page.matchAll(/^\| `src\/(\S+)\/` +\| (.*?) +\|$/gm)].map(
      ([, room, sentence]) => [room, sentence],
    );
    const rooms = Object.entries(ROOMS).filter(([room]) => existsSync(join('src', room)));
    expect(said).toEqual(rooms.map(([room, { is }]) => [room, is]));
  });

  it('names only commands that exist', () => {
    const named = [...page.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('walks a request through files that exist, and names in them what is there', () => {
    const [, walk = ''] = page.split('## How a request runs');
    const [steps = ''] = walk.split('## Commands');
    const files = [...steps.matchAll(/`(src\/[\w./-]+\.ts)`/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);

    const sources = files
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'utf8'));
    const named = [...steps.matchAll(/`([\w.]+)(?:\(\))?`/g)].flatMap(([, name = '']) =>
      name.split('.'),
    );
    const unknown = named.filter((name) => !sources.some((source) => source.includes(name)));
    expect(named).toContain('WritePreconditions');
    expect(unknown).toEqual([]);
  });
});
