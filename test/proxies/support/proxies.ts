import { startApache } from './programs/apache.js';
import { startCaddy } from './programs/caddy.js';
import { startHaproxy } from './programs/haproxy.js';
import { startNginx } from './programs/nginx.js';
import { type RunningProgram, versionOf } from './programs/program.js';
import { startVarnish } from './programs/varnish.js';

/** What a client says it takes, in Accept-Encoding. */
export type Asked = (typeof ASKED)[number];

export const ASKED = ['identity', 'gzip', 'br'] as const;

/** What a client gets: the content coding of the answer, and the tag where the origin sent `"x"`. */
export interface Outcome {
  readonly coding: 'gzip' | 'br' | undefined;
  readonly tag: '"x"' | 'W/"x"' | '"x-gzip"' | '"x-br"';
}

export type Outcomes = Readonly<Record<Asked, Outcome>>;

/** A proxy that compresses, as people configure it. */
export interface Proxy {
  /** Its name and what of it is at work. */
  readonly title: string;
  readonly version: string;
  readonly outcomes: {
    readonly usual: Outcomes;
    /** With the setting of its own that leaves tags alone, if it has one. */
    readonly mended?: Outcomes;
    /** Where the application sends `Cache-Control: no-transform`. */
    readonly noTransform: Outcomes;
    /** Where the application compresses by itself. */
    readonly compressedBefore: Outcomes;
  };
  /**
   * What becomes of revalidation where the origin does not know a suffix: the proxy appends it and
   * forgets it (`appends`), takes it away again from If-None-Match (`restores`), or there is none.
   */
  readonly suffix: 'appends' | 'restores' | undefined;
  /** Whether it answers If-None-Match itself, so that nobody outside sees what the origin makes of it. */
  readonly revalidates: boolean;
  start(origin: string, isMended?: boolean): Promise<RunningProgram>;
}

const KEPT: Outcome = { coding: undefined, tag: '"x"' };
const WEAKENED: Outcome = { coding: undefined, tag: 'W/"x"' };
const ALL_KEPT: Outcomes = { identity: KEPT, gzip: KEPT, br: KEPT };
const GZIP_WEAKENED: Outcomes = { ...ALL_KEPT, gzip: { coding: 'gzip', tag: 'W/"x"' } };
const LEFT_ALONE: Outcomes = {
  identity: KEPT,
  gzip: { coding: 'gzip', tag: '"x"' },
  br: { coding: 'br', tag: '"x"' },
};

export const nginx = (): Proxy => ({
  title: 'nginx with gzip',
  version: versionOf('nginx', '-v'),
  outcomes: {
    usual: GZIP_WEAKENED,
    mended: ALL_KEPT,
    noTransform: GZIP_WEAKENED,
    compressedBefore: LEFT_ALONE,
  },
  suffix: undefined,
  revalidates: false,
  start: (origin, isMended = false) =>
    startNginx(origin, {
      http: ['  gzip on;', '  gzip_types application/json;', '  gzip_proxied any;'],
      location: isMended ? ['      gzip off;'] : [],
    }),
});

const SUFFIXED: Outcomes = {
  identity: KEPT,
  gzip: { coding: 'gzip', tag: '"x-gzip"' },
  br: { coding: 'br', tag: '"x-br"' },
};

export const apache = (): Proxy => ({
  title: 'Apache with mod_deflate and mod_brotli',
  version: versionOf('apache2', '-v'),
  outcomes: {
    usual: SUFFIXED,
    mended: LEFT_ALONE,
    noTransform: SUFFIXED,
    compressedBefore: LEFT_ALONE,
  },
  suffix: 'appends',
  revalidates: false,
  start: (origin, isMended = false) =>
    startApache(origin, {
      modules: ['deflate', 'brotli'],
      server: ['AddOutputFilterByType BROTLI_COMPRESS;DEFLATE application/json'],
      host: isMended ? ['DeflateAlterETag NoChange', 'BrotliAlterETag NoChange'] : [],
    }),
});

export const haproxy = (): Proxy => ({
  title: 'HAProxy with compression and offload',
  version: versionOf('haproxy', '-v'),
  outcomes: {
    usual: GZIP_WEAKENED,
    mended: ALL_KEPT,
    noTransform: ALL_KEPT,
    // With offload it does not tell the application that anybody takes gzip.
    compressedBefore: { ...LEFT_ALONE, gzip: GZIP_WEAKENED.gzip },
  },
  suffix: undefined,
  revalidates: false,
  start: (origin, isMended = false) => {
    const compression = [
      '  compression algo gzip',
      '  compression type application/json',
      '  compression offload',
    ];
    return startHaproxy(origin, isMended ? [] : compression);
  },
});

/** It keeps the compressed form and opens it again for who does not take gzip. */
const VARNISHED: Outcomes = {
  identity: WEAKENED,
  gzip: { coding: 'gzip', tag: 'W/"x"' },
  br: WEAKENED,
};

export const varnish = (): Proxy => ({
  title: 'Varnish with do_gzip',
  version: versionOf('varnishd', '-V'),
  outcomes: {
    usual: VARNISHED,
    mended: ALL_KEPT,
    noTransform: VARNISHED,
    compressedBefore: { ...VARNISHED, gzip: LEFT_ALONE.gzip },
  },
  suffix: undefined,
  revalidates: true,
  start: (origin, isMended = false) =>
    startVarnish(origin, {
      vcl: [
        'sub vcl_backend_response {',
        '  if (beresp.http.Content-Type ~ "json") { set beresp.do_gzip = true; }',
        ...(isMended ? ['  set beresp.do_gzip = false;'] : []),
        '}',
      ],
    }),
});

/** Caddy appends a suffix from 2.8 on and 2.11 obeys no-transform; Debian 12 and 13 have 2.6. */
export const caddy = (): Proxy => {
  const version = versionOf('caddy', 'version');
  const minor = Number(version.split('.')[1]);
  const usual: Outcomes = {
    ...ALL_KEPT,
    gzip: { coding: 'gzip', tag: minor >= 8 ? '"x-gzip"' : '"x"' },
  };
  return {
    title: 'Caddy with encode',
    version,
    outcomes: {
      usual,
      noTransform: minor >= 11 ? ALL_KEPT : usual,
      compressedBefore: LEFT_ALONE,
    },
    suffix: minor >= 8 ? 'restores' : undefined,
    revalidates: false,
    start: (origin) => startCaddy(origin, ['  encode gzip']),
  };
};
