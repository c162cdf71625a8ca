import ts from 'typescript';

/** What a docstring says of one member of an interface. */
export interface Documented {
  readonly sentence: string;
  readonly default: string | undefined;
}

/** The docstrings of an interface's members, by their names. */
export function docstringsOf(file: string, name: string): ReadonlyMap<string, Documented> {
  const source = ts.createSourceFile(
    file,
    ts.sys.readFile(file) ?? '',
    ts.ScriptTarget.ES2023,
    true,
  );
  const declaration = source.statements
    .filter((each) => ts.isInterfaceDeclaration(each))
    .find((each) => each.name.text === name);
  if (declaration === undefined) throw new Error(`${file} has no interface ${name}`);
  const members = new Map<string, Documented>();
  for (const member of declaration.members) {
    const key = member.name?.getText(source) ?? '';
    const doc = ts.getJSDocCommentsAndTags(member).find((each) => ts.isJSDoc(each));
    // Of overloads the first one speaks for all.
    if (!members.has(key))
      members.set(key, { sentence: firstSentence(doc), default: defaultOf(doc) });
  }
  return members;
}

function firstSentence(doc: ts.JSDoc | undefined): string {
  const text = onOneLine(textOf(doc?.comment));
  // Up to a full stop or a colon that is not within code.
  return /^(?:`[^`]*`|[^`])*?(?=[.:](?: |$))/.exec(text)?.[0] ?? text;
}

function defaultOf(doc: ts.JSDoc | undefined): string | undefined {
  const tag = doc?.tags?.find(({ tagName }) => tagName.text === 'default');
  return tag === undefined ? undefined : onOneLine(textOf(tag.comment));
}

function textOf(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  if (comment === undefined || typeof comment === 'string') return comment ?? '';
  return comment
    .map((part) => (ts.isJSDocLink(part) ? `\`${part.name?.getText() ?? ''}\`` : part.text))
    .join('');
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
