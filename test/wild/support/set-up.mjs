/**
 * Before the first test: the servers answer, the library is in both packages as `npm pack` would publish it, and
 * the applications are compiled. `npm run test:wild` has built the library and installed the packages.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireServers } from '../../services/support/servers.mjs';
import { compile, compileWithSwaggerPlugin } from './compile.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const WILD = fileURLToPath(new URL('../', import.meta.url));
const MAJORS = { 'nest-11': 'commonjs', 'nest-12': 'es6' };

export default async function setUp() {
  await requireServers();
  const files = packedFiles();
  for (const [name, moduleType] of Object.entries(MAJORS)) {
    const folder = join(WILD, name);
    putLibrary(files, join(folder, 'node_modules/nestjs-etag'));
    compile(join(WILD, 'apps'), join(folder, 'build'), moduleType);
  }
  compileWithSwaggerPlugin(join(WILD, 'nest-12'), [
    'swagger/swagger-note.dto.ts',
    'swagger/notes.controller.ts',
  ]);
}

/** The files that would be published. @throws Error when there is no build. */
function packedFiles() {
  if (!existsSync(join(ROOT, 'dist/esm/index.js'))) {
    throw new Error('There is no build: run `npm run build` first.');
  }
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  return files.map(({ path }) => path);
}

/** A copy, not a link: a link would bring the Nest of this repository beside the one of the package. */
function putLibrary(files, target) {
  rmSync(target, { recursive: true, force: true });
  for (const file of files) {
    mkdirSync(join(target, file, '..'), { recursive: true });
    cpSync(join(ROOT, file), join(target, file));
  }
}
