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
      'createETagClient',
      'isLostAnswer',
      'isMergeConflict',
      'isMidAirCollision',
      'isMissingEntityTag',
      'isResponseError',
      'threeWayMerge',
    ]);
  });

  it('imports nothing from outside of its folder', () => {
    const imported = sources.flatMap((source) =>
      ts.preProcessFile(source).importedFiles.map(({ fileName }) => fileName),
    );
    expect(imported.filter((name) => !/^\.\/[a-z-]+\.js$/.test(name))).toEqual([]);
  });

  // A larger bundle is a decision: raise this together with the figure in docs/client.md.
  it('weighs less than 6 kB, minified and gzipped', async () => {
    const { outputFiles } = await build({
      entryPoints: [join(folder, 'index.ts')],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    });
    expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThan(6000);
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
