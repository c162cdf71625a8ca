/**
 * ```abnf
 * ETag       = entity-tag
 * entity-tag = [ weak ] opaque-tag
 * weak       = %s"W/"
 * opaque-tag = DQUOTE *etagc DQUOTE
 * ```
 *
 * RFC 9110 §8.8.3.
 */
import { endOfEntityTag, isWeakAt, skipEtagc, skipOws } from './scanner.js';

/**
 * A validator that tells one representation of a resource from another. RFC 9110 §8.8.3.
 *
 * `opaque` is the text between the quotes, without them; it may be empty. Every character above `~` is one octet, as
 * Node reads header fields (latin1).
 *
 * @example
 * parseEntityTag('W/"v1"'); // { weak: true, opaque: 'v1' }
 */
export interface EntityTag {
  /** `true` for `W/"…"`: the representations are equivalent, but not equal to the octet. */
  readonly weak: boolean;
  /** What stands between the quotes. */
  readonly opaque: string;
}

/**
 * Reads exactly one entity tag, such as the value of an `ETag` field; optional whitespace may surround it.
 *
 * Answers `undefined` for anything else (no quotes, `w/"x"`, `*`, a list, a character that a tag cannot hold) and
 * never throws. RFC 9110 §8.8.3.
 *
 * @example
 * parseEntityTag('"xyzzy"'); // { weak: false, opaque: 'xyzzy' }
 * parseEntityTag('xyzzy');   // undefined
 */
export function parseEntityTag(text: string): EntityTag | undefined {
  const start = skipOws(text, 0);
  const end = endOfEntityTag(text, start);
  if (end === -1 || skipOws(text, end) !== text.length) return undefined;
  return entityTagBetween(text, start, end);
}

/** The entity tag that `endOfEntityTag` found from `start` to just before `end`. */
export function entityTagBetween(text: string, start: number, end: number): EntityTag {
  const weak = isWeakAt(text, start);
  return { weak, opaque: text.slice(start + (weak ? 3 : 1), end - 1) };
}

/**
 * The text of an entity tag as it stands in an `ETag` field: the inverse of {@link parseEntityTag}.
 *
 * @throws TypeError when `opaque` holds a character that no entity tag can hold: a mistake of the program, which
 * chooses its own tags. RFC 9110 §8.8.3.
 *
 * @example
 * formatEntityTag({ weak: true, opaque: 'v1' }); // 'W/"v1"'
 */
export function formatEntityTag(tag: EntityTag): string {
  const { weak, opaque } = tag;
  const stop = skipEtagc(opaque, 0);
  if (stop !== opaque.length) {
    throw new TypeError(
      `${JSON.stringify(opaque)} cannot stand in an entity tag: character ${stop} is ` +
        `${JSON.stringify(opaque.charAt(stop))}. Allowed are "!", "#" to "~" and U+0080 to U+00FF; ` +
        `write a digest or another identifier without quotes and spaces.`,
    );
  }
  return weak ? `W/"${opaque}"` : `"${opaque}"`;
}

/**
 * Whether this text is one entity tag, quotes and all, so that {@link parseEntityTag} reads it. RFC 9110 §8.8.3.
 *
 * @example
 * isEntityTagText('"v1"'); // true
 * isEntityTagText('v1');   // false
 */
export function isEntityTagText(text: string): boolean {
  return parseEntityTag(text) !== undefined;
}
