import type { EntityTag } from '../http/entity-tag.js';
import type { Digest } from './digest.js';
import { revisionText } from './revision.js';
import type { Revision } from './revision.js';
import type { Selection } from './selection.js';
import { verbatimTag } from './verbatim-tag.js';

/**
 * What the entity tag of a resource is made of.
 *
 * - `content`: the bytes that are sent, all of them; strong, unless it is marked weak.
 * - `selection`: some properties of the value; weak.
 * - `revision`: a version that the value carries; strong, unless it is marked weak.
 */
export type TagSource =
  | {
      readonly kind: 'content';
      /** Header fields that count as part of the content, such as `Link` of a page of a list. */
      readonly fields: readonly string[];
      readonly weak?: boolean;
    }
  | { readonly kind: 'selection'; readonly selection: Selection }
  | {
      readonly kind: 'revision';
      /** What the revisions belong to: version 3 of one route is not version 3 of another. */
      readonly scope: string;
      /** The name of the property that holds it. */
      readonly name: string;
      readonly revisionOf: (value: object) => Revision | null | undefined;
      readonly weak?: boolean;
      /** Whether the version itself is the opaque tag, and not its digest. */
      readonly verbatim?: boolean;
    };

/** How the tag of a revision is written. */
export interface RevisionForm {
  /** What the revisions belong to. */
  readonly scope: string;
  readonly weak?: boolean;
  /** Whether the version itself is the opaque tag, and not its digest. */
  readonly verbatim?: boolean;
}

/** A header field as it is set on a response. */
export type FieldValue = string | number | readonly string[] | undefined;

/** Whether tags from this source are weak (RFC 9110 §8.8.1). */
export function isWeakSource(source: TagSource): boolean {
  return source.kind === 'selection' || source.weak === true;
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
    : formedTagOfRevision(source, revision, digest);
}

/**
 * The tag of a revision, hashed or verbatim.
 *
 * @throws TypeError for a revision that tells nothing, or that cannot stand in a tag as it is.
 */
export function formedTagOfRevision(
  { scope, weak = false, verbatim = false }: RevisionForm,
  revision: Revision,
  digest: Digest,
): EntityTag {
  return verbatim
    ? verbatimTag(scope, revision, weak)
    : tagOfRevision(scope, revision, digest, weak);
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

/**
 * The tag of the bytes that are sent; weak where the source is, so that a route publishes one kind.
 *
 * @param fieldOf the header fields of the answer, for a source that counts some as content.
 */
export function tagOfContent(
  source: TagSource,
  content: string | Uint8Array,
  digest: Digest,
  fieldOf: (name: string) => FieldValue,
): EntityTag {
  let opaque = digest(content);
  if (source.kind === 'content' && source.fields.length > 0) {
    const fields = source.fields.map(
      (name) => `${name}: ${[fieldOf(name) ?? ''].flat().join(', ')}`,
    );
    opaque = digest([opaque, ...fields].join('\n'));
  }
  return { weak: isWeakSource(source), opaque };
}
