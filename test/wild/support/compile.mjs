/** Compiles the applications, as `nest build` does: with swc, and with TypeScript where a compiler plugin takes part. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';
import config from '../../../jest.config.js';

const [, COMPILER] = config.transform['^.+\\.ts$'];

/** Every TypeScript file below `from`, as ES modules or CommonJS. */
export function compile(from, to, moduleType) {
  rmSync(to, { recursive: true, force: true });
  for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const target = join(to, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    const { code } = transformFileSync(join(from, file), {
      ...COMPILER,
      module: { type: moduleType },
      swcrc: false,
      configFile: false,
    });
    writeFileSync(target, code);
  }
}

/** Compiles some files again, with the plugin that `nest build` runs for `"plugins": ["@nestjs/swagger"]`. */
export function compileWithSwaggerPlugin(folder, names) {
  const require = createRequire(join(folder, 'package.json'));
  const ts = require('typescript');
  const plugin = require('@nestjs/swagger/plugin');
  const files = names.map((name) => join(folder, 'src', name));
  const program = ts.createProgram(files, {
    ...ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile).config,
      ts.sys,
      folder,
    ).options,
    noEmit: false,
    outDir: join(folder, 'build'),
    rootDir: join(folder, 'src'),
  });
  const before = [plugin.before({ introspectComments: true }, program)];
  for (const file of files) {
    program.emit(program.getSourceFile(file), undefined, undefined, false, { before });
  }
}
