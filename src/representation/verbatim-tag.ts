import { formatEntityTag } from '../http/entity-tag.js';
import type { EntityTag } from '../http/entity-tag.js';
import { revisionText } from './revision.js';
import type { Revision } from './revision.js';

/** Above it a header field and a JSON body have different bytes for one character. */
const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * The tag whose opaque part is the revision itself, as OData, FHIR, SCIM and Spring Data REST have it: `W/"3"`. A Date is
 * written in ISO 8601.
 *
 * @throws TypeError for a revision that tells nothing (see {@link revisionText}), and for one with a character that cannot
 * stand in an entity tag (a quote, a space, a control) or is not ASCII.
 *
 * @example
 * verbatimTag('GET /users/1', 3, true); // { weak: true, opaque: '3' }
 */
export function verbatimTag(scope: string, revision: Revision, weak: boolean): EntityTag {
  revisionText(scope, revision);
  const opaque = revision instanceof Date ? revision.toISOString() : String(revision);
  if (BEYOND_ASCII.test(opaque)) {
    throw new TypeError(
      `${JSON.stringify(opaque)} cannot stand in an entity tag as it is: it holds a character that is not ASCII. Leave out verbatim, so that the version is hashed`,
    );
  }
  const tag = { weak, opaque };
  formatEntityTag(tag);
  return tag;
}
