import { isDeepStrictEqual } from 'node:util';
import { withoutTag } from '../answers/tag-in-body.js';
import { isObject } from '../checks/objects.js';
import type { SentContent } from '../platform/platform.js';
import type { GuardedRoute } from '../routes/route.js';

type Properties = Readonly<Record<string, unknown>>;

/**
 * Whether what a write asks for is there already, by `@IfMatch({ alreadyApplied })`: its body is a JSON object with at least
 * one property that counts, each of which is what GET sends now; a PUT leaves none out. A tag in the body does not count.
 *
 * @param body as the platform has parsed it.
 * @param content what GET sends now.
 */
export function isAppliedAlready(
  { rule: { alreadyApplied, current } }: GuardedRoute,
  body: unknown,
  content: SentContent,
): boolean {
  const now = jsonIn(content.text);
  const asked = jsonIn(textOf(body));
  if (alreadyApplied === undefined || !isObject(now) || !isObject(asked)) return false;
  const counting = (all: Properties): Properties =>
    without(withoutTag(all, current.route.tagProperty ?? []), alreadyApplied.ofServer);
  const wanted = counting(asked);
  const found = counting(now);
  const names = Object.keys(wanted);
  if (names.length === 0) return false;
  return alreadyApplied.isPartial
    ? names.every((name) => isSame(wanted, found, name))
    : isDeepStrictEqual(wanted, found);
}

function isSame(wanted: Properties, found: Properties, name: string): boolean {
  return Object.hasOwn(found, name) && isDeepStrictEqual(wanted[name], found[name]);
}

function without(all: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}

/** As JSON has it, whatever classes or prototypes a parser has given it. */
function textOf(body: unknown): string | undefined {
  return isObject(body) ? JSON.stringify(body) : undefined;
}

function jsonIn(text: string | Uint8Array | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(typeof text === 'string' ? text : Buffer.from(text).toString());
  } catch {
    return undefined;
  }
}
