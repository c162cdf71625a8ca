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
  /** What is there now, read afresh; `undefined` if nothing is (any more), or the read failed (`cause`). */
  readonly theirs: Representation<T> | undefined;
  /** Why the server refused, if it says so: `changed`, `missing-resource`, `exists`, `weak-tag`, … */
  readonly reason: string | undefined;
  /** The 412 itself, its body unread. */
  readonly response: Response | undefined;
  /**
   * Whether everything that you wanted to change is there already. Then nothing is lost and nobody
   * needs to decide anything: most likely the answer to your own write was lost on the way and the
   * write was sent again; or somebody made the same change.
   */
  readonly alreadyApplied: boolean;
  /** Why `theirs` could not be read. */
  readonly cause?: unknown;
}

/**
 * Two writers started from the same representation, and the other one was first: the server answered
 * 412 and nothing was written.
 *
 * To settle it, save from what is there now: `client.put(collision.theirs, resolved)`. Sending the
 * same again by URL is refused again, because the tag of what nobody has looked at is not learned.
 *
 * @see RFC 9110 §13.1.1
 */
export class MidAirCollision<T = unknown> extends Error {
  override readonly name: 'MidAirCollision' | 'MergeConflict' = 'MidAirCollision';
  readonly method: string;
  readonly url: string;
  readonly base: Representation<T> | undefined;
  readonly mine: unknown;
  readonly theirs: Representation<T> | undefined;
  readonly reason: string | undefined;
  readonly response: Response | undefined;
  readonly alreadyApplied: boolean;

  constructor(details: CollisionDetails<T>, message: string = describe(details)) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.method = details.method;
    this.url = details.url;
    this.base = details.base;
    this.mine = details.mine;
    this.theirs = details.theirs;
    this.reason = details.reason;
    this.response = details.response;
    this.alreadyApplied = details.alreadyApplied;
  }
}

/** A collision that `merge: true` could not settle, because both sides changed the same properties. */
export class MergeConflict<T = unknown> extends MidAirCollision<T> {
  override readonly name = 'MergeConflict';

  constructor(
    details: CollisionDetails<T>,
    /** What somebody has to decide, property by property. */
    readonly conflicts: readonly Conflict[],
    /** The rest, merged; with their values where there is a conflict. */
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

function describe<T>(details: CollisionDetails<T>): string {
  const { method, url, base, theirs, reason } = details;
  const refused = `${method} ${url} was refused (412): `;
  if (reason === 'exists') return `${refused}it exists already.`;
  if (!theirs) return `${refused}it is not there any more, or not readable.`;
  if (base?.etag !== undefined && base.etag === theirs.etag) {
    return (
      `${refused}yet ${base.etag}, the tag that was sent, is still the one that GET answers with. ` +
      'Either a proxy rewrites tags (the server option "intermediaries" makes up for it) ' +
      'or a cache serves old answers (send "Cache-Control: private, no-cache").'
    );
  }
  return `${refused}somebody changed it since it was read. Both versions are in this error.`;
}
