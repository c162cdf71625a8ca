import { declaresJson, describedUrl, entityTagOf } from './answer.js';
import type { Remembered } from './memory.js';
import { MissingEntityTagError } from './missing-entity-tag-error.js';
import { hasPrecondition, overwrites } from './preconditions.js';
import type { FetchParts, Passing } from './remembering-fetch.js';

/**
 * PUT, PATCH and DELETE, with the remembered tag in `If-Match`, and every other method that may
 * change something. The tag of a 412 is not learned: who was refused has not seen what it names.
 *
 * @throws MissingEntityTagError if no tag is known and the caller set no precondition of his own
 */
export async function conditionalWrite(
  passing: Passing,
  { memory, tagHeader }: FetchParts,
): Promise<Response> {
  const { method, url, headers, send } = passing;
  if (overwrites(method) && !hasPrecondition(headers)) {
    const known = memory.recall(url);
    if (typeof known === 'string') throw new MissingEntityTagError(method, url, known);
    headers.set('If-Match', known.etag);
  }

  const response = await send().finally(() => memory.distrustCaches(url));
  const endedAt = memory.now();
  if (response.status === 404 || response.status === 410) memory.learn(url, 'unread', endedAt);
  if (!response.ok) return response;

  const written = method === 'DELETE' ? undefined : describedUrl(method, url, response);
  if (written !== url) memory.learn(url, 'untagged-write', endedAt);
  if (written) {
    memory.learn(
      written,
      (await leftBy(passing, response, tagHeader)) ?? 'untagged-write',
      endedAt,
    );
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
