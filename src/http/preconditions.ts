/**
 * The order in which a server evaluates preconditions, RFC 9110 §13.2.2:
 *
 * 1. If-Match is present: true, go on at 3; false, answer 412.
 * 2. If-Match is absent and If-Unmodified-Since is present: true, go on at 3; false, answer 412.
 * 3. If-None-Match is present: true, go on; false, answer 304 to GET and HEAD, 412 to all others.
 * 4. The method is GET or HEAD, If-None-Match is absent and If-Modified-Since is present: false, answer 304.
 * 5. (Range and If-Range are no concern of this library.)
 * 6. Perform the method.
 */
import { strongEquals, weakEquals } from './comparison.js';
import type { EntityTag } from './entity-tag.js';
import { parseEntityTagList } from './entity-tag-list.js';
import { combinedFieldValue } from './field-value.js';
import { parseHttpDate } from './http-date.js';
import { involvesRepresentation, isRead } from './methods.js';
import { endOfEntityTag, isWeakAt } from './scanner.js';

/** The conditional fields of a request, as received; `undefined` for one that was not sent. RFC 9110 §13.1. */
export interface ConditionalFields {
  /** `If-Match`; an array for a field sent in several lines. */
  readonly ifMatch?: string | readonly string[] | undefined;
  /** `If-None-Match`; an array for a field sent in several lines. */
  readonly ifNoneMatch?: string | readonly string[] | undefined;
  /** `If-Modified-Since`. */
  readonly ifModifiedSince?: string | undefined;
  /** `If-Unmodified-Since`. */
  readonly ifUnmodifiedSince?: string | undefined;
}

/** What is known of the representation that the request is about, as it is now. RFC 9110 §8.8, §13.2.1. */
export interface CurrentRepresentation {
  /** Whether the resource has a current representation; without one, the validators below mean nothing. */
  readonly exists: boolean;
  /** The entity tag that GET would send, if it sends one. */
  readonly etag?: EntityTag | undefined;
  /** When it was last changed, if that is known. Fractions of a second are cut off: an HTTP date has none. */
  readonly lastModified?: Date | undefined;
}

/** A field whose condition can be false. RFC 9110 §13.1. */
export type PreconditionField =
  'If-Match' | 'If-Unmodified-Since' | 'If-None-Match' | 'If-Modified-Since';

/** Why a precondition failed; {@link PreconditionOutcome} says what each means. */
export type FailureReason =
  'changed' | 'missing-resource' | 'exists' | 'weak-tag' | 'unmodified-since' | 'malformed';

/**
 * What the preconditions of a request ask for. RFC 9110 §13.2.2.
 *
 * - `proceed`: perform the method.
 * - `not-modified`: answer 304.
 * - `precondition-failed`: answer 412, because
 *   - `changed`: none of the tags in If-Match is the current one;
 *   - `missing-resource`: If-Match was sent, `*` included, and nothing exists;
 *   - `exists`: If-None-Match, on a method other than GET and HEAD, names what exists, by `*` or by its tag;
 *   - `weak-tag`: If-Match names the current tag, but one of the two is weak and the comparison is strong;
 *   - `unmodified-since`: it was modified after the date of If-Unmodified-Since;
 *   - `malformed`: If-Match holds no entity tag at all, or something that is none.
 */
export type PreconditionOutcome =
  | { readonly outcome: 'proceed' }
  | { readonly outcome: 'not-modified'; readonly field: PreconditionField }
  | {
      readonly outcome: 'precondition-failed';
      readonly field: PreconditionField;
      readonly reason: FailureReason;
    };

/** How {@link evaluatePreconditions} compares. */
export interface PreconditionOptions {
  /**
   * The comparison of If-Match. `'strong'` is the RFC's (§13.1.1); `'weak'` deviates from it, as OData and SCIM do,
   * for resources whose tags are weak.
   *
   * @default 'strong'
   */
  readonly comparison?: 'strong' | 'weak';
}

const PROCEED: PreconditionOutcome = Object.freeze({ outcome: 'proceed' });

/**
 * Decides what the conditional fields of a request ask for, given the current representation. RFC 9110 §13.2.2.
 *
 * Never throws. Call it where, without preconditions, the answer would be 2xx or where the resource may be
 * created (§13.2.1). What a client may get wrong:
 *
 * - `If-Match` without any tag, or malformed: the condition is false (reason `malformed`), whatever exists. To ignore
 *   it would let a write through that asked to be guarded; nothing is known to have *changed*, and what helps is the
 *   same in both cases: to send a tag.
 * - `If-None-Match` without any tag, or malformed: matches nothing, so a read gets its full answer. A server that
 *   should refuse such a field on a write asks {@link parseEntityTagList} first. It was sent, though, so
 *   `If-Modified-Since` is still ignored (§13.1.3).
 * - An invalid date, a list of dates, or no known modification date: the field is ignored (§13.1.3, §13.1.4).
 *
 * @example
 * evaluatePreconditions(
 *   'PUT',
 *   { ifMatch: '"v1"' },
 *   { exists: true, etag: { weak: false, opaque: 'v2' } },
 * ); // { outcome: 'precondition-failed', field: 'If-Match', reason: 'changed' }
 */
export function evaluatePreconditions(
  method: string,
  fields: ConditionalFields,
  current: CurrentRepresentation,
  options?: PreconditionOptions,
): PreconditionOutcome {
  if (!involvesRepresentation(method)) return PROCEED;

  const ifMatch = combinedFieldValue(fields.ifMatch);
  if (ifMatch !== undefined) {
    const reason = whyIfMatchFails(ifMatch, current, options?.comparison ?? 'strong');
    if (reason !== undefined) return failed('If-Match', reason);
  } else if (isModifiedAfter(fields.ifUnmodifiedSince, current) === true) {
    return failed('If-Unmodified-Since', 'unmodified-since');
  }

  const ifNoneMatch = combinedFieldValue(fields.ifNoneMatch);
  if (ifNoneMatch !== undefined) {
    if (!namesCurrent(ifNoneMatch, current)) return PROCEED;
    return isRead(method) ? notModified('If-None-Match') : failed('If-None-Match', 'exists');
  }
  if (isRead(method) && isModifiedAfter(fields.ifModifiedSince, current) === false) {
    return notModified('If-Modified-Since');
  }
  return PROCEED;
}

/** Why the condition of If-Match is false, or `undefined` when it is true. RFC 9110 §13.1.1. */
function whyIfMatchFails(
  field: string,
  current: CurrentRepresentation,
  comparison: 'strong' | 'weak',
): FailureReason | undefined {
  const etag = current.exists ? current.etag : undefined;
  if (etag !== undefined && isTextOf(etag, field)) {
    return comparison === 'strong' && etag.weak ? 'weak-tag' : undefined;
  }

  const list = parseEntityTagList(field);
  if (list.kind === 'malformed' || list.kind === 'empty') return 'malformed';
  if (!current.exists) return 'missing-resource';
  if (list.kind !== 'tags') return undefined;
  return etag === undefined ? 'changed' : whyNoneEquals(list.tags, etag, comparison);
}

function whyNoneEquals(
  tags: readonly EntityTag[],
  etag: EntityTag,
  comparison: 'strong' | 'weak',
): FailureReason | undefined {
  if (!tags.some((tag) => weakEquals(tag, etag))) return 'changed';
  const isEqual = comparison === 'weak' || tags.some((tag) => strongEquals(tag, etag));
  return isEqual ? undefined : 'weak-tag';
}

/** Whether If-None-Match names the current representation: its condition is then false. RFC 9110 §13.1.2. */
function namesCurrent(field: string, current: CurrentRepresentation): boolean {
  if (!current.exists) return false;
  const { etag } = current;
  if (etag !== undefined && isTextOf(etag, field)) return true;

  const list = parseEntityTagList(field);
  if (list.kind === 'any') return true;
  return (
    list.kind === 'tags' && etag !== undefined && list.tags.some((tag) => weakEquals(tag, etag))
  );
}

/**
 * Whether the field is this tag, letter by letter, as it is when a client sends back what it got.
 * A scan for the closing quote remains, so that this never takes for a tag what the grammar would not.
 */
function isTextOf(tag: EntityTag, field: string): boolean {
  const { weak, opaque } = tag;
  const start = weak ? 3 : 1;
  return (
    isWeakAt(field, 0) === weak &&
    field.slice(start, -1) === opaque &&
    endOfEntityTag(field, 0) === field.length
  );
}

/**
 * Whether the representation was modified after the date in the field; `undefined` when the field has to be ignored.
 * RFC 9110 §13.1.3, §13.1.4.
 */
function isModifiedAfter(
  field: string | undefined,
  current: CurrentRepresentation,
): boolean | undefined {
  if (field === undefined || !current.exists || current.lastModified === undefined)
    return undefined;
  const modified = Math.floor(current.lastModified.getTime() / 1000) * 1000;
  const since = parseHttpDate(field)?.getTime();
  if (since === undefined || Number.isNaN(modified)) return undefined;
  return modified > since;
}

function notModified(field: PreconditionField): PreconditionOutcome {
  return { outcome: 'not-modified', field };
}

function failed(field: PreconditionField, reason: FailureReason): PreconditionOutcome {
  return { outcome: 'precondition-failed', field, reason };
}
