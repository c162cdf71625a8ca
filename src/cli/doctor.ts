import { randomBytes } from 'node:crypto';
import { formatEntityTag, parseEntityTag } from '../http/entity-tag.js';
import type { EntityTag } from '../http/entity-tag.js';
import { ask } from './ask.js';
import type { Answer } from './ask.js';
import type { Question } from './question.js';
import { tagAtOrigin } from './rewriting.js';

/** The content codings that clients ask for. RFC 9110 §8.4.1, RFC 7932, RFC 8878. */
export const CODINGS = ['identity', 'gzip', 'br', 'zstd'] as const;

export type Coding = (typeof CODINGS)[number];

/** A read with one content coding, and the same again with the tag that came. */
export interface Read {
  readonly asked: Coding;
  readonly answer: Answer;
  /** The tag in the answer; `undefined` where there is none, or what is there is none. */
  readonly tag: EntityTag | undefined;
  readonly again: Answer | undefined;
}

/** A save with a tag that no version ever had. */
export interface Save {
  readonly method: string;
  readonly sent: string;
  readonly answer: Answer;
  /** Why it was refused, if the server says so as this library does. */
  readonly reason: string | undefined;
  readonly tag: EntityTag | undefined;
}

/** What was seen of a resource. */
export interface Examination {
  readonly reads: readonly Read[];
  readonly save: Save | undefined;
  /** The tag as it left the server, as far as that can be told. */
  readonly origin: EntityTag | undefined;
  /** Whether something on the way takes `"x;gzip"` for `"x"`: the server has `intermediaries: 'recoded'`. */
  readonly knowsSuffixes: boolean;
}

/**
 * Asks for a resource as clients do: with every content coding, again with the tag that came, and
 * saves it with a tag that is stale on purpose. `If-Match` never carries anything else.
 *
 * @throws Error when the resource cannot be read, with what to do about it.
 */
export async function examine(question: Question): Promise<Examination> {
  const reads: Read[] = [];
  for (const coding of CODINGS) reads.push(await read(coding, question));
  const save =
    question.method === undefined ? undefined : await trySave(question.method, question, reads);
  // The error page of whoever else refuses a save may be tagged as well: Express does that.
  const refused = save?.answer.status === 412 ? save.tag : undefined;
  const tags = [refused, ...reads.map(({ tag }) => tag)];
  const origin = tagAtOrigin(tags.filter((tag) => tag !== undefined));
  return { reads, save, origin, knowsSuffixes: await knowsSuffixes(question, origin) };
}

async function read(asked: Coding, { url, fields }: Question): Promise<Read> {
  const accepting = { ...fields, 'Accept-Encoding': asked };
  const answer = await ask(url, { fields: accepting });
  if (answer.status !== 200) throw new Error(whyUnreadable(url, answer));
  const { etag } = answer.fields;
  return {
    asked,
    answer,
    tag: tagIn(answer),
    again:
      etag === undefined
        ? undefined
        : await ask(url, { fields: { ...accepting, 'If-None-Match': etag } }),
  };
}

async function trySave(
  method: 'PUT' | 'PATCH',
  { url, fields, content }: Question,
  reads: readonly Read[],
): Promise<Save> {
  const sent = formatEntityTag({ weak: false, opaque: randomBytes(16).toString('hex') });
  const { type, what } =
    content === undefined ? harmless(method, reads) : { type: JSON_TYPE, what: content };
  const answer = await ask(url, {
    method,
    fields: { 'Content-Type': type, ...fields, 'If-Match': sent },
    content: what,
  });
  return { method, sent, answer, reason: reasonIn(answer), tag: tagIn(answer) };
}

/** A suffix that no proxy appends, and so none takes away: only the server itself can know it. */
async function knowsSuffixes(
  { url, fields }: Question,
  origin: EntityTag | undefined,
): Promise<boolean> {
  if (origin === undefined) return false;
  const suffixed = formatEntityTag({ weak: false, opaque: `${origin.opaque};gzip` });
  const asked = { ...fields, 'Accept-Encoding': 'identity', 'If-None-Match': suffixed };
  return (await ask(url, { fields: asked })).status === 304;
}

const JSON_TYPE = 'application/json';

/** What changes nothing even where it is carried out: the representation as it is, or an empty patch. */
function harmless(
  method: 'PUT' | 'PATCH',
  reads: readonly Read[],
): { readonly type: string; readonly what: Uint8Array } {
  const plain = reads.find(({ answer }) => answer.fields['content-encoding'] === undefined);
  if (method === 'PATCH') return { type: JSON_TYPE, what: Buffer.from('{}') };
  if (plain === undefined) {
    throw new Error(
      'every answer is compressed, even to who takes none of it, so there is nothing to send back: say with --body what a save sends, or --no-save',
    );
  }
  return { type: plain.answer.fields['content-type'] ?? JSON_TYPE, what: plain.answer.content };
}

function tagIn({ fields }: Answer): EntityTag | undefined {
  return fields.etag === undefined ? undefined : parseEntityTag(fields.etag);
}

function reasonIn({ content }: Answer): string | undefined {
  try {
    const body: unknown = JSON.parse(content.toString());
    if (typeof body !== 'object' || body === null || !('reason' in body)) return undefined;
    return typeof body.reason === 'string' ? body.reason : undefined;
  } catch {
    return undefined;
  }
}

function whyUnreadable(url: URL, { status, fields }: Answer): string {
  const said = `GET ${url.href} is answered ${status}`;
  if (status >= 300 && status < 400) {
    return `${said}, which sends on to ${fields.location ?? 'nowhere'}: examine that`;
  }
  if (status === 401 || status === 403) {
    return `${said}: say with --header 'Authorization: …' or --header 'Cookie: …' who asks`;
  }
  return `${said}, so there is nothing to examine: name a resource that is read with 200`;
}
