import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** What stands for a part of a message that is put in at run time. */
const PART = '…';

/** The sentences that a developer can be told: in errors, and in lines of the log. */
export interface Messages {
  readonly thrown: readonly string[];
  readonly logged: readonly string[];
}

/** The texts of all `new Error()`, and of all calls of `warn()` and `error()` of a logger, in the sources of a folder. */
export function messagesIn(folder: string): Messages {
  const thrown: string[] = [];
  const logged: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && /^(Type)?Error$/.test(node.expression.getText())) {
      thrown.push(textOf(node.arguments?.[0]));
    }
    if (ts.isCallExpression(node) && isOfLogger(node.expression.getText())) {
      logged.push(textOf(node.arguments[0]));
    }
    ts.forEachChild(node, visit);
  };
  for (const file of ts.sys.readDirectory(folder, ['.ts'])) {
    visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023, true));
  }
  return { thrown: thrown.filter(isSentence), logged: logged.filter(isSentence) };
}

/** The phrases of messages in the first column of the tables of a section, as they are quoted there. */
export function phrasesIn(section: string): readonly string[] {
  return [...section.matchAll(/^\| (.*?) +\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`` ?(.*?) ?``|`([^`]+)`/g)].map(([, long, short]) => long ?? short ?? ''),
  );
}

/** Whether a message has all parts of a phrase. */
export function has(message: string, phrase: string): boolean {
  const text = withoutSpace(message);
  return phrase.split(PART).every((part) => text.includes(withoutSpace(part)));
}

function isOfLogger(callee: string): boolean {
  return /\b(log|logger|Logger\(.*\))\.(warn|error)(EachTime)?$/.test(callee);
}

/** All texts in an expression, one after another: a message may choose between two. */
function textOf(expression: ts.Node | undefined): string {
  const parts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) parts.push(node.text);
    if (ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      parts.push(node.text, PART);
    }
    ts.forEachChild(node, visit);
  };
  if (expression !== undefined) visit(expression);
  return parts.join(' ');
}

/** A few words are no message to a developer, or one that is put together elsewhere. */
function isSentence(text: string): boolean {
  return text.split(' ').length > 8;
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
