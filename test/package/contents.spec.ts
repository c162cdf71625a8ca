import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const { peerDependencies, ...manifest } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly dependencies?: object;
  readonly optionalDependencies?: object;
  readonly bundledDependencies?: object;
};

/** What `npm pack` says that it would put into the package. */
function pack(): Packed {
  const said = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // A list of packages, or (since npm 12) an object of them.
  const [packed] = Object.values(JSON.parse(said) as Record<string, Packed>);
  if (packed === undefined) throw new Error(said);
  return packed;
}

const ROUTER = '/nest/internals/router.js';

const packed = pack();
const paths = packed.files.map(({ path }) => path);

/** The sources that a copy is made of, without `.ts`. The command is one program: there is one copy of it. */
function sourcesOf(copy: string): readonly string[] {
  return ts.sys
    .readDirectory('src', ['.ts'])
    .map((path) => path.replace(/^.*?src\//, '').replace(/\.ts$/, ''))
    .filter((name) => !name.startsWith('schematics/'))
    .filter((name) => copy === 'esm' || !name.startsWith('cli/'));
}

describe('what is published', () => {
  it('is both copies of every source with its types, the documentation, and nothing else', () => {
    const built = ['esm', 'cjs'].flatMap((copy) => [
      `dist/${copy}/package.json`,
      ...sourcesOf(copy).flatMap((name) => [
        `dist/${copy}/${name}.js`,
        `dist/${copy}/${name}.d.ts`,
      ]),
    ]);
    const schematics = [
      'collection.json',
      'nest-add/compiler.js',
      'nest-add/import-etag-module.js',
      'nest-add/index.js',
      'nest-add/root-module.js',
      'nest-add/schema.json',
      'package.json',
    ].map((name) => `dist/schematics/${name}`);
    // The pages that README.md and the messages refer to; pictures stay out.
    const pages = readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`);
    const rest = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', ...pages];
    expect(paths.toSorted()).toEqual([...built, ...schematics, ...rest].toSorted());
  });

  // A larger package is a decision: raise these together with a line in CHANGELOG.md that says what for.
  it('weighs less than 430 kB as it is downloaded, and less than 2.3 MB on disk', () => {
    expect(packed.size).toBeLessThan(430_000);
    expect(packed.unpackedSize).toBeLessThan(2_300_000);
  });

  it('depends on nothing but its peers, and imports nothing else', () => {
    const { dependencies, optionalDependencies, bundledDependencies } = manifest;
    expect([dependencies, optionalDependencies, bundledDependencies]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const allowed = new Set([
      ...Object.keys(peerDependencies),
      ...builtinModules.map((name) => `node:${name}`),
    ]);
    const imported = paths
      .filter((path) => path.endsWith('.js'))
      .flatMap((path) =>
        ts
          .preProcessFile(readFileSync(path, 'utf8'), true, true)
          .importedFiles.map(({ fileName }) => ({ path, name: fileName })),
      )
      .filter(({ name }) => !name.startsWith('.') && !allowed.has(name));
    // The parts of Nest's router that it does not export: one file imports them, and says at boot what is missing.
    const others = imported.filter(
      ({ path, name }) => !path.endsWith(ROUTER) || !name.startsWith('@nestjs/core/'),
    );
    expect(others).toEqual([]);
  });

  it('names no file that is not there, and maps no source that is not', () => {
    const texts = paths
      .filter((path) => /\.(js|d\.ts)$/.test(path))
      .map((path) => readFileSync(join(process.cwd(), path), 'utf8'));
    expect(texts.filter((text) => text.includes('sourceMappingURL'))).toEqual([]);
  });

  it('says in its types what is said in its sources', () => {
    const types = readFileSync('dist/esm/nest/decorators/if-match.decorator.d.ts', 'utf8');
    expect(types).toContain('Guards writes: 428 without `If-Match`, 412 when it is stale.');
  });
});
