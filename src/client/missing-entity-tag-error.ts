import type { Unknown } from './memory.js';

/**
 * A write was not sent, because the entity tag of what it would overwrite is not known.
 *
 * Usually the server sends the tag and CORS hides it; otherwise read the resource first.
 */
export class MissingEntityTagError extends Error {
  override readonly name = 'MissingEntityTagError';

  declare readonly method: string;
  declare readonly url: string;

  constructor(method: string, url: string, reason: Unknown = 'unread') {
    const why =
      reason === 'unread'
        ? 'this client has not read it lately'
        : 'the last answer had none. Across origins it needs ' +
          '"Access-Control-Expose-Headers: ETag" (CORS); if a proxy removes it, use tagHeader';
    super(
      `${method} ${url} was not sent, because its ETag is not known: ${why}. ` +
        'Read it first. To create it, send "If-None-Match: *"; to overwrite it unseen, "If-Match: *".',
    );
    Object.assign(this, { method, url });
  }
}

/** Whether `error` is a {@link MissingEntityTagError}, of whichever copy of this package. */
export function isMissingEntityTag(error: unknown): error is MissingEntityTagError {
  return error instanceof Error && error.name === 'MissingEntityTagError';
}
