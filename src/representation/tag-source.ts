import type { EntityTag } from '../http/entity-tag.js';
import type { Digest } from './digest.js';
import { revisionText } from './revision.js';
import type { Revision } from './revision.js';
import type { Selection } from './selection.js';

/**
 * What the entity tag of a resource is made of.
 *
 * - `content`: the bytes that are sent, all of them; strong.
 * - `selection`: some properties of the value; weak.
 * - `revision`: a version that the value carries; strong.
 */
export type TagSource =
  | { readonly kind: 'content' }
  | { readonly kind: 'selection'; readonly selection: Selection }
  | {
      readonly kind: 'revision';
      /** What the revisions belong to: version 3 of one route is not version 3 of another. */
      readonly scope: string;
      /** The name of the property that holds it. */
      readonly name: string;
      readonly revisionOf: (value: object) => Revision | null | undefined;
    };

/** Whether tags from this source are weak (RFC 9110 §8.8.1). */
export function isWeakSource(source: TagSource): boolean {
  return source.kind === 'selection';
}

/**
 * The tag of a value before it is serialized, or `undefined` where only its bytes can tell: for a
 * strong tag, for a list tagged by revision (a list has none of its own) and for a value that lacks
 * its revision.
 *
 * @throws TypeError, RangeError as {@link Selection.text} and {@link revisionText} do.
 */
export function tagOfValue(
  source: TagSource,
  value: object,
  digest: Digest,
): EntityTag | undefined {
  if (source.kind === 'content') return undefined;
  if (source.kind === 'selection') {
    return { weak: true, opaque: digest(source.selection.text(value)) };
  }
  if (Array.isArray(value)) return undefined;
  const revision = source.revisionOf(value);
  return revision === undefined || revision === null
    ? undefined
    : tagOfRevision(source.scope, revision, digest);
}

/**
 * The tag of a revision.
 *
 * @throws TypeError for a revision that tells nothing: {@link revisionText}.
 */
export function tagOfRevision(
  scope: string,
  revision: Revision,
  digest: Digest,
  weak = false,
): EntityTag {
  return { weak, opaque: digest(revisionText(scope, revision)) };
}

/** The tag of the bytes that are sent; weak where the source is, so that a route publishes one kind. */
export function tagOfContent(
  source: TagSource,
  content: string | Uint8Array,
  digest: Digest,
): EntityTag {
  return { weak: isWeakSource(source), opaque: digest(content) };
}
