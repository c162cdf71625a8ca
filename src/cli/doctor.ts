import { randomBytes } from 'node:crypto';
import { formatEntityTag } from '../http/entity-tag.js';
import type { EntityTag } from '../http/entity-tag.js';
import { ask } from './ask.js';
import type { Answer } from './ask.js';
import { CODINGS } from './examination.js';
import type { Coding, Examination, Read } from './examination.js';
import { freshnessIn } from './freshness.js';
import type { Question } from './question.js';
import { refusalIn, tagIn } from './refusal.js';
import { tagAtOrigin } from './rewriting.js';
import { trySave } from './try-save.js';
import { whyUnreadable } from './why-unreadable.js';

/**
 * Reads a resource as clients do: with every content coding, and again with the tag that came, in `If-None-Match`
 * and in `If-Match`. Sends nothing but GET, unless the question has a {@link Question.save}.
 *
 * @param announce prints what is about to be sent to the server that could change something.
 * @throws Error when the resource cannot be read, with what helps.
 */
export async function examine(
  question: Question,
  announce: (text: string) => void,
): Promise<Examination> {
  const reads: Read[] = [];
  for (const coding of CODINGS) reads.push(await read(coding, question));
  const save = await trySave(question, staleTag(), reads, announce);
  const refusals = [...reads.map(({ unmatched }) => unmatched), save?.answer];
  // A refusal is too short for most proxies to compress, and so often shows the tag as the server sent it.
  const tags = [
    ...refusals.map((each) => each && refusalIn(each)?.tag),
    ...reads.map(({ tag }) => tag),
  ];
  const origin = tagAtOrigin(tags.filter((tag) => tag !== undefined));
  return { reads, save, origin, knowsSuffixes: await knowsSuffixes(question, origin) };
}

async function read(asked: Coding, { url, fields, timeout }: Question): Promise<Read> {
  const get = (conditional: Readonly<Record<string, string>>): Promise<Answer> =>
    ask(url, { fields: { ...fields, 'Accept-Encoding': asked, ...conditional }, timeout });
  const answer = await get({});
  if (answer.status !== 200) throw new Error(whyUnreadable(url, asked, answer));
  const { etag } = answer.fields;
  const tag = tagIn(answer);
  const again = etag === undefined ? undefined : await get({ 'If-None-Match': etag });
  if (isShareable(answer)) {
    return { asked, answer, tag, again, matched: undefined, unmatched: undefined };
  }
  const compared = (etag: string): Promise<Answer> =>
    get({ 'If-Match': etag, 'Cache-Control': 'no-store' });
  return {
    asked,
    answer,
    tag,
    again,
    matched: tag === undefined ? undefined : await compared(formatEntityTag(tag)),
    unmatched: await compared(staleTag()),
  };
}

/** Whether a shared cache may store the answers of this URL: a 412 too, which it would then give to everybody. */
function isShareable({ fields }: Answer): boolean {
  return freshnessIn(fields).some(({ isShared }) => isShared);
}

/** A tag that no version has. */
function staleTag(): string {
  return formatEntityTag({ weak: false, opaque: randomBytes(16).toString('hex') });
}

/** No proxy appends this suffix, so none removes it: only the server itself can know it. */
async function knowsSuffixes(
  { url, fields, timeout }: Question,
  origin: EntityTag | undefined,
): Promise<boolean> {
  if (origin === undefined) return false;
  const suffixed = formatEntityTag({ weak: false, opaque: `${origin.opaque};gzip` });
  const asked = { ...fields, 'Accept-Encoding': 'identity', 'If-None-Match': suffixed };
  return (await ask(url, { fields: asked, timeout })).status === 304;
}
