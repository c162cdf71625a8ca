import type { Answer } from './ask.js';
import { membersOf } from './directives.js';

/** The field that shows that a cache answered without asking the server, as text; `undefined` if none does. */
export function storedBy({ fields }: Answer): string | undefined {
  const found = Object.entries(fields).find(([name, value]) =>
    isHit(name, [value ?? []].flat().join(', ')),
  );
  return found === undefined ? undefined : `${found[0]}: ${[found[1]].flat().join(', ')}`;
}

function isHit(name: string, value: string): boolean {
  if (name === 'cache-status') return isStructuredHit(value);
  // RFC 9111 §5.1.
  if (name === 'age') return Number(value) > 0;
  // Two transaction ids: that of this request, and that of the one which fetched the object.
  if (name === 'x-varnish') return /^\d+ \d+$/.test(value.trim());
  return CACHE_FIELD.test(name) && isCustomaryHit(value);
}

/** `X-Cache`, `X-Proxy-Cache`, `X-Cache-Status`, `CF-Cache-Status`, `CDN-Cache`, `X-Vercel-Cache`: customs, no standard. */
const CACHE_FIELD = /(^|-)cache(-status)?$/;

/** `HIT`, `TCP_MEM_HIT`, `Hit from cloudfront`, `MISS, HIT`; not `TCP_REFRESH_HIT`, which has asked. */
function isCustomaryHit(value: string): boolean {
  return value.split(',').some((part) => {
    const words = part.toLowerCase().split(/[^a-z]+/);
    return words.includes('hit') && !words.includes('refresh');
  });
}

/** RFC 9211 §2.1: the parameter `hit` stands at the cache that answered without forwarding the request. */
function isStructuredHit(value: string): boolean {
  return membersOf(value).some(
    ({ parameters }) => parameters.has('hit') && parameters.get('hit') !== '?0',
  );
}
