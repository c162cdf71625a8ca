import { bodyOf } from './answer.js';
import { hasPrecondition } from './preconditions.js';
import type { Write } from './prepare-write.js';
import { reasonIn } from './reason.js';

/** What an answer that is not 2xx means for the write that it answers. */
export interface Verdict {
  /**
   * - `collision`: the server refused the precondition, and nothing was written;
   * - `lost-answer`: a gateway answered in the server's place, and the write may have been carried out;
   * - `error`: anything else.
   */
  readonly means: 'collision' | 'lost-answer' | 'error';
  /** The answer, its body unread. */
  readonly response: Response;
  /** The parsed body. */
  readonly body: unknown;
  /** The `reason` in the body, as nestjs-etag gives it. */
  readonly reason: string | undefined;
}

/** What a server may send for a 412 (its option `refusalStatus`). */
const OTHER_STATUSES: readonly number[] = [400, 404, 409, 428];
/** The reasons of a 412. */
const COLLISIONS = /^(changed|missing-resource|exists|weak-tag|recoded-tag|unmodified-since)$/;

/** Judges an answer that is not 2xx. Its body can still be read afterwards. */
export async function verdictOf(
  { init }: Pick<Write<unknown>, 'init'>,
  response: Response,
): Promise<Verdict> {
  // A body that breaks off changes nothing: the status has arrived.
  const body = response.bodyUsed
    ? undefined
    : await bodyOf(response.clone()).catch(() => init.signal?.throwIfAborted());
  const reason = reasonIn(body);
  const isCollision =
    response.status === 412
      ? reason !== 'missing-precondition'
      : OTHER_STATUSES.includes(response.status) &&
        COLLISIONS.test(reason ?? '') &&
        hasPrecondition(init.headers);
  // Whoever was told `busy` has waited for a lock in vain: nothing was written.
  const isLost = reason !== 'busy' && isFromGateway(response);
  const means = isCollision ? 'collision' : isLost ? 'lost-answer' : 'error';
  return { means, response, body, reason };
}

/**
 * Whether a gateway may have made this answer because it got none: 502, 503, 504 (RFC 9110 §15.6),
 * Cloudflare's 520 to 530, and the 500 of lighttpd, which is a page. An application that answers
 * 500 does so in its own media type. What cannot be told apart counts as the gateway's.
 */
export function isFromGateway({ status, headers }: Response): boolean {
  return (
    (status > 501 && status < 505) ||
    (status > 519 && status < 531) ||
    (status === 500 && /html/i.test(headers.get('Content-Type') ?? ''))
  );
}
