import { collisionOf } from './collision-of.js';
import type { Connection, RequestOptions } from './connection.js';
import { LostAnswerError } from './lost-answer-error.js';
import type { MidAirCollision } from './mid-air-collision.js';
import type { Write } from './prepare-write.js';
import { remembered } from './read.js';
import { isRepresentation, type Representation, type Target } from './representation.js';
import { ResponseError } from './response-error.js';
import { absoluteUrl } from './url.js';
import { type Verdict, verdictOf } from './verdict.js';

/** What another library knows of its write that failed; see {@link ETagClient.failure}. */
export interface FailureOptions extends RequestOptions {
  /** @default 'PUT' */
  method?: string;
  /** The answer, if one came; its body unread, if possible. */
  response?: Response | undefined;
  /** What the library threw, if no answer came. */
  cause?: unknown;
}

/** What `put` throws for an answer that is not 2xx, or for none. */
export type Failure<T = unknown> = MidAirCollision<T> | LostAnswerError<T> | ResponseError;

/** The error that a judged answer comes to. For a collision, reads what is there now. */
export async function failureOf<T>(
  connection: Connection,
  write: Write<T>,
  verdict: Verdict,
): Promise<Failure<T>> {
  const { means, response, body } = verdict;
  if (means === 'collision') return collisionOf(connection, write, verdict);
  return means === 'lost-answer'
    ? lostAnswer(write, response)
    : new ResponseError(write.method, write.url, response, body);
}

/**
 * A write whose answer is lost, because of `cause`: what `fetch` threw, or a gateway's answer. The
 * error has none of the write's header fields: it may be logged, and they may hold credentials.
 */
export function lostAnswer<T>(
  { method, url, base, mine }: Omit<Write<T>, 'init'>,
  cause: unknown,
  theirs?: Representation<T>,
): LostAnswerError<T> {
  return new LostAnswerError({ method, url, base, mine, theirs, cause });
}

/** Builds the error that `put` would throw, for a write that another library sent. See `ETagClient.failure`. */
export async function failure<T = unknown>(
  connection: Connection,
  target: Target<T>,
  mine: unknown,
  { method = 'PUT', response, cause, ...init }: FailureOptions = {},
): Promise<Failure<T>> {
  const isKnown = isRepresentation(target);
  const url = absoluteUrl(isKnown ? target.url : target, connection.baseUrl);
  const base = isKnown ? target : remembered<T>(connection, url);
  const headers = new Headers(init.headers);
  if (base?.etag && !headers.has('If-Match')) headers.set('If-Match', base.etag);
  const write = { method, url, base, mine, init: { ...init, headers } };
  return response
    ? failureOf(connection, write, await verdictOf(write, response))
    : lostAnswer(write, cause);
}
