/**
 * Installs the packed package into freshly generated applications, of either major of Nest and in
 * either module format, adds the README's example, builds it with tsc and with swc, and asks it what
 * the README says. Needs the npm registry and nothing else.
 *
 * node scripts/test-install.mjs [name …]   all applications, or those that are named: nest-12-esm, …
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');

/** What an application needs to be built; its test runners and linters stay out. */
const TOOLS = /^(@nestjs\/(cli|schematics)|@types\/(node|express)|typescript)$/;

const ES_MODULES = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2023',
  },
  module: { type: 'es6' },
};

const APPLICATIONS = {
  'nest-12-esm': { type: 'esm' },
  'nest-12-cjs': { type: 'cjs' },
  // Nest 11 has no template of ES modules: its builder for swc has to be told.
  'nest-11-esm': { type: 'esm', major: 11, swc: ES_MODULES },
  // As Nest's starter was before it knew "exports": a compiler that finds types by main, types and typesVersions.
  'nest-11-cjs': {
    type: 'cjs',
    major: 11,
    compilerOptions: {
      module: 'commonjs',
      moduleResolution: 'node10',
      resolvePackageJsonExports: undefined,
    },
  },
};

const named = process.argv.slice(2);
const names = named.length === 0 ? Object.keys(APPLICATIONS) : named;
const folder = mkdtempSync(join(tmpdir(), 'nestjs-etag-install-'));
try {
  const tarball = await pack();
  for (const name of names) {
    const begun = Date.now();
    await tryOut(name, tarball);
    console.log(`${name}: works (${Math.round((Date.now() - begun) / 1000)} s)`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function pack() {
  await run(process.execPath, ['scripts/build.mjs'], { cwd: root });
  const { stdout } = await run('npm', ['pack', '--pack-destination', folder, '--silent'], {
    cwd: root,
  });
  return join(folder, stdout.trim());
}

async function tryOut(name, tarball) {
  const application = APPLICATIONS[name];
  if (application === undefined)
    throw new Error(`${name} is none of ${Object.keys(APPLICATIONS).join(', ')}`);
  const app = await generate(name, application);
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', tarball], {
    cwd: app,
  });
  const rootModule = join(app, 'src/app.module.ts');
  const generated = readFileSync(rootModule, 'utf8');
  await nest(app, 'add', 'nestjs-etag', '--skip-install');
  const added = readFileSync(rootModule, 'utf8');
  await nest(app, 'add', 'nestjs-etag', '--skip-install');
  expect('nest add', added.match(/ETagModule\.forRoot\(\)/g)?.length, 1);
  expect('nest add, again', readFileSync(rootModule, 'utf8'), added);
  writeFileSync(rootModule, generated);
  await nest(app, 'generate', 'nest-add', '--collection', 'nestjs-etag');
  expect('the schematic by its name', readFileSync(rootModule, 'utf8'), added);
  addExample(app);
  for (const builder of ['tsc', 'swc']) {
    const { stdout, stderr } = await nest(app, 'build', '--builder', builder);
    if (!existsSync(join(app, 'dist/main.js'))) throw new Error(`${builder}: ${stdout}${stderr}`);
    await serving(app, 'dist/main.js', async (url) => {
      expect('GET / as generated', (await fetch(url)).status, 200);
    });
    await serving(app, 'dist/readme-main.js', askTheExample);
    rmSync(join(app, 'dist'), { recursive: true });
  }
}

/** What `nest new` makes, on the major that is asked for. */
async function generate(name, { type, major, swc, compilerOptions = {} }) {
  await run(
    process.execPath,
    [
      join(root, 'test/install/node_modules/@angular-devkit/schematics-cli/bin/schematics.js'),
      '@nestjs/schematics:application',
      ...Object.entries({
        name,
        type,
        language: 'ts',
        'package-manager': 'npm',
        observe: false,
      }).map(([option, value]) => `--${option}=${value}`),
    ],
    { cwd: folder },
  );
  const app = join(folder, name);
  edit(join(app, 'package.json'), (manifest) => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
      .filter(([each]) => each in manifest.dependencies || TOOLS.test(each))
      .map(([each, version]) => [
        each,
        major !== undefined && each.startsWith('@nestjs/') ? `^${major}.0.0` : version,
      ]);
    const { version: compiler } = JSON.parse(
      readFileSync(join(root, 'node_modules/@swc/core/package.json'), 'utf8'),
    );
    return {
      ...manifest,
      dependencies: {
        ...Object.fromEntries(versions),
        ...(major === 11 ? { typescript: '~5.9.0' } : {}),
        // The last that Nest's CLI 11 can call.
        '@swc/cli': major === 11 ? '^0.7.0' : '^0.8.0',
        '@swc/core': compiler,
      },
      devDependencies: {},
    };
  });
  edit(join(app, 'tsconfig.json'), (config) => ({
    ...config,
    compilerOptions: {
      ...config.compilerOptions,
      types: ['node'],
      ...(major === 11 ? { rootDir: undefined } : {}),
      ...compilerOptions,
    },
  }));
  if (major === 11) {
    // The starter of Nest 11 says no rootDir either; its builder for swc then leaves `src` out of the paths.
    edit(join(app, 'tsconfig.build.json'), (config) => ({ ...config, compilerOptions: undefined }));
  }
  if (swc !== undefined) writeFileSync(join(app, '.swcrc'), JSON.stringify(swc));
  return app;
}

function edit(path, change) {
  const json = readFileSync(path, 'utf8');
  writeFileSync(path, `${JSON.stringify(change(JSON.parse(json)), null, 2)}\n`);
}

function nest(app, ...command) {
  return run(process.execPath, [join(app, 'node_modules/@nestjs/cli/bin/nest.js'), ...command], {
    cwd: app,
  });
}

/** The README's example, with a main.ts of its own that differs by the module's file alone. */
function addExample(app) {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const example = [...readme.matchAll(/```ts\n(.*?)```/gs)]
    .map(([, code]) => code)
    .find((code) => code.includes('export class AppModule'));
  if (example === undefined) throw new Error('README.md has no example with an AppModule');
  writeFileSync(join(app, 'src/readme.ts'), example);
  const main = readFileSync(join(app, 'src/main.ts'), 'utf8');
  writeFileSync(join(app, 'src/readme-main.ts'), main.replace('./app.module', './readme'));
}

/** What the table on top of the README promises. */
async function askTheExample(url) {
  const user = `${url}/users/1`;
  const read = await fetch(user);
  const etag = read.headers.get('etag');
  expect('the tag', etag, '"77bc43ac22bb2f5a9fbab5a32554a5d3"');
  const again = await fetch(user, { headers: { 'If-None-Match': etag } });
  expect('GET with If-None-Match', [again.status, await again.text()], [304, '']);
  const put = (headers) =>
    fetch(user, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{"name":"Shaun","age":28}',
    });
  const written = [await put({}), await put({ 'If-Match': etag }), await put({ 'If-Match': etag })];
  expect(
    'PUT without, with, and again',
    written.map(({ status }) => status),
    [428, 200, 412],
  );
  const { reason } = await written[2].json();
  expect('the reason', reason, 'changed');
}

/** Runs an application as long as it is asked. */
async function serving(app, entry, ask) {
  const port = await freePort();
  const server = spawn(process.execPath, ['--no-warnings', entry], {
    cwd: app,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await Promise.race([
      listening(port),
      once(server, 'exit').then(() => Promise.reject(new Error(`${app}/${entry} does not start`))),
    ]);
    await ask(`http://localhost:${port}`);
  } finally {
    if (server.exitCode === null) {
      server.kill();
      await once(server, 'exit');
    }
  }
}

/** Waits until somebody listens on the port; whoever calls this knows whether somebody still may. */
async function listening(port) {
  for (;;) {
    const socket = connect(port, 'localhost');
    const isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
    await setTimeout(100);
  }
}

async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function expect(what, received, expected) {
  const [actual, wanted] = [received, expected].map((value) => JSON.stringify(value));
  if (actual !== wanted) throw new Error(`${what}: ${actual} instead of ${wanted}`);
}
