import type { Conflict } from './three-way-merge.js';
import type { Representation } from './representation.js';

/** What is known about a write that was refused. */
export interface CollisionDetails<T> {
  readonly method: string;
  readonly url: string;
  /** What you started from; `undefined` if this client never saw it. */
  readonly base: Representation<T> | undefined;
  /** What you wanted to write; `undefined` for DELETE. */
  readonly mine: unknown;
  /** What is there now, read again; `undefined` if there is nothing, or the read failed (`cause`). */
  readonly theirs: Representation<T> | undefined;
  /** Why the server refused, if it says so: `changed`, `missing-resource`, `exists`, `weak-tag`, … */
  readonly reason: string | undefined;
  /** The answer itself, its body unread. */
  readonly response: Response | undefined;
  /**
   * Whether everything that you wanted to change is there already. Then nobody needs to decide
   * anything. Most likely the answer to your own write was lost and the write was sent again;
   * or somebody else made the same change.
   */
  readonly alreadyApplied: boolean;
  /** Why `theirs` could not be read. */
  readonly cause?: unknown;
}

/**
 * Two writers started from the same representation, and the other one was first: the server rejected
 * this write (412, or the status that its option `refusalStatus` names), and nothing was written.
 *
 * To resolve it, save from what is there now: `client.put(collision.theirs, resolved)`. The same write
 * by URL is rejected again, because the client does not learn the tag of something nobody has looked at.
 *
 * @see RFC 9110 §13.1.1
 */
export class MidAirCollision<T = unknown> extends Error {
  override readonly name: 'MidAirCollision' | 'MergeConflict' = 'MidAirCollision';
  declare readonly method: string;
  declare readonly url: string;
  declare readonly base: Representation<T> | undefined;
  declare readonly mine: unknown;
  declare readonly theirs: Representation<T> | undefined;
  declare readonly reason: string | undefined;
  declare readonly response: Response | undefined;
  declare readonly alreadyApplied: boolean;

  constructor({ cause, ...details }: CollisionDetails<T>, message: string = describe(details)) {
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, details);
  }
}

/** A collision that `merge: true` could not resolve, because both sides changed the same properties. */
export class MergeConflict<T = unknown> extends MidAirCollision<T> {
  override readonly name = 'MergeConflict';

  constructor(
    details: CollisionDetails<T>,
    /** What somebody has to decide, property by property. */
    readonly conflicts: readonly Conflict[],
    /** The rest, merged; where there is a conflict, it has the value of `theirs`. */
    readonly merged: T,
  ) {
    const where = conflicts.map(({ pointer }) => pointer || 'the whole').join(', ');
    super(details, `${details.method} ${details.url}: both sides changed ${where}`);
  }
}

/** Whether `error` is a {@link MidAirCollision} (or a {@link MergeConflict}), of whichever copy of this package. */
export function isMidAirCollision<T = unknown>(error: unknown): error is MidAirCollision<T> {
  return error instanceof Error && (error.name === 'MidAirCollision' || isMergeConflict(error));
}

/** Whether `error` is a {@link MergeConflict}, of whichever copy of this package. */
export function isMergeConflict<T = unknown>(error: unknown): error is MergeConflict<T> {
  return error instanceof Error && error.name === 'MergeConflict';
}

function describe<T>(details: Omit<CollisionDetails<T>, 'cause'>): string {
  const { method, url, base, theirs, reason, response } = details;
  const rejected = `${method} ${url} was rejected (${response?.status ?? 412}): `;
  if (reason === 'exists') return `${rejected}it exists already.`;
  if (!theirs) return `${rejected}it is gone, or cannot be read.`;
  if (base?.etag !== undefined && base.etag === theirs.etag) {
    return (
      `${rejected}but GET still returns the tag that was sent, ${base.etag}. ` +
      'Does a proxy rewrite tags (server option "intermediaries"), or a cache serve old answers?'
    );
  }
  return `${rejected}somebody changed it since it was read.`;
}
