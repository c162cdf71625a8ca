/**
 * `node scripts/install.mjs test/services bench` installs what only some commands need: packages with a
 * `package-lock.json` of their own. What is up to date is left alone.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

for (const folder of process.argv.slice(2)) {
  if (isUpToDate(join(root, folder))) continue;
  console.log(`Installing ${folder}/package-lock.json …`);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', folder], {
    cwd: root,
    stdio: 'inherit',
  });
}

/** npm writes a lock of its own when it has installed everything, and removes it before it begins. */
function isUpToDate(folder) {
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  return ['package.json', 'package-lock.json'].every(
    (name) => statSync(join(folder, name)).mtimeMs <= statSync(installed).mtimeMs,
  );
}
