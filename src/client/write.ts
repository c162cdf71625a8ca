import { bodyOf, declaresJson, describedUrl, entityTagOf } from './answer.js';
import { conditionalWrite } from './conditional-write.js';
import type { Connection } from './connection.js';
import { failureOf, lostAnswer } from './failure.js';
import { asSent } from './json.js';
import { passingOf } from './passing.js';
import type { Write } from './prepare-write.js';
import { representationOf, type Representation } from './representation.js';
import { type Verdict, verdictOf } from './verdict.js';

/**
 * Carries a write out.
 *
 * @param pause waits before what is there now is read, which is the later the better for whoever tries again.
 * @throws MidAirCollision if its precondition was refused, LostAnswerError if no answer came or only
 *   a gateway's, ResponseError for any other status that is not 2xx
 */
export async function carryOut<T>(
  connection: Connection,
  write: Write<T>,
  pause?: (verdict: Verdict) => Promise<void>,
): Promise<Representation<T>> {
  const response = await send(connection, write);
  if (response.ok) return answerTo(connection, write, response);
  const verdict = await verdictOf(write, response);
  await pause?.(verdict);
  throw await failureOf(connection, write, verdict);
}

/** Sends a write. Whatever keeps its answer from coming is a {@link LostAnswerError}, except the caller's own abort. */
function send<T>(connection: Connection, write: Write<T>): Promise<Response> {
  const { method, url, mine, init } = write;
  const asText = typeof mine === 'string' && !declaresJson(init.headers);
  const body = asText ? mine : JSON.stringify(mine);
  const passing = passingOf(connection, url, {
    ...init,
    method,
    ...(mine !== undefined && { body }),
  });
  return orLost(write, conditionalWrite(passing, connection));
}

/** The representation that a write left, as far as its answer tells. */
async function answerTo<T>(
  { tagHeader }: Connection,
  write: Write<T>,
  response: Response,
): Promise<Representation<T>> {
  const { method, url, mine } = write;
  const content = await orLost(write, bodyOf(response));
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
    throw write.init.signal?.aborted ? cause : lostAnswer(write, cause);
  }
}
