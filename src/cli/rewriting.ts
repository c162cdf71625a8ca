import type { EntityTag } from '../http/entity-tag.js';
import { recodingOf } from '../http/recoding.js';

/** What became of a tag on its way: `other` for one that was made from another tag. */
export type Rewriting = 'kept' | 'weak' | 'weakened' | 'recoded' | 'other';

/**
 * The tag as it left the server, as far as that can be told from what arrived: what proxies do to
 * tags makes them longer or weak.
 */
export function tagAtOrigin(arrived: readonly EntityTag[]): EntityTag | undefined {
  const [shortest] = arrived.toSorted((a, b) => a.opaque.length - b.opaque.length);
  if (shortest === undefined) return undefined;
  return { weak: arrived.every(({ weak }) => weak), opaque: shortest.opaque };
}

/** What became of the tag of the server; `weak` where nobody can tell who weakened it. */
export function rewritingOf(arrived: EntityTag, origin: EntityTag): Rewriting {
  const strong = { weak: false, opaque: origin.opaque };
  const recoding = recodingOf(arrived, strong);
  if (recoding === 'weakened' && origin.weak) return 'weak';
  return recoding ?? (arrived.opaque === origin.opaque ? 'kept' : 'other');
}

/** What was appended to the tag of the server: `-gzip`. */
export function suffixOf(arrived: EntityTag, origin: EntityTag): string {
  return arrived.opaque.slice(origin.opaque.length);
}
