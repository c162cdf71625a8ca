import type { Connection, RequestOptions } from './connection.js';
import { MissingEntityTagError } from './missing-entity-tag-error.js';
import { hasPrecondition, overwrites } from './preconditions.js';
import { remembered } from './read.js';
import { isRepresentation, type Representation, type Target } from './representation.js';
import { absoluteUrl } from './url.js';

/** A write: what to send where, and what it was started from. */
export interface Write<T> {
  readonly method: string;
  readonly url: string;
  /** The representation that `If-Match` names; `undefined` if it names none that is known here. */
  readonly base: Representation<T> | undefined;
  /** The body as a value; `undefined` for none. */
  readonly mine: unknown;
  readonly init: RequestOptions & { readonly headers: Headers };
}

/**
 * Puts a write to `target` together, conditional on what it was started from.
 *
 * @throws MissingEntityTagError if it overwrites something whose tag is not known; TypeError if its body is no JSON
 */
export function prepareWrite<T>(
  connection: Connection,
  method: string,
  target: Target<T>,
  mine: unknown,
  init: RequestOptions,
): Write<T> {
  refuseForeign(mine);
  const url = absoluteUrl(isRepresentation(target) ? target.url : target, connection.baseUrl);
  const base = isRepresentation(target) ? target : remembered<T>(connection, url);
  const headers = new Headers(init.headers);
  if (mine !== undefined && !headers.has('Content-Type')) {
    headers.set('Content-Type', 'application/json');
  }
  if (overwrites(method) && !hasPrecondition(headers)) {
    if (!base?.etag) {
      // A representation in hand was read or written, whatever is remembered of its URL.
      const isUntagged = base || connection.memory.recall(url) === 'untagged';
      throw new MissingEntityTagError(method, url, isUntagged ? 'untagged' : 'unread');
    }
    headers.set('If-Match', base.etag);
  }
  return {
    method,
    url,
    base: base && headers.get('If-Match') === base.etag ? base : undefined,
    mine,
    init: { ...init, headers },
  };
}

/**
 * Refuses what JSON makes `{}` of without a word: a form's data, a map, a promise that was not awaited. It would
 * replace everything that is there.
 */
export function refuseForeign(mine: unknown): void {
  const value: object = Object(mine);
  if (Symbol.toStringTag in value)
    throw new TypeError(`${String(value[Symbol.toStringTag])} is not JSON`);
}
