import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const FILLED = {
  name: 'nestjs-etag',
  author: 'Shaun <shaun@example.com>',
  homepage: 'https://example.com/nestjs-etag',
  repository: { type: 'git', url: 'git+https://example.com/nestjs-etag.git' },
  bugs: { url: 'https://example.com/nestjs-etag/issues' },
};

describe('what is checked before the package is published', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nestjs-etag-release-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What the check says about a package.json, and its exit code. */
  function check(fields: object): { status: number | null; says: string } {
    const path = join(folder, 'package.json');
    writeFileSync(path, JSON.stringify(fields));
    const { status, stderr } = spawnSync(process.execPath, ['scripts/check-release.mjs', path], {
      encoding: 'utf8',
    });
    return { status, says: stderr.trim() };
  }

  it('runs when npm publishes', () => {
    expect(manifest.scripts['prepublishOnly']).toContain('scripts/check-release.mjs');
  });

  it('lets a package pass whose fields are filled in', () => {
    expect(check(FILLED)).toEqual({ status: 0, says: '' });
  });

  it('refuses placeholders, and names the fields', () => {
    const { status, says } = check({
      ...FILLED,
      author: 'OWNER',
      bugs: { url: 'https://example.com/OWNER/nestjs-etag/issues' },
    });
    expect(status).toBe(1);
    expect(says).toContain('fill in author, bugs (OWNER is a placeholder)');
  });

  it.each(['author', 'homepage', 'repository', 'bugs'])('refuses a package without %s', (name) => {
    for (const empty of [undefined, '', {}]) {
      const { status, says } = check({ ...FILLED, [name]: empty });
      expect([status, says]).toEqual([1, expect.stringContaining(`fill in ${name} (`)]);
    }
  });

  it('sees all of these fields in package.json itself, filled in or not', () => {
    expect(Object.keys(manifest)).toEqual(expect.arrayContaining(Object.keys(FILLED)));
  });
});
