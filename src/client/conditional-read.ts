import { declaresJson, entityTagOf } from './answer.js';
import type { Connection } from './connection.js';
import type { Remembered } from './memory.js';
import type { Passing } from './passing.js';

/**
 * GET. Sends `If-None-Match` where no HTTP cache below does, and answers the 304 from memory; lets
 * caches revalidate what was written since they stored it.
 *
 * @param handedOver whether somebody gets the answer who may write by its tag; if not, nothing is learned.
 */
export async function conditionalRead(
  passing: Passing,
  connection: Connection,
  handedOver: boolean,
): Promise<Response> {
  const { url, headers, cache, send } = passing;
  const { memory, storedAnswers } = connection;
  const startedAt = memory.now();
  const stored = storedAnswers?.storedFor(passing, memory.recall(url));
  if (stored) headers.set('If-None-Match', stored.etag);

  const mode = cache === 'default' && memory.distrustsCaches(url) ? 'no-cache' : cache;
  const response = await send(mode === 'default' ? undefined : mode);
  const answer =
    stored && response.status === 304 ? storedAnswers?.answerFrom(stored, response) : response;
  if (!answer) return response;

  if (answer.ok && (mode === 'no-cache' || mode === 'reload')) memory.trustCaches(url, startedAt);
  if (handedOver) {
    const known = await knownFrom(answer, headers, connection);
    if (known) memory.learn(url, known, startedAt);
  }
  return answer;
}

/** What an answer to GET teaches; `undefined` if nothing. */
async function knownFrom(
  answer: Response,
  request: Headers,
  { tagHeader, storedAnswers }: Connection,
): Promise<Remembered | 'unread' | 'untagged' | undefined> {
  if (answer.status === 404 || answer.status === 410) return 'unread';
  if (answer.status !== 200) return undefined;
  const etag = entityTagOf(answer, tagHeader);
  if (!etag) return 'untagged';
  const text = declaresJson(answer.headers) ? await answer.clone().text() : undefined;
  return {
    etag,
    text,
    ...(text !== undefined && storedAnswers?.noteOf(request, answer.headers)),
  };
}
