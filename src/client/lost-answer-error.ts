import { overwrites } from './preconditions.js';
import type { Representation } from './representation.js';

/** What is known about a write whose answer never came. */
export interface LostAnswerDetails<T> {
  readonly method: string;
  readonly url: string;
  /** What you started from. */
  readonly base: Representation<T> | undefined;
  /** What you wanted to write. */
  readonly mine: unknown;
  /** What is there now, if it was read since: different from `base`, and not to be told apart from others' changes. */
  readonly theirs: Representation<T> | undefined;
  /** What `fetch` said. */
  readonly cause: unknown;
}

/**
 * A write was sent and no answer came: nobody knows whether it was carried out.
 *
 * To send the same write again is safe if it overwrites (PUT, PATCH, DELETE), because it carries the
 * same tag: it cannot take effect twice. A collision then tells by `alreadyApplied` that it had.
 */
export class LostAnswerError<T = unknown> extends Error {
  override readonly name = 'LostAnswerError';
  readonly method: string;
  readonly url: string;
  readonly base: Representation<T> | undefined;
  readonly mine: unknown;
  readonly theirs: Representation<T> | undefined;

  constructor(details: LostAnswerDetails<T>) {
    super(describe(details), { cause: details.cause });
    this.method = details.method;
    this.url = details.url;
    this.base = details.base;
    this.mine = details.mine;
    this.theirs = details.theirs;
  }
}

/** Whether `error` is a {@link LostAnswerError}, of whichever copy of this package. */
export function isLostAnswer<T = unknown>(error: unknown): error is LostAnswerError<T> {
  return error instanceof Error && error.name === 'LostAnswerError';
}

function describe<T>({ method, url, theirs }: LostAnswerDetails<T>): string {
  const unknown = `No answer came to ${method} ${url}, so it may have been carried out or not`;
  if (theirs) {
    return `${unknown}. What is there now has changed, and does not tell by whom: look at it before you save again.`;
  }
  return overwrites(method)
    ? `${unknown}. Sending the same again is safe: its If-Match lets it take effect only once. ` +
        'In a browser a preflight that CORS refuses looks like this too: the server must allow the method and the If-Match header.'
    : `${unknown}. Sending it again may carry it out twice.`;
}
