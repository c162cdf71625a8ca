import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

declare const NEST_HOME: string;

/** The folder whose node_modules have the Nest that this run is for. */
const home = join(process.cwd(), NEST_HOME);

const MIXTURES = [
  { decorators: 'esm', guard: 'esm', module: 'cjs' },
  { decorators: 'cjs', guard: 'cjs', module: 'esm' },
  { decorators: 'cjs', guard: 'esm', module: 'cjs' },
];

/** What an application is answered on either adapter. */
const EXPECTED = {
  tag: '"c7ba6cd2449c7e5cdb43c58ae19ea740"',
  lastModified: 'Thu, 01 Jan 1970 00:00:00 GMT',
  read: 304,
  card: 304,
  revision: 304,
  required: 428,
  writers: [200, 412, 412],
  weakWrite: 200,
  revisionWrite: [200, 412],
  malformed: 400,
  twice:
    'ETagModule is imported 2 times: write ETagModule.forRoot() once, in the imports of your root module; it is there for all others',
  document: [
    ['200', '304'],
    ['400', '412', '428'],
  ],
};

/** The package as it is published, installed next to Nest; run by Node itself, which loads either copy. */
describe('the ES modules and the CommonJS copy in one process', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(home, 'node_modules/.both-copies-'));
    const installed = join(folder, 'node_modules/nestjs-etag');
    for (const name of ['dist', 'package.json']) {
      cpSync(join(process.cwd(), name), join(installed, name), { recursive: true });
    }
    cpSync(join(process.cwd(), 'test/package/both-copies.mjs'), join(folder, 'both-copies.mjs'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(MIXTURES)(
    'work together: decorators of $decorators, guard of $guard, module of $module',
    async ({ decorators, guard, module }) => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--no-warnings',
        join(folder, 'both-copies.mjs'),
        decorators,
        guard,
        module,
      ]);
      expect(JSON.parse(stdout)).toEqual({ express: EXPECTED, fastify: EXPECTED });
    },
    60_000,
  );
});
