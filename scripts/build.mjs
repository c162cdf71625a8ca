/**
 * Builds the package twice with `nest build`, as ES modules and as CommonJS, and marks each folder
 * with its module type, so that either resolves without looking at the package's own `type`. What an
 * earlier build left is removed afterwards, so that whoever runs the package meanwhile always finds one.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const builds = [
  { folder: 'dist/esm', type: 'module', tsconfig: 'tsconfig.build.json' },
  { folder: 'dist/cjs', type: 'commonjs', tsconfig: 'tsconfig.cjs.json' },
  { folder: 'dist/schematics', type: 'commonjs', tsconfig: 'tsconfig.schematics.json' },
];

const begun = Date.now();
for (const { folder, type, tsconfig } of builds) {
  execFileSync(
    process.execPath,
    ['node_modules/@nestjs/cli/bin/nest.js', 'build', 'nestjs-etag', '-p', tsconfig],
    { stdio: 'inherit' },
  );
  writeFileSync(`${folder}/package.json`, `${JSON.stringify({ type })}\n`);
}
for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && statSync(path).mtimeMs < begun) rmSync(path);
}
for (const file of ['collection.json', 'nest-add/schema.json']) {
  cpSync(`src/schematics/${file}`, `dist/schematics/${file}`);
}

// The command: package managers make it executable, other ways to unpack do not.
chmodSync('dist/esm/cli/main.js', 0o755);
