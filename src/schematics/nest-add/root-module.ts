import { posix } from 'node:path';
import type ts from 'typescript';
import type { Compiler } from './compiler.js';

/** The class that an application is made of, and where it is written. */
export interface RootModule {
  readonly path: string;
  /** Its name, where `main.ts` says it. */
  readonly name: string | undefined;
}

/**
 * The root module: what `main.ts` gives to `NestFactory.create()`, or else what is in `app.module.ts`.
 *
 * @param read the text of a file, or `undefined` where there is none.
 */
export function findRootModule(
  compiler: Compiler,
  sourceRoot: string,
  read: (path: string) => string | undefined,
): RootModule | undefined {
  for (const extension of ['ts', 'js']) {
    const main = posix.join(sourceRoot, `main.${extension}`);
    const text = read(main);
    const named = text === undefined ? undefined : createdModule(compiler, main, text, read);
    if (named !== undefined) return named;
    const usual = posix.join(sourceRoot, `app.module.${extension}`);
    if (read(usual) !== undefined) return { path: usual, name: undefined };
  }
  return undefined;
}

function createdModule(
  compiler: Compiler,
  main: string,
  text: string,
  read: (path: string) => string | undefined,
): RootModule | undefined {
  const source = compiler.createSourceFile(main, text, compiler.ScriptTarget.Latest, true);
  const name = nameOfCreated(compiler, source);
  const specifier = name === undefined ? undefined : importedFrom(compiler, source, name);
  if (specifier === undefined || !specifier.startsWith('.')) return undefined;
  const base = posix.join(posix.dirname(main), specifier);
  const path = [
    base.replace(/\.js$/, '.ts'),
    `${base}.ts`,
    base,
    `${base}.js`,
    `${base}/index.ts`,
  ].find((each) => /\.[jt]s$/.test(each) && read(each) !== undefined);
  return path === undefined ? undefined : { path, name };
}

/** The first argument of `NestFactory.create()`. */
function nameOfCreated(compiler: Compiler, node: ts.Node): string | undefined {
  if (
    compiler.isCallExpression(node) &&
    compiler.isPropertyAccessExpression(node.expression) &&
    node.expression.expression.getText() === 'NestFactory' &&
    node.expression.name.text.startsWith('create')
  ) {
    const [module] = node.arguments;
    if (module !== undefined && compiler.isIdentifier(module)) return module.text;
  }
  return compiler.forEachChild(node, (child) => nameOfCreated(compiler, child));
}

function importedFrom(compiler: Compiler, source: ts.SourceFile, name: string): string | undefined {
  for (const statement of source.statements) {
    if (!compiler.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    const isNamed =
      bindings !== undefined &&
      compiler.isNamedImports(bindings) &&
      bindings.elements.some((element) => element.name.text === name);
    if (isNamed || statement.importClause?.name?.text === name) {
      return compiler.isStringLiteral(statement.moduleSpecifier)
        ? statement.moduleSpecifier.text
        : undefined;
    }
  }
  return undefined;
}
