import type { IncomingHttpHeaders } from 'node:http';
import type { ConditionalFields } from '../../http/preconditions.js';
import { malformedField } from '../refusals/refusals.js';
import type { Refusal } from '../refusals/refusals.js';
import { isWeak } from '../routes/compile-rule.js';
import type { GuardedRoute } from '../routes/route.js';
import { carriedConditions } from './carried-conditions.js';
import { tagInBody, tagInHeader } from './tag-elsewhere.js';
import type { TagElsewhere } from './tag-elsewhere.js';

/** The conditions of a write, wherever they came, or why they do not count. */
export type SentConditions =
  | {
      readonly fields: ConditionalFields;
      /** What the client knows the If-Match as that came another way than in its header. */
      readonly sentIn: string | undefined;
    }
  | { readonly refusal: Refusal };

/** The part of a platform's request that conditions are read from. */
interface ConditionalRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body?: unknown;
}

/**
 * Collects the conditions of a write from its header fields, from the body (`property`), from where the rule says (`from`),
 * and, where there is nothing else, from the header that repeats the tag (`tagHeader`).
 *
 * @param sent the header fields.
 * @throws TypeError where `from` returns what could never be conditions.
 */
export function sentConditions(
  request: ConditionalRequest,
  sent: ConditionalFields,
  route: GuardedRoute,
  tagHeader: string | undefined,
): SentConditions {
  const { property, current } = route.rule;
  const carried = carriedConditions(route, request);
  const ifMatch = agreed('If-Match', [
    headerField(sent.ifMatch, carried.bare.ifMatch),
    property === undefined ? NOTHING : tagInBody(request.body, property),
    carried.ifMatch,
  ]);
  const ifNoneMatch = agreed('If-None-Match', [
    headerField(sent.ifNoneMatch, carried.bare.ifNoneMatch),
    carried.ifNoneMatch,
  ]);
  if ('refusal' in ifMatch) return ifMatch;
  if ('refusal' in ifNoneMatch) return ifNoneMatch;
  const found =
    tagHeader === undefined || ifMatch.value !== undefined
      ? ifMatch
      : tagInHeader(tagHeader, request.headers[tagHeader.toLowerCase()], isWeak(current.route));
  if ('refusal' in found) return found;
  const fields = { ...sent, ifMatch: found.value, ifNoneMatch: ifNoneMatch.value };
  return { fields, sentIn: found.sentIn };
}

const NOTHING: TagElsewhere = Object.freeze({ value: undefined });

/** A header field that `from` has read itself, to quote what came bare, is one place and not two. */
function headerField(field: ConditionalFields['ifMatch'], bare: string | undefined): TagElsewhere {
  const text = field?.toString();
  const isReadByFrom = bare !== undefined && bare !== '' && text?.trim() === bare;
  return text === undefined || isReadByFrom ? NOTHING : { value: text };
}

/** What all places say. If-Match: * is met by every version, so that a tag beside it decides. */
function agreed(
  field: 'If-Match' | 'If-None-Match',
  places: readonly TagElsewhere[],
): TagElsewhere {
  const said: { readonly value: string; readonly sentIn?: string }[] = [];
  for (const place of places) {
    if ('refusal' in place) return place;
    const { value } = place;
    if (value !== undefined) said.push({ ...place, value });
  }
  const tags = field === 'If-Match' ? said.filter(({ value }) => value.trim() !== '*') : said;
  const [first, ...others] = tags.length > 0 ? tags : said;
  const other = others.find(({ value }) => value.trim() !== first?.value.trim());
  if (first === undefined || other === undefined) return first ?? NOTHING;
  return {
    refusal: malformedField(
      `${first.sentIn ?? field} and ${lowered(other.sentIn ?? field)} name different versions: send one of them`,
    ),
  };
}

/** A name within a sentence; a header field keeps its capitals. */
function lowered(name: string): string {
  return name.replace(/^The /, 'the ');
}
