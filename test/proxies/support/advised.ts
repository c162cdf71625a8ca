import { chmodSync, mkdirSync } from 'node:fs';
import { type ApacheSettings, startApache } from './programs/apache.js';
import { startCaddy } from './programs/caddy.js';
import { startHaproxy } from './programs/haproxy.js';
import { type NginxSettings, startNginx } from './programs/nginx.js';
import { type RunningProgram, versionOf } from './programs/program.js';
import { startTrafficServer } from './programs/traffic-server.js';
import { startVarnish } from './programs/varnish.js';

/** A proxy as somebody configured it, whose tags the doctor finds broken, and where its advice is written. */
export interface Advised {
  /** What of the proxy is at work. */
  readonly title: string;
  readonly version: string;
  /** The proxy as the doctor calls it. */
  readonly name: string;
  /** What the application sends and does, if not what it does by default. */
  readonly cacheControl?: string;
  readonly compresses?: boolean;
  /** Whether it mends everything as well that the application compresses. */
  readonly isMendedByCompressing?: boolean;
  /** Starts it with these lines at the place that the doctor names, before an application that compresses or not. */
  start(origin: string, advised: readonly string[], isCompressed: boolean): Promise<RunningProgram>;
}

/** Lines of a configuration, without those that the advice removes: `remove: sub_filter, ssi on`. */
function without(advised: readonly string[], lines: readonly string[]): readonly string[] {
  const removed = advised
    .filter((line) => line.startsWith('remove: '))
    .flatMap((line) => line.slice('remove: '.length).split(', '));
  return lines.filter((line) => !removed.some((start) => line.trim().startsWith(start)));
}

/** The lines of the advice that are to be written. */
function written(advised: readonly string[]): readonly string[] {
  return advised.filter((line) => !line.startsWith('remove: '));
}

/** What else an entry says of a proxy, beside how it is configured. */
type About = Omit<Advised, 'version' | 'name' | 'start'>;

function nginx({
  modules = [],
  http = [],
  location = [],
  ...about
}: About & NginxSettings): Advised {
  return {
    ...about,
    version: versionOf('nginx', '-v'),
    name: 'nginx',
    start: (origin, advised) =>
      startNginx(origin, {
        modules,
        http,
        location: [...without(advised, location), ...written(advised)],
      }),
  };
}

const GZIP = ['  gzip on;', '  gzip_types application/json;', '  gzip_proxied any;'];
const BROTLI = ['  brotli on;', '  brotli_types application/json;'];

function apache({
  modules = [],
  server = [],
  ...about
}: About & Omit<ApacheSettings, 'host'>): Advised {
  return {
    ...about,
    version: versionOf('apache2', '-v'),
    name: 'Apache',
    start: (origin, advised) => startApache(origin, { modules, server, host: written(advised) }),
  };
}

const COMPRESSED_BY_APACHE = ['AddOutputFilterByType BROTLI_COMPRESS;DEFLATE application/json'];

function haproxy({
  compression,
  ...about
}: About & { readonly compression: readonly string[] }): Advised {
  return {
    ...about,
    version: versionOf('haproxy', '-v'),
    name: 'HAProxy (which does not name itself)',
    start: (origin, advised) =>
      startHaproxy(origin, [...without(advised, compression), ...written(advised)]),
  };
}

const HAPROXY_GZIP = ['  compression algo gzip', '  compression type application/json'];

function varnish({
  backendResponse = [],
  ...about
}: About & { readonly backendResponse?: readonly string[] }): Advised {
  const subroutineOf = (line: string): string =>
    line.startsWith('set beresp.') ? 'vcl_backend_response' : 'vcl_recv';
  return {
    ...about,
    version: versionOf('varnishd', '-V'),
    name: 'Varnish',
    start: (origin, advised) => {
      const command = advised.filter((line) => line.startsWith('varnishd '));
      const vcl = advised.filter((line) => !command.includes(line));
      return startVarnish(origin, {
        vcl: [
          'sub vcl_backend_response {',
          ...backendResponse,
          '}',
          ...vcl.map((line) => `sub ${subroutineOf(line)} { ${line} }`),
        ],
        given: command.flatMap((line) => line.split(' ').slice(1)),
      });
    },
  };
}

/**
 * Caddy from 2.8 on appends a suffix to the tag of what it compresses, and takes it off If-None-Match. An older one
 * is told to do the same.
 */
function caddy(): Advised {
  const version = versionOf('caddy', 'version');
  const isOlder = Number(version.split('.')[1]) < 8;
  const suffixing = [
    String.raw`  @compressing header Accept-Encoding *gzip*`,
    String.raw`  header @compressing {`,
    String.raw`    ETag "\"$" "-gzip\""`,
    String.raw`    defer`,
    String.raw`  }`,
    String.raw`  request_header If-None-Match "-gzip\"" "\""`,
  ];
  return {
    title: 'encode',
    isMendedByCompressing: true,
    version,
    name: 'Caddy',
    start: (origin, advised, isCompressed) =>
      startCaddy(origin, [
        '  encode gzip',
        ...(isOlder && !isCompressed ? suffixing : []),
        ...written(advised),
      ]),
  };
}

function trafficServer({
  plugins = [],
  ...about
}: About & { readonly plugins?: readonly string[] }): Advised {
  return {
    ...about,
    version: versionOf('traffic_server', '--version'),
    name: 'Traffic Server',
    start: (origin, advised) => {
      const remapped = advised.filter((line) => line.startsWith('@plugin='));
      return startTrafficServer(origin, {
        remap: [...remapped, ...plugins],
        compress: advised.filter((line) => !remapped.includes(line)),
      });
    },
  };
}

const PUBLIC = 'public, max-age=60';

/** Every proxy that the doctor has a line for, and that Debian has. */
export const advisedProxies = (): readonly Advised[] => [
  nginx({ title: 'gzip', http: GZIP, isMendedByCompressing: true }),
  nginx({
    title: 'gzip and brotli',
    modules: ['load_module /usr/lib/nginx/modules/ngx_http_brotli_filter_module.so;'],
    http: [...GZIP, ...BROTLI],
    isMendedByCompressing: true,
  }),
  nginx({
    title: 'sub_filter',
    location: [
      "      sub_filter 'faster' 'quicker';",
      '      sub_filter_types application/json;',
      '      sub_filter_once off;',
    ],
  }),
  nginx({ title: 'ssi', location: ['      ssi on;', '      ssi_types application/json;'] }),
  nginx({
    title: 'proxy_cache',
    http: ({ folder }) => [
      `  proxy_cache_path ${folder}/cache keys_zone=all:1m;`,
      '  proxy_cache all;',
    ],
  }),
  nginx({
    title: 'proxy_cache, of a public answer',
    cacheControl: PUBLIC,
    http: ({ folder }) => [
      `  proxy_cache_path ${folder}/cache keys_zone=all:1m;`,
      '  proxy_cache all;',
      '  add_header X-Cache-Status $upstream_cache_status;',
    ],
  }),
  apache({
    title: 'mod_deflate and mod_brotli',
    modules: ['deflate', 'brotli'],
    server: COMPRESSED_BY_APACHE,
    isMendedByCompressing: true,
  }),
  apache({
    title: 'AlterETag Remove',
    modules: ['deflate', 'brotli'],
    server: [...COMPRESSED_BY_APACHE, 'DeflateAlterETag Remove', 'BrotliAlterETag Remove'],
    isMendedByCompressing: true,
  }),
  apache({
    title: 'mod_cache, of a public answer',
    cacheControl: PUBLIC,
    modules: ['cache', 'cache_disk'],
    server: ({ folder }) => {
      mkdirSync(`${folder}/cache`);
      // For the user that it becomes.
      chmodSync(`${folder}/cache`, 0o777);
      return [`CacheRoot ${folder}/cache`, 'CacheEnable disk /', 'CacheHeader on'];
    },
  }),
  haproxy({ title: 'compression', compression: HAPROXY_GZIP, isMendedByCompressing: true }),
  haproxy({
    title: 'compression offload, before an application that compresses',
    compression: [...HAPROXY_GZIP, '  compression offload'],
    compresses: true,
  }),
  varnish({
    title: 'do_gzip',
    backendResponse: ['  if (beresp.http.Content-Type ~ "json") { set beresp.do_gzip = true; }'],
  }),
  varnish({ title: 'no setting, before an application that compresses', compresses: true }),
  varnish({
    title: 'do_gzip, before an application that compresses',
    backendResponse: ['  if (beresp.http.Content-Type ~ "json") { set beresp.do_gzip = true; }'],
    compresses: true,
  }),
  varnish({ title: 'its cache, of a public answer', cacheControl: PUBLIC }),
  caddy(),
  trafficServer({
    title: 'compress.so',
    plugins: ['@plugin=compress.so', '@pparam=compress.config'],
    isMendedByCompressing: true,
  }),
  trafficServer({
    title: 'its cache, of a public answer',
    cacheControl: PUBLIC,
    plugins: ['@plugin=header_rewrite.so', '@pparam=hits.config'],
  }),
];

/** Proxies that rewrite tags and undo it on the way back, by lines that the doctor does not advise. */
export const mendedProxies = (): readonly Advised[] => [
  apache({
    title: 'mod_deflate and mod_brotli, and RequestHeader',
    modules: ['deflate', 'brotli', 'headers'],
    server: [
      ...COMPRESSED_BY_APACHE,
      ...['If-Match', 'If-None-Match'].map(
        (name) => String.raw`RequestHeader edit* ${name} "-(gzip|br)\"" "\""`,
      ),
    ],
  }),
];
