import type { Unknown } from './memory.js';

const because: Readonly<Record<Unknown, string>> = {
  unread: 'it was not read by this client, or too long ago',
  'untagged-read':
    'the answer to the last read carried no ETag that could be read. Across origins a page sees ' +
    'it only if the server sends "Access-Control-Expose-Headers: ETag" (CORS); some proxies remove it',
  'untagged-write':
    'the answer to the last write carried no ETag together with the new representation. Across ' +
    'origins a page sees it only if the server sends "Access-Control-Expose-Headers: ETag" (CORS)',
};

/**
 * A write was not sent, because no entity tag is known for what it would overwrite.
 *
 * Nearly always the tag is there and CORS hides it; otherwise read the resource first.
 */
export class MissingEntityTagError extends Error {
  override readonly name = 'MissingEntityTagError';

  constructor(
    readonly method: string,
    readonly url: string,
    reason: Unknown = 'unread',
  ) {
    super(
      `${method} ${url} was not sent, for no entity tag is known for it: ${because[reason]}. ` +
        'Read it first and save what you read. To create it, send "If-None-Match: *"; ' +
        'to overwrite it unseen, "If-Match: *".',
    );
  }
}

/** Whether `error` is a {@link MissingEntityTagError}, of whichever copy of this package. */
export function isMissingEntityTag(error: unknown): error is MissingEntityTagError {
  return error instanceof Error && error.name === 'MissingEntityTagError';
}
