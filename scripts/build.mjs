/**
 * `npm run build` compiles the package twice, as ES modules and as CommonJS, and marks each folder with its module
 * type, so that either resolves without looking at the package's own `type`. The types are checked once, with the ES
 * modules; `npm run typecheck` checks the others. What an earlier build left is removed afterwards, so that whoever
 * runs the package meanwhile always finds one.
 *
 *   --esm   the ES modules alone, unchecked: all that `npm start` needs
 */
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

const { values: only } = parseArgs({ options: { esm: { type: 'boolean', default: false } } });

const ES_MODULES = { folder: 'dist/esm', type: 'module', tsconfig: 'tsconfig.build.json' };
const COMMONJS = { folder: 'dist/cjs', type: 'commonjs', tsconfig: 'tsconfig.cjs.json' };
const SCHEMATICS = {
  folder: 'dist/schematics',
  type: 'commonjs',
  tsconfig: 'tsconfig.schematics.json',
};

const begun = Date.now();
console.log(`Building nestjs-etag${only.esm ? ', as ES modules' : ''} …`);
await Promise.all(
  only.esm
    ? [build(ES_MODULES, '--noCheck')]
    : [build(ES_MODULES), build(COMMONJS, '--noCheck'), build(SCHEMATICS, '--noCheck')],
);
// The command: package managers make it executable, other ways to unpack do not.
chmodSync('dist/esm/cli/main.js', 0o755);
if (!only.esm) {
  for (const file of ['collection.json', 'nest-add/schema.json']) {
    cpSync(`src/schematics/${file}`, `dist/schematics/${file}`);
  }
}

async function build({ folder, type, tsconfig }, ...options) {
  await compile('-p', tsconfig, ...options);
  writeFileSync(`${folder}/package.json`, `${JSON.stringify({ type })}\n`);
  removeFilesOlderThan(begun, folder);
}

/** @throws Error when something does not compile; the compiler has said what. */
async function compile(...given) {
  const compiler = join(import.meta.dirname, '../node_modules/typescript/bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [compiler, ...given]);
  } catch (error) {
    console.error(error.stdout);
    throw new Error(`tsc ${given.join(' ')} failed`, { cause: error });
  }
}

function removeFilesOlderThan(time, folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && statSync(path).mtimeMs < time) rmSync(path);
  }
}
