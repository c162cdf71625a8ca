import type ts from 'typescript';
import type { Compiler } from './compiler.js';
import type { RootModule } from './root-module.js';

const CLASS = 'ETagModule';
const PACKAGE = 'nestjs-etag';

/** A text that is put into another. */
interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Where what it replaces ends; nothing is replaced by default. */
  readonly until?: number;
}

/**
 * The text of the root module with `ETagModule.forRoot()` among its imports; the text as it is
 * where it is there already.
 *
 * @returns `undefined` where the module is written in a way that only its author can extend.
 */
export function importETagModule(
  compiler: Compiler,
  { path, name }: RootModule,
  text: string,
): string | undefined {
  const source = compiler.createSourceFile(path, text, compiler.ScriptTarget.Latest, true);
  const metadata = metadataOf(compiler, source, name);
  if (metadata === undefined) return undefined;
  const imported = importOf(compiler, source);
  const local = imported.local ?? CLASS;
  if (mentions(compiler, metadata, local)) return text;
  return applied(text, [
    intoImports(compiler, metadata, `${local}.forRoot()`),
    ...(imported.local === undefined ? [imported.insertion] : []),
  ]);
}

/** What stands in `@Module({ … })`. */
function metadataOf(
  compiler: Compiler,
  source: ts.SourceFile,
  name: string | undefined,
): ts.ObjectLiteralExpression | undefined {
  for (const statement of source.statements) {
    if (!compiler.isClassDeclaration(statement)) continue;
    if (name !== undefined && statement.name?.text !== name) continue;
    for (const { expression } of compiler.getDecorators(statement) ?? []) {
      if (!compiler.isCallExpression(expression)) continue;
      const [argument] = expression.arguments;
      if (expression.expression.getText() !== 'Module' || argument === undefined) continue;
      if (compiler.isObjectLiteralExpression(argument)) return argument;
    }
  }
  return undefined;
}

/** Whether the name stands anywhere in this part of the text, other than in a comment. */
function mentions(compiler: Compiler, node: ts.Node, name: string): boolean {
  if (compiler.isIdentifier(node)) return node.text === name;
  return (
    compiler.forEachChild(node, (child) => mentions(compiler, child, name) || undefined) ?? false
  );
}

function intoImports(
  compiler: Compiler,
  metadata: ts.ObjectLiteralExpression,
  addition: string,
): Insertion {
  const imports = metadata.properties.find((property) => property.name?.getText() === 'imports');
  if (imports === undefined)
    return intoList(metadata, metadata.properties, `imports: [${addition}]`);
  if (compiler.isShorthandPropertyAssignment(imports)) {
    return { at: imports.getEnd(), text: `: [...imports, ${addition}]` };
  }
  if (!compiler.isPropertyAssignment(imports)) {
    return { at: imports.getStart(), text: `imports: [${addition}],\n  ` };
  }
  const { initializer } = imports;
  return compiler.isArrayLiteralExpression(initializer)
    ? intoList(initializer, initializer.elements, addition)
    : {
        at: initializer.getStart(),
        until: initializer.getEnd(),
        text: `[...(${initializer.getText()}), ${addition}]`,
      };
}

/** Adds to the end of a list, on a line of its own where its elements are. */
function intoList(list: ts.Node, elements: ts.NodeArray<ts.Node>, addition: string): Insertion {
  const last = elements.at(-1);
  if (last === undefined) return { at: list.getEnd() - 1, text: addition };
  const text = list.getSourceFile().text;
  const before = text.slice(0, last.getStart());
  const line = /(\r?\n)([\t ]*)$/.exec(before);
  const comma = elements.hasTrailingComma ? '' : ',';
  const start = line === null ? ' ' : `${line[1]}${line[2]}`;
  return {
    at: elements.hasTrailingComma ? elements.end : last.getEnd(),
    text: `${comma}${start}${addition}${elements.hasTrailingComma ? ',' : ''}`,
  };
}

/** The name that the class has in this file, or else the statement that gives it one. */
function importOf(
  compiler: Compiler,
  source: ts.SourceFile,
): { readonly local: string | undefined; readonly insertion: Insertion } {
  const statements = source.statements.filter((each) => compiler.isImportDeclaration(each));
  for (const { importClause, moduleSpecifier } of statements) {
    const bindings = importClause?.namedBindings;
    if (bindings === undefined || !compiler.isNamedImports(bindings)) continue;
    if ((moduleSpecifier as ts.StringLiteral).text !== PACKAGE) continue;
    const element = bindings.elements.find(
      (each) => (each.propertyName ?? each.name).text === CLASS,
    );
    if (element !== undefined) return { local: element.name.text, insertion: { at: 0, text: '' } };
    if (!importClause?.getText().startsWith('type ')) {
      return { local: undefined, insertion: intoList(bindings, bindings.elements, CLASS) };
    }
  }
  return { local: undefined, insertion: statementAfter(source, statements.at(-1)) };
}

/** An import statement, written as the last one is. */
function statementAfter(source: ts.SourceFile, last: ts.ImportDeclaration | undefined): Insertion {
  const newLine = source.text.includes('\r\n') ? '\r\n' : '\n';
  const written = last?.getText() ?? "'';";
  const quote = written.includes('"') ? '"' : "'";
  const end = written.endsWith(';') ? ';' : '';
  const statement = `import { ${CLASS} } from ${quote}${PACKAGE}${quote}${end}`;
  return last === undefined
    ? { at: source.getFullStart(), text: `${statement}${newLine}` }
    : { at: last.getEnd(), text: `${newLine}${statement}` };
}

/** The last insertion first, so that none moves another. */
function applied(text: string, insertions: readonly Insertion[]): string {
  return insertions
    .toSorted((a, b) => b.at - a.at)
    .reduce(
      (result, { at, until = at, text: inserted }) =>
        result.slice(0, at) + inserted + result.slice(until),
      text,
    );
}
