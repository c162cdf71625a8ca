/**
 * Builds the package twice with `nest build`, as ES modules and as CommonJS, and marks each folder
 * with its module type, so that either resolves without looking at the package's own `type`.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

const builds = [
  { folder: 'dist/esm', type: 'module', tsconfig: 'tsconfig.build.json' },
  { folder: 'dist/cjs', type: 'commonjs', tsconfig: 'tsconfig.cjs.json' },
];

rmSync('dist', { recursive: true, force: true });
for (const { folder, type, tsconfig } of builds) {
  execFileSync(
    process.execPath,
    ['node_modules/@nestjs/cli/bin/nest.js', 'build', 'nestjs-etag', '-p', tsconfig],
    { stdio: 'inherit' },
  );
  writeFileSync(`${folder}/package.json`, `${JSON.stringify({ type })}\n`);
}
