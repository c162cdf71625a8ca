import { bodyOf, declaresJson, describedUrl, entityTagOf } from './answer.js';
import { collisionOf } from './collision-of.js';
import type { Connection } from './connection.js';
import { asSent } from './json.js';
import { LostAnswerError } from './lost-answer-error.js';
import type { Write } from './prepare-write.js';
import { representationOf, type Representation } from './representation.js';
import { ResponseError } from './response-error.js';

/**
 * Carries a write out.
 *
 * @throws MidAirCollision if it was refused with 412, LostAnswerError if no answer came,
 *   ResponseError for any other status that is not 2xx
 */
export async function carryOut<T>(
  connection: Connection,
  write: Write<T>,
): Promise<Representation<T>> {
  const response = await send(connection, write);
  if (response.status === 412) throw await collisionOf(connection, write, { response });
  return answerTo(connection, write, response);
}

/** Sends a write; whatever keeps its answer from coming is a {@link LostAnswerError}, except the caller's own abort. */
export function send<T>({ fetch }: Connection, write: Write<T>): Promise<Response> {
  const { method, url, mine, init } = write;
  const asText = typeof mine === 'string' && !declaresJson(new Headers(init.headers));
  const body = asText ? mine : JSON.stringify(mine);
  return orLost(write, fetch(url, { ...init, method, ...(mine !== undefined && { body }) }));
}

/** The representation that a write left, as far as its answer tells. */
export async function answerTo<T>(
  { tagHeader }: Connection,
  write: Write<T>,
  response: Response,
): Promise<Representation<T>> {
  const { method, url, mine } = write;
  const content = await orLost(write, bodyOf(response));
  if (!response.ok) throw new ResponseError(method, url, response, content);

  // RFC 9110 §9.3.4: a PUT that is answered with a tag and no content was stored as it was sent.
  const body = content === undefined && method === 'PUT' ? asSent(mine) : content;
  const described = describedUrl(method, url, response);
  const etag = described && body !== undefined ? entityTagOf(response, tagHeader) : undefined;
  return representationOf(described ?? url, etag, body);
}

async function orLost<T, R>(write: Write<T>, answer: Promise<R>): Promise<R> {
  try {
    return await answer;
  } catch (cause) {
    const { init, ...details } = write;
    throw init.signal?.aborted
      ? cause
      : new LostAnswerError({ ...details, theirs: undefined, cause });
  }
}
