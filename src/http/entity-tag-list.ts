/**
 * ```abnf
 * If-Match      = "*" / #entity-tag
 * If-None-Match = "*" / #entity-tag
 * #element      => [ element ] *( OWS "," OWS [ element ] )
 * ```
 *
 * RFC 9110 §5.6.1.2, §13.1.1, §13.1.2.
 */
import { entityTagBetween, type EntityTag } from './entity-tag.js';
import { problemWithMember } from './entity-tag-list-problem.js';
import { combinedFieldValue } from './field-value.js';
import { endOfEntityTag, skipOws, skipToMember } from './scanner.js';

/**
 * What an `If-Match` or `If-None-Match` field says. RFC 9110 §13.1.1, §13.1.2.
 *
 * - `absent`: the field was not sent.
 * - `empty`: it was sent and names no tag (nothing, or only commas and whitespace). Not the same as `absent`: taking
 *   one for the other would turn a guarded write into an unguarded one.
 * - `any`: `*`, and nothing else.
 * - `tags`: at least one entity tag, in the order sent.
 * - `malformed`: anything else. `problem` is a sentence for the client that says what to write instead; it is
 *   printable ASCII and quotes at most some forty characters of the field.
 */
export type EntityTagList =
  | { readonly kind: 'absent' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'any' }
  | { readonly kind: 'tags'; readonly tags: readonly EntityTag[] }
  | { readonly kind: 'malformed'; readonly problem: string };

const ABSENT: EntityTagList = Object.freeze({ kind: 'absent' });
const EMPTY: EntityTagList = Object.freeze({ kind: 'empty' });
const ANY: EntityTagList = Object.freeze({ kind: 'any' });

/**
 * Reads the value of `If-Match` or `If-None-Match`, or its values when the field was sent in several lines.
 *
 * Takes time in proportion to the length of the field, whatever it holds, and never throws. One bad member makes the
 * whole list malformed: who sent it may have meant anything. RFC 9110 §5.6.1.2, §13.1.1, §13.1.2.
 *
 * @example
 * parseEntityTagList('"a,b", W/"c"'); // { kind: 'tags', tags: [{ weak: false, opaque: 'a,b' }, { weak: true, opaque: 'c' }] }
 * parseEntityTagList('abc');          // { kind: 'malformed', problem: 'abc is not a quoted entity tag: write "abc"' }
 */
export function parseEntityTagList(field: string | readonly string[] | undefined): EntityTagList {
  const text = combinedFieldValue(field);
  if (text === undefined) return ABSENT;
  if (isAny(text)) return ANY;

  const tags: EntityTag[] = [];
  let at = skipToMember(text, 0);
  while (at < text.length) {
    const end = endOfEntityTag(text, at);
    const next = end === -1 ? -1 : skipOws(text, end);
    if (next === -1 || (next < text.length && text[next] !== ',')) {
      return { kind: 'malformed', problem: problemWithMember(text, at) };
    }
    tags.push(entityTagBetween(text, at, end));
    at = skipToMember(text, next);
  }
  return tags.length === 0 ? EMPTY : { kind: 'tags', tags };
}

function isAny(text: string): boolean {
  const at = skipOws(text, 0);
  return text[at] === '*' && skipOws(text, at + 1) === text.length;
}
