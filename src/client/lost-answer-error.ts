import { overwrites } from './preconditions.js';
import type { Representation } from './representation.js';

/** What is known about a write whose answer did not come. */
export interface LostAnswerDetails<T> {
  readonly method: string;
  readonly url: string;
  /** What you started from. */
  readonly base: Representation<T> | undefined;
  /** What you wanted to write. */
  readonly mine: unknown;
  /** What is there now, if it was read since. It differs from `base`: by your write, or by somebody else's. */
  readonly theirs: Representation<T> | undefined;
  /** What `fetch` threw, or the `Response` that a gateway made in the server's place (502, 503, 504, …). */
  readonly cause: unknown;
}

/**
 * A write was sent and the server's answer did not come: nobody knows whether it was carried out.
 *
 * To send the same write again is safe if it overwrites (PUT, PATCH, DELETE), because it carries the
 * same tag: it cannot take effect twice. If it had taken effect, the collision says `alreadyApplied`.
 */
export class LostAnswerError<T = unknown> extends Error {
  override readonly name = 'LostAnswerError';
  declare readonly method: string;
  declare readonly url: string;
  declare readonly base: Representation<T> | undefined;
  declare readonly mine: unknown;
  declare readonly theirs: Representation<T> | undefined;

  constructor({ cause, ...details }: LostAnswerDetails<T>) {
    super(describe(details, statusOf(cause)), { cause });
    Object.assign(this, details);
  }
}

/** Whether `error` is a {@link LostAnswerError}, of whichever copy of this package. */
export function isLostAnswer<T = unknown>(error: unknown): error is LostAnswerError<T> {
  return error instanceof Error && error.name === 'LostAnswerError';
}

function describe<T>(
  { method, url, theirs }: Omit<LostAnswerDetails<T>, 'cause'>,
  status?: number,
): string {
  const said = status ? `the answer was ${status}, as from a gateway` : 'no answer came';
  const next = theirs
    ? 'It has changed since: look at it before you save again.'
    : overwrites(method)
      ? 'Sending the same again is safe: its If-Match lets it take effect only once.'
      : 'Sending it again may carry it out twice.';
  const hint = status || theirs ? '' : ' (A preflight that CORS refuses looks the same.)';
  return `${method} ${url} may have been carried out or not: ${said}. ${next}${hint}`;
}

/** The status of a `Response`, of whichever implementation. */
function statusOf(cause: unknown): number | undefined {
  const { status }: { status?: unknown } = Object(cause);
  return typeof status === 'number' ? status : undefined;
}
