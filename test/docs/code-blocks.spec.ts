import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = process.cwd();
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((page) => join('docs', page))];

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

const blocks = PAGES.filter((page) => page.endsWith('.md')).flatMap(blocksOf);

/** Compiles all blocks in one program, as the modules of an application that uses the package by its name. */
function compile(): ReadonlyMap<string, readonly string[]> {
  const files = new Map(
    blocks.map((block, index) => [join(ROOT, 'test/docs', `block-${index}.ts`), block]),
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

let problems: ReturnType<typeof compile> | undefined;

it.each(blocks.map(({ name }) => name))(
  '%s compiles',
  (name) => {
    problems ??= compile();
    expect(problems.get(name)).toEqual([]);
  },
  60_000,
);
