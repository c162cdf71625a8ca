import type { IncomingHttpHeaders } from 'node:http';
import type { Remedy } from './finding.js';
import { isCompressed } from './read-diagnosis.js';
import type { ReadDiagnosis } from './read-diagnosis.js';

/** What a proxy did that does harm. */
export type Effect = 'rewritten' | 'removed' | 'forgotten' | 'cached';

/** What was harmed, among all reads. */
export interface Harm {
  readonly harmed: readonly ReadDiagnosis[];
  readonly reads: readonly ReadDiagnosis[];
}

/** The setting of a proxy that mends what it does. */
interface Setting {
  /** The place in its configuration. */
  readonly place: string;
  readonly lines: readonly string[];
}

/** A proxy that names itself in its answers. */
export interface KnownProxy {
  readonly name: string;
  readonly isBehind: (fields: IncomingHttpHeaders) => boolean;
  /** Whether it leaves an answer and its tag alone that the application has compressed. */
  readonly leavesCompressed: boolean;
  /** Whether it removes `If-Match` from a GET like this one, so that the doctor cannot see what comes of it. */
  readonly hidesIfMatch?: (read: ReadDiagnosis) => boolean;
  readonly settings: Readonly<Partial<Record<Effect, Setting | ((harm: Harm) => Setting)>>>;
}

function says(field: string, pattern: RegExp): KnownProxy['isBehind'] {
  return (fields) => pattern.test([fields[field]].flat().join(', '));
}

function has(field: string): KnownProxy['isBehind'] {
  return (fields) => fields[field] !== undefined;
}

const NGINX_LOCATION = 'in the location of the application';
const NGINX_CACHE: Setting = { place: NGINX_LOCATION, lines: ['proxy_cache off;'] };

const APACHE_UNALTERED: Setting = {
  place: 'in the virtual host of the application',
  lines: ['DeflateAlterETag NoChange', 'BrotliAlterETag NoChange'],
};

const CLOUDFLARE_ETAGS: Setting = { place: 'in a cache rule', lines: ['Respect Strong ETags'] };
const CLOUDFLARE_CACHE: Setting = { place: 'in a cache rule', lines: ['Bypass cache'] };
const CLOUDFRONT_PATH = 'in the behavior of this path';
const CLOUDFRONT_CACHE: Setting = {
  place: CLOUDFRONT_PATH,
  lines: ['cache policy: CachingDisabled'],
};

/** Not `intermediaries: 'recoded'` for its 304: it compares If-None-Match itself, with the tag without suffix. */
const TRAFFIC_SERVER_COMPRESS: Setting = {
  place: 'in the configuration of compress.so, in the section of this host',
  lines: ['enabled false'],
};

const KNOWN: readonly KnownProxy[] = [
  {
    name: 'nginx',
    isBehind: says('server', /^(nginx|openresty)/i),
    leavesCompressed: true,
    // With proxy_cache, it removes all conditional fields.
    hidesIfMatch: ({ again }) => again?.status === 200,
    settings: {
      rewritten: ({ harmed }) => ({ place: NGINX_LOCATION, lines: [nginxFilters(harmed)] }),
      removed: { place: NGINX_LOCATION, lines: ['remove: sub_filter, ssi on'] },
      forgotten: NGINX_CACHE,
      cached: NGINX_CACHE,
    },
  },
  {
    name: 'Apache',
    isBehind: says('server', /^Apache/i),
    leavesCompressed: true,
    settings: {
      rewritten: APACHE_UNALTERED,
      removed: APACHE_UNALTERED,
      forgotten: APACHE_UNALTERED,
      cached: { place: 'in the virtual host of the application', lines: ['CacheDisable /'] },
    },
  },
  {
    name: 'Caddy',
    isBehind: (fields) => says('server', /caddy/i)(fields) || says('via', /caddy/i)(fields),
    leavesCompressed: true,
    settings: {
      rewritten: {
        place: 'in the site block of the application',
        lines: [String.raw`request_header If-Match "-(gzip|zstd|br)\"" "\""`],
      },
    },
  },
  {
    name: 'Varnish',
    isBehind: (fields) => has('x-varnish')(fields) || says('via', /varnish/i)(fields),
    leavesCompressed: false,
    hidesIfMatch: () => true,
    settings: {
      // With gzip from the application, it is Varnish that opens it for those who do not accept gzip.
      rewritten: ({ reads }) =>
        reads.some((read) => read.fate === 'kept' && isCompressed(read))
          ? { place: 'on its command line', lines: ['varnishd -p http_gzip_support=off'] }
          : { place: 'in vcl_backend_response', lines: ['set beresp.do_gzip = false;'] },
      cached: { place: 'in vcl_recv', lines: ['return (pass);'] },
    },
  },
  {
    name: 'Traffic Server',
    isBehind: (fields) =>
      says('server', /^(ATS|ApacheTrafficServer)\b/i)(fields) ||
      says('via', /ApacheTrafficServer/i)(fields),
    leavesCompressed: true,
    settings: {
      rewritten: TRAFFIC_SERVER_COMPRESS,
      forgotten: TRAFFIC_SERVER_COMPRESS,
      cached: {
        place: 'in remap.config, in the line of the application',
        lines: ['@plugin=conf_remap.so @pparam=proxy.config.http.cache.http=0'],
      },
    },
  },
  {
    name: 'Envoy',
    isBehind: says('server', /envoy/i),
    leavesCompressed: true,
    settings: {
      removed: { place: 'in the compressor filter', lines: ['disable_on_etag_header: true'] },
    },
  },
  {
    name: 'Cloudflare',
    isBehind: has('cf-ray'),
    leavesCompressed: true,
    settings: {
      rewritten: CLOUDFLARE_ETAGS,
      removed: CLOUDFLARE_ETAGS,
      forgotten: CLOUDFLARE_CACHE,
      cached: CLOUDFLARE_CACHE,
    },
  },
  {
    name: 'CloudFront',
    isBehind: has('x-amz-cf-id'),
    leavesCompressed: true,
    settings: {
      rewritten: { place: CLOUDFRONT_PATH, lines: ['Compress objects automatically: No'] },
      forgotten: CLOUDFRONT_CACHE,
      cached: CLOUDFRONT_CACHE,
    },
  },
];

/** The proxies that named themselves in these answers. Many do not. */
export function proxiesIn(
  answers: readonly { readonly fields: IncomingHttpHeaders }[],
): readonly KnownProxy[] {
  return KNOWN.filter(({ isBehind }) => answers.some(({ fields }) => isBehind(fields)));
}

/** The settings of the proxies that mend what one of them did. */
export function remediesAt(
  proxies: readonly KnownProxy[],
  effect: Effect,
  harm: Harm,
): readonly Remedy[] {
  return proxies.flatMap(({ name, settings }) => {
    const setting = settings[effect];
    if (setting === undefined) return [];
    const { place, lines } = typeof setting === 'function' ? setting(harm) : setting;
    return [{ where: `at ${name}, ${place}`, lines }];
  });
}

/** Every filter of nginx that compressed one of these; each of them weakens the tag. */
function nginxFilters(harmed: readonly ReadDiagnosis[]): string {
  const directives = new Map([
    ['gzip', 'gzip off;'],
    ['br', 'brotli off;'],
    ['zstd', 'zstd off;'],
  ]);
  const codings = new Set(harmed.map(({ answer }) => answer.fields['content-encoding']));
  const found = [...directives].filter(([coding]) => codings.has(coding));
  return found.length === 0 ? 'gzip off;' : found.map(([, directive]) => directive).join(' ');
}
