import type { IncomingHttpHeaders } from 'node:http';

/** What a proxy did that does harm. */
export type Effect = 'rewritten' | 'removed' | 'forgotten' | 'cached';

/** A proxy that names itself, and the setting of its own that mends what it does. */
export interface KnownProxy {
  readonly name: string;
  readonly isBehind: (fields: IncomingHttpHeaders) => boolean;
  readonly mending: Readonly<Partial<Record<Effect, string>>>;
}

function says(field: string, pattern: RegExp): KnownProxy['isBehind'] {
  return (fields) => pattern.test([fields[field]].flat().join(', '));
}

function has(field: string): KnownProxy['isBehind'] {
  return (fields) => fields[field] !== undefined;
}

const KNOWN: readonly KnownProxy[] = [
  {
    name: 'nginx',
    isBehind: says('server', /^(nginx|openresty)/i),
    mending: {
      rewritten: 'gzip off; in the location of the application',
      removed: 'no sub_filter and no ssi in the location of the application',
      forgotten: 'proxy_cache off; in the location of the application',
      cached: 'proxy_cache off; in the location of the application',
    },
  },
  {
    name: 'Apache',
    isBehind: says('server', /^Apache/i),
    mending: {
      rewritten: 'DeflateAlterETag NoChange, BrotliAlterETag NoChange',
      removed: 'DeflateAlterETag NoChange, BrotliAlterETag NoChange',
      forgotten: 'DeflateAlterETag NoChange, BrotliAlterETag NoChange',
      cached: 'CacheDisable / for the path of the application',
    },
  },
  {
    name: 'Caddy',
    isBehind: (fields) => says('server', /caddy/i)(fields) || says('via', /caddy/i)(fields),
    mending: { rewritten: String.raw`request_header If-Match "-(gzip|zstd|br)\"" "\""` },
  },
  {
    name: 'Varnish',
    isBehind: (fields) => has('x-varnish')(fields) || says('via', /varnish/i)(fields),
    mending: {
      rewritten: 'set beresp.do_gzip = false;',
      cached: 'return (pass); in vcl_recv for the path of the application',
    },
  },
  {
    name: 'Envoy',
    isBehind: says('server', /envoy/i),
    mending: {
      removed: 'disable_on_etag_header: true (or weaken_etag_on_compress) of the compressor',
    },
  },
  {
    name: 'Cloudflare',
    isBehind: has('cf-ray'),
    mending: {
      rewritten: 'Respect Strong ETags, in a cache rule',
      removed: 'Respect Strong ETags, in a cache rule',
      forgotten: 'Bypass cache, in a cache rule',
      cached: 'Bypass cache, in a cache rule',
    },
  },
  {
    name: 'CloudFront',
    isBehind: has('x-amz-cf-id'),
    mending: {
      rewritten: 'Compress objects automatically: No, in the behaviour of this path',
      forgotten: 'the policy CachingDisabled, in the behaviour of this path',
      cached: 'the policy CachingDisabled, in the behaviour of this path',
    },
  },
];

/** The proxies that named themselves in these answers. Many do not. */
export function proxiesIn(
  answers: readonly { readonly fields: IncomingHttpHeaders }[],
): readonly KnownProxy[] {
  return KNOWN.filter(({ isBehind }) => answers.some(({ fields }) => isBehind(fields)));
}
