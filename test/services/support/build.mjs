/**
 * Compiles the applications of ../apps into a folder of their own, where `nestjs-etag` is the package as
 * it was built: the applications import it by name, as its users do.
 */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';
import config from '../../../jest.config.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const APPS = fileURLToPath(new URL('../apps/', import.meta.url));
const CACHE = join(ROOT, 'test/services/node_modules/.cache/nestjs-etag');
const [, COMPILER] = config.transform['^.+\\.ts$'];

/**
 * @param {string} nestjsEtag the folder of the package under test
 * @returns {string} the folder of the compiled applications
 */
export function buildApps(nestjsEtag = ROOT) {
  if (!existsSync(join(nestjsEtag, 'dist/esm/index.js'))) {
    throw new Error(`There is no build in ${nestjsEtag}: run \`npm run build\` first.`);
  }
  const folder = join(CACHE, `services-${process.pid}`);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(nestjsEtag, join(folder, 'node_modules/nestjs-etag'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  compile(APPS, folder);
  compile(prismaClient(), join(folder, 'prisma/generated'));
  return folder;
}

function compile(from, to) {
  for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.d.ts')) continue;
    const target = join(to, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      transformFileSync(join(from, file), { ...COMPILER, swcrc: false, configFile: false }).code,
    );
  }
}

/**
 * Prisma's client is generated, once for a schema and a version. Its command looks for an engine that nothing
 * here needs and that no npm package brings: any program will do in its place.
 */
function prismaClient() {
  const command = createRequire(import.meta.url).resolve('prisma/build/index.js');
  const { version } = JSON.parse(readFileSync(join(dirname(command), '../package.json'), 'utf8'));
  const schema = readFileSync(join(APPS, 'prisma/schema.prisma'), 'utf8');
  const name = createHash('sha256').update(schema).update(version).digest('hex').slice(0, 16);
  const folder = join(CACHE, `prisma-${name}`);
  if (!existsSync(join(folder, 'generated/client.ts'))) {
    mkdirSync(folder, { recursive: true });
    cpSync(join(APPS, 'prisma/schema.prisma'), join(folder, 'schema.prisma'));
    execFileSync(process.execPath, [command, 'generate', '--schema', 'schema.prisma'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    });
  }
  return join(folder, 'generated');
}
