import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import * as client from '../../src/client/index.js';

const folder = join(process.cwd(), 'src/client');
const files = readdirSync(folder).map((name) => join(folder, name));
const sources = files.map((file) => readFileSync(file, 'utf8'));

describe('nestjs-etag/client', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(client).toSorted()).toEqual([
      'LostAnswerError',
      'MergeConflict',
      'MidAirCollision',
      'MissingEntityTagError',
      'ResponseError',
      'createConnection',
      'createETagClient',
      'failure',
      'forget',
      'get',
      'isLostAnswer',
      'isMergeConflict',
      'isMidAirCollision',
      'isMissingEntityTag',
      'isResponseError',
      'patch',
      'post',
      'put',
      'remember',
      'remembered',
      'rememberingFetch',
      'remove',
      'threeWayMerge',
      'update',
      'watch',
    ]);
  });

  it('imports nothing from outside of its folder', () => {
    const imported = sources.flatMap((source) =>
      ts.preProcessFile(source).importedFiles.map(({ fileName }) => fileName),
    );
    expect(imported.filter((name) => !/^\.\/[a-z-]+\.js$/.test(name))).toEqual([]);
  });

  // A larger bundle is a decision: raise these together with the figures in docs/client.md.
  it('weighs less than 7 kB, minified and gzipped', async () => {
    expect(await weightOf(`export * from './index.js'`)).toBeLessThan(7000);
  });

  it('weighs less than 4 kB where only get, put and patch are imported', async () => {
    const code = (used: string): string => `
      import { createConnection, ${used} } from './index.js';
      export const connection = createConnection();
      export { ${used} };`;
    const weight = await weightOf(code('get, put, patch'));
    expect(weight).toBeLessThan(4000);
    // What is imported beside them comes on top.
    expect(await weightOf(code('get, put, patch, update'))).toBeGreaterThan(weight + 500);
  });

  it.each([
    ['a browser, without Node’s types', ['lib.es2023.d.ts', 'lib.dom.d.ts'], []],
    ['Node, without the browser’s types', ['lib.es2023.d.ts'], ['node']],
  ])(
    'type-checks in %s',
    (_platform, lib, types) => {
      const program = ts.createProgram(files, {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
        noEmit: true,
        lib,
        types,
      });
      const complaints = ts
        .getPreEmitDiagnostics(program)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
      expect(complaints).toEqual([]);
    },
    60_000,
  );
});

/** Of a module in the folder of the client as it is published, bundled, minified and gzipped. */
async function weightOf(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(process.cwd(), 'dist/esm/client') },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '').length;
}
