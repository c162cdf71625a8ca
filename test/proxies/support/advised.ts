import { chmodSync, mkdirSync } from 'node:fs';
import { configuration } from './proxies.js';
import { startProgram, versionOf } from './program.js';
import type { Place, RunningProgram } from './program.js';

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

interface Nginx {
  readonly title: string;
  /** Directives before `http`. */
  readonly modules?: readonly string[];
  /** Directives of `http`, which a location may override. */
  readonly http?: readonly string[] | ((place: Place) => readonly string[]);
  /** Directives of the location of the application. */
  readonly location?: readonly string[];
  readonly cacheControl?: string;
  readonly isMendedByCompressing?: boolean;
}

function nginx({ title, modules = [], http = [], location = [], ...rest }: Nginx): Advised {
  return {
    title,
    version: versionOf('nginx', '-v'),
    name: 'nginx',
    ...rest,
    start: (origin, advised) =>
      startProgram('nginx', (place) => {
        const { port, folder } = place;
        const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
        const path = configuration(place, 'nginx.conf', [
          ...modules,
          'daemon off;',
          `pid ${folder}/nginx.pid;`,
          'error_log stderr;',
          'worker_processes 1;',
          'events {}',
          'http {',
          '  access_log off;',
          ...temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`),
          ...(typeof http === 'function' ? http(place) : http),
          '  server {',
          `    listen 127.0.0.1:${port};`,
          '    location / {',
          `      proxy_pass ${origin};`,
          '      proxy_http_version 1.1;',
          ...without(advised, location),
          ...written(advised),
          '    }',
          '  }',
          '}',
        ]);
        return ['-p', folder, '-e', 'stderr', '-c', path];
      }),
  };
}

const GZIP = ['  gzip on;', '  gzip_types application/json;', '  gzip_proxied any;'];
const BROTLI = ['  brotli on;', '  brotli_types application/json;'];

interface Apache {
  readonly title: string;
  readonly modules: readonly string[];
  readonly lines: readonly string[] | ((place: Place) => readonly string[]);
  readonly cacheControl?: string;
  readonly isMendedByCompressing?: boolean;
}

function apache({ title, modules, lines, ...rest }: Apache): Advised {
  return {
    title,
    version: versionOf('apache2', '-v'),
    name: 'Apache',
    ...rest,
    start: (origin, advised) =>
      startProgram('apache2', (place) => {
        const { port, folder } = place;
        const loaded = ['mpm_event', 'authz_core', 'filter', 'proxy', 'proxy_http', ...modules];
        const path = configuration(place, 'apache2.conf', [
          `ServerRoot ${folder}`,
          'ServerName localhost',
          `DefaultRuntimeDir ${folder}`,
          `PidFile ${folder}/apache2.pid`,
          `Listen 127.0.0.1:${port}`,
          `ErrorLog ${folder}/error.log`,
          ...loaded.map(
            (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
          ),
          'User www-data',
          'Group www-data',
          ...(typeof lines === 'function' ? lines(place) : lines),
          `<VirtualHost 127.0.0.1:${port}>`,
          `ProxyPass / ${origin}/`,
          ...written(advised),
          '</VirtualHost>',
        ]);
        return ['-DFOREGROUND', '-d', folder, '-f', path];
      }),
  };
}

const COMPRESSED_BY_APACHE = ['AddOutputFilterByType BROTLI_COMPRESS;DEFLATE application/json'];

interface Haproxy {
  readonly title: string;
  readonly compression: readonly string[];
  readonly compresses?: boolean;
  readonly isMendedByCompressing?: boolean;
}

function haproxy({ title, compression, ...rest }: Haproxy): Advised {
  return {
    title,
    version: versionOf('haproxy', '-v'),
    name: 'HAProxy (which does not name itself)',
    ...rest,
    start: (origin, advised) =>
      startProgram('haproxy', (place) => {
        const path = configuration(place, 'haproxy.cfg', [
          'defaults',
          '  mode http',
          '  timeout connect 10s',
          '  timeout client 30s',
          '  timeout server 30s',
          'frontend public',
          `  bind 127.0.0.1:${place.port}`,
          '  default_backend origin',
          'backend origin',
          ...without(advised, compression),
          ...written(advised),
          `  server origin ${new URL(origin).host}`,
        ]);
        return ['-db', '-f', path];
      }),
  };
}

const HAPROXY_GZIP = ['  compression algo gzip', '  compression type application/json'];

interface Varnish {
  readonly title: string;
  readonly backendResponse?: readonly string[];
  readonly compresses?: boolean;
  readonly cacheControl?: string;
}

function varnish({ title, backendResponse = [], ...rest }: Varnish): Advised {
  return {
    title,
    version: versionOf('varnishd', '-V'),
    name: 'Varnish',
    ...rest,
    start: (origin, advised) =>
      startProgram('varnishd', (place) => {
        const { port, folder } = place;
        const { hostname, port: originPort } = new URL(origin);
        const subroutineOf = (line: string): string =>
          line.startsWith('set beresp.') ? 'vcl_backend_response' : 'vcl_recv';
        const command = advised.filter((line) => line.startsWith('varnishd '));
        const vcl = advised.filter((line) => !command.includes(line));
        const path = configuration(place, 'default.vcl', [
          'vcl 4.1;',
          `backend default { .host = "${hostname}"; .port = "${originPort}"; }`,
          'sub vcl_backend_response {',
          ...backendResponse,
          '}',
          ...vcl.map((line) => `sub ${subroutineOf(line)} { ${line} }`),
        ]);
        const given = ['-F', '-j', 'none', '-n', `${folder}/work`, '-f', path];
        return [
          ...given,
          '-a',
          `127.0.0.1:${port}`,
          '-T',
          'none',
          '-s',
          'malloc,16m',
          ...command.flatMap((line) => line.split(' ').slice(1)),
        ];
      }),
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
      startProgram('caddy', (place) => {
        const path = configuration(place, 'Caddyfile', [
          '{',
          '  admin off',
          '  auto_https off',
          '}',
          `http://127.0.0.1:${place.port} {`,
          '  encode gzip',
          ...(isOlder && !isCompressed ? suffixing : []),
          ...written(advised),
          `  reverse_proxy ${origin}`,
          '}',
        ]);
        return ['run', '--config', path, '--adapter', 'caddyfile'];
      }),
  };
}

interface TrafficServer {
  readonly title: string;
  readonly compresses?: boolean;
  readonly plugins?: readonly string[];
  readonly cacheControl?: string;
  readonly isMendedByCompressing?: boolean;
}

function trafficServer({ title, plugins = [], ...rest }: TrafficServer): Advised {
  return {
    title,
    version: versionOf('traffic_server', '--version'),
    name: 'Traffic Server',
    ...rest,
    start: (origin, advised) =>
      startProgram('traffic_server', (place) => {
        const { port, folder } = place;
        const remapped = advised.filter((line) => line.startsWith('@plugin='));
        const roots = Object.entries({
          sysconfdir: folder,
          localstatedir: folder,
          runtimedir: folder,
          logdir: folder,
          cachedir: folder,
          datadir: folder,
          libexecdir: '/usr/lib/trafficserver/modules',
        });
        configuration(place, 'records.config', [
          `CONFIG proxy.config.http.server_ports STRING ${port}:ip-in=127.0.0.1`,
          'CONFIG proxy.config.admin.user_id STRING #-1',
          'CONFIG proxy.config.url_remap.pristine_host_hdr INT 0',
        ]);
        configuration(place, 'remap.config', [
          ['map', '/', `${origin}/`, ...remapped, ...plugins].join(' '),
        ]);
        configuration(place, 'compress.config', [
          ...advised.filter((line) => !remapped.includes(line)),
          'cache false',
          'remove-accept-encoding false',
          'compressible-content-type application/json*',
          'supported-algorithms gzip',
        ]);
        configuration(place, 'storage.config', [`${folder} 16M`]);
        configuration(place, 'ip_allow.yaml', [
          'ip_allow:',
          '  - { apply: in, ip_addrs: 127.0.0.1, action: allow, methods: ALL }',
        ]);
        const layout = configuration(
          place,
          'runroot.yaml',
          roots.map(([name, path]) => `${name}: ${path}`),
        );
        return [`--run-root=${layout}`];
      }),
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
    lines: COMPRESSED_BY_APACHE,
    isMendedByCompressing: true,
  }),
  apache({
    title: 'AlterETag Remove',
    modules: ['deflate', 'brotli'],
    lines: [...COMPRESSED_BY_APACHE, 'DeflateAlterETag Remove', 'BrotliAlterETag Remove'],
    isMendedByCompressing: true,
  }),
  apache({
    title: 'mod_cache, of a public answer',
    cacheControl: PUBLIC,
    modules: ['cache', 'cache_disk'],
    lines: ({ folder }) => {
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
];
