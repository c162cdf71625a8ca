import { declaresJson, entityTagOf } from './answer.js';
import type { Remembered } from './memory.js';
import { asksForLess } from './preconditions.js';
import type { FetchParts, Passing } from './remembering-fetch.js';

/**
 * GET. Sends `If-None-Match` where no HTTP cache below does, and answers the 304 from memory; lets
 * caches revalidate what was written since they stored it.
 */
export async function conditionalRead(
  passing: Passing,
  parts: FetchParts,
  handedOver: boolean,
): Promise<Response> {
  const { url, headers, cache = 'default', send } = passing;
  const { memory } = parts;
  const startedAt = memory.now();
  const stored = parts.ifNoneMatch ? storedFor(passing, memory.recall(url)) : undefined;
  if (stored) headers.set('If-None-Match', stored.etag);

  const mode = cache === 'default' && memory.distrustsCaches(url) ? 'no-cache' : cache;
  const response = await send(mode === 'default' ? undefined : mode);
  const answer = stored && response.status === 304 ? answerFrom(stored, response) : response;

  if (answer.ok && (mode === 'no-cache' || mode === 'reload')) memory.trustCaches(url, startedAt);
  if (handedOver) {
    const known = await knownFrom(answer, headers, parts);
    if (known) memory.learn(url, known, startedAt);
  }
  return answer;
}

/** What an answer to GET teaches; `undefined` if nothing. */
async function knownFrom(
  answer: Response,
  request: Headers,
  { tagHeader, ifNoneMatch }: FetchParts,
): Promise<Remembered | 'unread' | 'untagged-read' | undefined> {
  if (answer.status === 404 || answer.status === 410) return 'unread';
  if (answer.status !== 200) return undefined;
  const etag = entityTagOf(answer, tagHeader);
  if (!etag) return 'untagged-read';
  const text = declaresJson(answer.headers) ? await answer.clone().text() : undefined;
  if (text === undefined || !ifNoneMatch) return { etag, text };
  const fields = fieldsOf(answer.headers);
  return { etag, text, fields, selectedBy: selection(request, fields) };
}

/** What a 304 can be answered from: not another user's answer, nor one in another language, whatever tags the server makes. */
function storedFor(
  { headers, cache = 'default' }: Passing,
  known: Remembered | string,
): Remembered | undefined {
  if (typeof known === 'string' || !known.fields || asksForLess(headers)) return undefined;
  if (cache !== 'default' && cache !== 'no-cache') return undefined;
  return known.selectedBy === selection(headers, known.fields) ? known : undefined;
}

/** The 200 that a 304 stands for (RFC 9111 §3.2): the stored fields, updated; the tag as it was stored. */
function answerFrom(stored: Remembered, notModified: Response): Response {
  const headers = new Headers(stored.fields);
  notModified.headers.forEach((value, name) => {
    if (!/^(etag$|content-)/i.test(name)) headers.set(name, value);
  });
  return new Response(stored.text, { status: 200, statusText: 'OK', headers });
}

/** The request's values of the fields that say whose and which representation it asks for. */
function selection(request: Headers, fields: Record<string, string>): string {
  const names = ['authorization', 'cookie', ...(fields['vary'] ?? '').split(',')];
  return JSON.stringify(names.map((name) => /\w/.test(name) && request.get(name.trim())));
}

function fieldsOf(headers: Headers): Record<string, string> {
  const fields: Record<string, string> = {};
  headers.forEach((value, name) => (fields[name] = value));
  return fields;
}
