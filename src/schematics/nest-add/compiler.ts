import { createRequire } from 'node:module';
import { join } from 'node:path';
import type ts from 'typescript';

/** The part of TypeScript that reads source texts. */
export type Compiler = Pick<
  typeof ts,
  | 'ScriptTarget'
  | 'createSourceFile'
  | 'forEachChild'
  | 'getDecorators'
  | 'canHaveDecorators'
  | 'isArrayLiteralExpression'
  | 'isCallExpression'
  | 'isClassDeclaration'
  | 'isIdentifier'
  | 'isImportDeclaration'
  | 'isNamedImports'
  | 'isObjectLiteralExpression'
  | 'isPropertyAccessExpression'
  | 'isPropertyAssignment'
  | 'isShorthandPropertyAssignment'
  | 'isStringLiteral'
>;

/**
 * TypeScript as the application has it, or else as Nest's CLI brings it, so that this package needs none.
 *
 * @returns `undefined` where there is none that can be asked about source texts.
 */
export function compilerOf(folder: string): Compiler | undefined {
  const fromProject = createRequire(join(folder, 'package.json'));
  return loaded(fromProject) ?? loaded(fromProject, '@nestjs/cli/package.json');
}

function loaded(require: NodeJS.Require, owner?: string): Compiler | undefined {
  try {
    const from = owner === undefined ? require : createRequire(require.resolve(owner));
    const compiler = from('typescript') as Partial<Compiler>;
    return compiler.createSourceFile === undefined ? undefined : (compiler as Compiler);
  } catch {
    return undefined;
  }
}
