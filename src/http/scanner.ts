/**
 * The characters of an entity tag, read by index and in one direction: a field takes time in proportion to its length.
 *
 * ```abnf
 * entity-tag = [ weak ] opaque-tag
 * weak       = %s"W/"
 * opaque-tag = DQUOTE *etagc DQUOTE
 * etagc      = %x21 / %x23-7E / obs-text   ; "!" or visible, except the double quote
 * obs-text   = %x80-FF
 * OWS        = *( SP / HTAB )
 * ```
 *
 * RFC 9110 §5.5, §5.6.3, §8.8.3. A comma and a backslash are ordinary characters of a tag, and nothing escapes a
 * quote in it. Splitting at commas is therefore no way to read a list of tags.
 */

const HTAB = 0x09;
const SP = 0x20;
const DQUOTE = 0x22;
const COMMA = 0x2c;
const SLASH = 0x2f;
const UPPER_W = 0x57;
const NOT_ETAGC = /[^!#-~\x80-\xff]/;

/** The index of the first character at or after `at` that is neither space nor tab. RFC 9110 §5.6.3. */
export function skipOws(text: string, at: number): number {
  let index = at;
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== SP && code !== HTAB) break;
  }
  return index;
}

/**
 * The index of the first character at or after `at` that belongs to a list member.
 * Empty members are not an error: a recipient has to skip them (RFC 9110 §5.6.1.2).
 */
export function skipToMember(text: string, at: number): number {
  let index = at;
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== SP && code !== HTAB && code !== COMMA) break;
  }
  return index;
}

/** The index of the first character at or after `at` that is no etagc: in a whole tag, its closing quote. */
export function skipEtagc(text: string, at: number): number {
  // A slice shares the characters of its text, and a search reads a long tag faster than a loop that is still cold.
  const stop = text.slice(at).search(NOT_ETAGC);
  return stop === -1 ? text.length : at + stop;
}

/** Whether the entity tag that begins at `at` is marked weak. Only upper case marks it: `%s"W/"`. */
export function isWeakAt(text: string, at: number): boolean {
  return text.charCodeAt(at) === UPPER_W && text.charCodeAt(at + 1) === SLASH;
}

/** The index just past the entity tag that begins at `at`, or `-1` when no whole tag begins there. */
export function endOfEntityTag(text: string, at: number): number {
  const quote = isWeakAt(text, at) ? at + 2 : at;
  if (text.charCodeAt(quote) !== DQUOTE) return -1;
  const end = skipEtagc(text, quote + 1);
  return text.charCodeAt(end) === DQUOTE ? end + 1 : -1;
}
