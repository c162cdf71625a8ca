/**
 * What proxies that compress make of a strong entity tag on its way to the client. RFC 9110 allows it (a
 * compressed representation is another one), but the origin does not know the tag that comes back:
 *
 * ```
 * recoded = [ "W/" ] DQUOTE opaque *3( separator coding ) DQUOTE
 * separator = "-" / "--" / ";" / ":"
 * coding = "gzip" / "br" / "zstd" / "dcb" / "dcz" / "deflate" / "gz" / "df" / "compress"
 * ```
 *
 * nginx, HAProxy, Varnish and Cloudflare weaken (`W/"x"`); Apache, Caddy and lighttpd append
 * (`"x-gzip"`), Traffic Server `"x-df"`, Jetty `"x--gzip"`; behind two of them both happen. `dcb` and `dcz` are Brotli and
 * Zstandard with a dictionary that the client has already (RFC 9842).
 */
import type { EntityTag } from './entity-tag.js';
import type { EntityTagList } from './entity-tag-list.js';

/** `weakened`: `W/"x"` came back for `"x"`; `recoded`: with a suffix, weakened or not. */
export type Recoding = 'weakened' | 'recoded';

const SUFFIX = /(?:--?|;|:)(?:gzip|br|zstd|dcb|dcz|deflate|gz|df|compress)$/;

/** No path has more proxies than this that all compress. */
const MOST_SUFFIXES = 3;

/**
 * How a tag that a client sent was made from one that is ours, if it was. Only the client's side is
 * looked into, and only for a tag that we issued strong: a weak one of ours never passes for another.
 *
 * @example
 * recodingOf({ weak: true, opaque: 'x' }, { weak: false, opaque: 'x' }); // 'weakened'
 * recodingOf({ weak: false, opaque: 'x-gzip' }, { weak: false, opaque: 'x' }); // 'recoded'
 */
export function recodingOf(theirs: EntityTag, ours: EntityTag): Recoding | undefined {
  if (ours.weak) return undefined;
  if (theirs.opaque === ours.opaque) return theirs.weak ? 'weakened' : undefined;
  let { opaque } = theirs;
  for (let removed = 0; removed < MOST_SUFFIXES; removed++) {
    const shorter = opaque.replace(SUFFIX, '');
    if (shorter === opaque) return undefined;
    if (shorter === ours.opaque) return 'recoded';
    opaque = shorter;
  }
  return undefined;
}

/** A tag of a list that stands for ours, and what was made of it. */
export interface RecodedTag {
  readonly tag: EntityTag;
  readonly recoding: Recoding;
}

/** The first tag of a list that stands for ours. */
export function findRecoded(list: EntityTagList, ours: EntityTag): RecodedTag | undefined {
  if (list.kind !== 'tags') return undefined;
  for (const tag of list.tags) {
    const recoding = recodingOf(tag, ours);
    if (recoding !== undefined) return { tag, recoding };
  }
  return undefined;
}
