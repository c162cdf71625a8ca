import { parseEntityTag } from '../http/entity-tag.js';
import type { EntityTag } from '../http/entity-tag.js';
import type { Answer } from './ask.js';

/** An answer that says that a precondition failed. */
export interface Refusal {
  readonly status: number;
  /** Why, in the words of this library; `undefined` from a server that does not use it. */
  readonly reason: string | undefined;
  readonly tag: EntityTag | undefined;
}

/** The refusal that an answer is, or `undefined`. With `refusalStatus`, only the reason tells one. */
export function refusalIn(answer: Answer): Refusal | undefined {
  const { status } = answer;
  const reason = reasonIn(answer);
  if (status !== 412 && (status < 400 || !REASONS.has(reason ?? ''))) return undefined;
  return { status, reason, tag: tagIn(answer) };
}

/** The entity tag of an answer, if it has one. */
export function tagIn({ fields }: Answer): EntityTag | undefined {
  return fields.etag === undefined ? undefined : parseEntityTag(fields.etag);
}

/** Whether a refusal looks like the ones that proxies make: an empty one, or a page where data was asked for. */
export function isMadeBetween(refusal: Answer, asked: Answer): boolean {
  if (reasonIn(refusal) !== undefined) return false;
  return refusal.content.byteLength === 0 || (isPage(refusal) && !isPage(asked));
}

/** Whether an answer is an HTML page. */
export function isPage({ fields }: Answer): boolean {
  return /^\s*text\/html\b/i.test(fields['content-type'] ?? '');
}

const REASONS: ReadonlySet<string> = new Set([
  'changed',
  'missing-resource',
  'recoded-tag',
  'unmodified-since',
  'weak-tag',
]);

/** Only a word: the answer of a stranger is printed to a terminal. */
function reasonIn({ content }: Answer): string | undefined {
  try {
    const body: unknown = JSON.parse(content.toString());
    if (typeof body !== 'object' || body === null || !('reason' in body)) return undefined;
    const { reason } = body;
    return typeof reason === 'string' && /^[\w-]{1,40}$/.test(reason) ? reason : undefined;
  } catch {
    return undefined;
  }
}
