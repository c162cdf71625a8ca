import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = process.cwd();

interface Block {
  readonly name: string;
  readonly code: string;
}

/** Pages whose blocks are parts of files that other specs run, and are compared with them there. */
const QUOTES_OF_TESTS = ['docs/client.md', 'docs/concurrency.md'];

/** The TypeScript blocks of a page. Where they quote tests, only those that are whole modules. */
function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)]
    .map(({ 1: code = '', index }) => ({
      name: `${page}:${text.slice(0, index).split('\n').length}`,
      code,
    }))
    .filter(({ code }) => code.startsWith('import ') || !QUOTES_OF_TESTS.includes(page));
}

/** Compiles blocks in one program, as modules of a folder of an application that uses the package by its name. */
function compile(blocks: readonly Block[], folder: string): ReadonlyMap<string, readonly string[]> {
  const files = new Map(
    blocks.map((block, index) => [join(ROOT, folder, `block-${index}.ts`), block]),
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    strict: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists.call(host, file);
  host.readFile = (file) => files.get(file)?.code ?? readFile.call(host, file);
  host.getSourceFile = (file, version, ...rest) => {
    const block = files.get(file);
    return block === undefined
      ? getSourceFile.call(host, file, version, ...rest)
      : ts.createSourceFile(file, block.code, version);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return new Map(
    [...files].map(([file, { name }]) => [
      name,
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(file))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ]),
  );
}

/** Tests that the TypeScript of these pages compiles, with the packages that a folder of this repository finds. */
export function itCompiles(pages: readonly string[], folder: string): void {
  const blocks = pages.flatMap(blocksOf);
  let problems: ReturnType<typeof compile> | undefined;

  it.each(blocks.map(({ name }) => name))(
    '%s compiles',
    (name) => {
      problems ??= compile(blocks, folder);
      expect(problems.get(name)).toEqual([]);
    },
    60_000,
  );
}
