/**
 * What a resource looked like in one answer (RFC 9110 §3.2), with the tag that this very state has.
 *
 * A plain value: keep it in a form, a store or a cache, and hand it back when you save, so that the
 * write is conditional on exactly the state you started from.
 */
export interface Representation<T = unknown> {
  /** Absolute and without fragment. */
  readonly url: string;
  /**
   * The entity tag, character for character as it arrived: `"x"`, or what a proxy made of it.
   * `undefined` if the answer had none that could be read.
   */
  readonly etag: string | undefined;
  /** The parsed JSON; text for any other media type. */
  readonly body: T;
}

/** Puts a representation together; that its body is a `T` is the caller's word. */
export function representationOf<T>(
  url: string,
  etag: string | undefined,
  body: unknown,
): Representation<T>;
export function representationOf(
  url: string,
  etag: string | undefined,
  body: unknown,
): Representation {
  return { url, etag, body };
}

/**
 * What to write to: the representation you started from, or only its URL. By URL, the tag of what
 * this client read or wrote last is used.
 */
export type Target<T = unknown> = string | URL | Representation<T>;

/** Whether `target` says what it was started from. */
export function isRepresentation<T>(target: Target<T>): target is Representation<T> {
  return typeof target === 'object' && 'url' in target;
}
