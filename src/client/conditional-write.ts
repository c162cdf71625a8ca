import { declaresJson, describedUrl, entityTagOf } from './answer.js';
import type { Connection } from './connection.js';
import type { Remembered } from './memory.js';
import type { Passing } from './passing.js';

/**
 * Every method that may change something; PUT, PATCH and DELETE carry their precondition already.
 * The tag of a 412 is not learned: the caller has not seen what it names.
 */
export async function conditionalWrite(
  passing: Passing,
  { memory, tagHeader }: Connection,
): Promise<Response> {
  const { method, url, send } = passing;
  memory.distrustCaches(url, true);
  const response = await send().finally(() => memory.distrustCaches(url, false));
  const endedAt = memory.now();
  if (response.status === 404 || response.status === 410) memory.learn(url, 'unread', endedAt);
  if (!response.ok) return response;

  const written = method === 'DELETE' ? undefined : describedUrl(method, url, response);
  if (written !== url) memory.learn(url, 'untagged', endedAt);
  if (written) {
    memory.learn(written, (await leftBy(passing, response, tagHeader)) ?? 'untagged', endedAt);
  }
  return response;
}

/**
 * What a write left behind, if its answer tells: a tag counts only together with what it tags, which
 * is the answer's content, or what was PUT if there is no content (RFC 9110 §9.3.4).
 */
async function leftBy(
  { method, headers, sent }: Passing,
  response: Response,
  tagHeader: string | undefined,
): Promise<Remembered | undefined> {
  const etag = entityTagOf(response, tagHeader);
  if (!etag) return undefined;
  // A body that breaks off is the caller's to notice; here it only means that nothing is known.
  const text = await response
    .clone()
    .text()
    .catch(() => undefined);
  if (text) return { etag, text: declaresJson(response.headers) ? text : undefined };
  if (text === undefined || method !== 'PUT') return undefined;
  return { etag, text: declaresJson(headers) ? sent : undefined };
}
