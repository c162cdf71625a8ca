/**
 * `node scripts/test.mjs [options of Jest …] [files …]` runs the tests in as many processes as there are cores. Without
 * files, those that load the same things run together (test/together/groups.js); a file that is named runs by itself.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const given = process.argv.slice(2);
const areNamed = given.some((argument) => /(^|\/)test(\/(?!together)|$)|\.spec\b/.test(argument));

const jest = join(import.meta.dirname, '../node_modules/jest/bin/jest.js');
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', jest, ...given],
  {
    stdio: 'inherit',
    env: { ...process.env, NESTJS_ETAG_TESTS: areNamed ? 'apart' : 'together' },
  },
);
process.exitCode = status ?? 1;
