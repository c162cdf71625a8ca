import type { Remembered } from './memory.js';
import type { Passing } from './passing.js';
import { asksForLess } from './preconditions.js';

/** What makes a 304 a 200 from memory, where no HTTP cache below does. */
export interface StoredAnswers {
  /** What to ask about with `If-None-Match`, and to answer its 304 from. */
  storedFor(passing: Passing, known: Remembered | string): Remembered | undefined;
  /** The 200 that a 304 stands for. */
  answerFrom(stored: Remembered, notModified: Response): Response;
  /** What else to remember of an answer, so that a later 304 can be answered from it. */
  noteOf(request: Headers, fields: Headers): Pick<Remembered, 'fields' | 'selectedBy'>;
}

/** RFC 9111 without times: every answer is revalidated. */
export const storedAnswers: StoredAnswers = {
  storedFor,
  answerFrom,
  noteOf: (request, fields) => ({ fields, selectedBy: selection(request, fields) }),
};

/** Never another user's answer, nor one in another language, whatever tags the server makes. */
function storedFor(
  { headers, cache }: Passing,
  known: Remembered | string,
): Remembered | undefined {
  if (typeof known === 'string' || !known.fields || asksForLess(headers)) return undefined;
  if (cache !== 'default' && cache !== 'no-cache') return undefined;
  return known.selectedBy === selection(headers, known.fields) ? known : undefined;
}

/** RFC 9111 §3.2: the stored fields, updated; the tag as it was stored. */
function answerFrom(stored: Remembered, notModified: Response): Response {
  const headers = new Headers(stored.fields);
  notModified.headers.forEach((value, name) => {
    if (!/^(etag$|content-)/i.test(name)) headers.set(name, value);
  });
  return new Response(stored.text, { status: 200, statusText: 'OK', headers });
}

/** The request's values of the fields that say whose and which representation it asks for. */
function selection(request: Headers, fields: Headers): string {
  const names = ['authorization', 'cookie', ...(fields.get('Vary') ?? '').split(',')];
  return JSON.stringify(names.map((name) => /\w/.test(name) && request.get(name.trim())));
}
