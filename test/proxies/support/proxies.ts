import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram, versionOf } from './program.js';
import type { Place, RunningProgram } from './program.js';

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

/** Writes a configuration where only the program looks for it, readable also to who it becomes. */
export function configuration({ folder }: Place, name: string, lines: readonly string[]): string {
  chmodSync(folder, 0o755);
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

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
    startProgram('nginx', (place) => {
      const { port, folder } = place;
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
      const path = configuration(place, 'nginx.conf', [
        'daemon off;',
        `pid ${folder}/nginx.pid;`,
        'error_log stderr;',
        'worker_processes 1;',
        'events {}',
        'http {',
        '  access_log off;',
        ...temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`),
        '  gzip on;',
        '  gzip_types application/json;',
        '  gzip_proxied any;',
        '  server {',
        `    listen 127.0.0.1:${port};`,
        '    location / {',
        `      proxy_pass ${origin};`,
        '      proxy_http_version 1.1;',
        ...(isMended ? ['      gzip off;'] : []),
        '    }',
        '  }',
        '}',
      ]);
      return ['-p', folder, '-e', 'stderr', '-c', path];
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
    startProgram('apache2', (place) => {
      const { port, folder } = place;
      const modules = ['mpm_event', 'authz_core', 'filter', 'deflate', 'brotli', 'proxy'];
      const path = configuration(place, 'apache2.conf', [
        `ServerRoot ${folder}`,
        'ServerName localhost',
        `DefaultRuntimeDir ${folder}`,
        `PidFile ${folder}/apache2.pid`,
        `Listen 127.0.0.1:${port}`,
        `ErrorLog ${folder}/error.log`,
        ...[...modules, 'proxy_http'].map(
          (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
        ),
        'User www-data',
        'Group www-data',
        'AddOutputFilterByType BROTLI_COMPRESS;DEFLATE application/json',
        ...(isMended ? ['DeflateAlterETag NoChange', 'BrotliAlterETag NoChange'] : []),
        `ProxyPass / ${origin}/`,
      ]);
      return ['-DFOREGROUND', '-d', folder, '-f', path];
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
  start: (origin, isMended = false) =>
    startProgram('haproxy', (place) => {
      const compression = [
        '  compression algo gzip',
        '  compression type application/json',
        '  compression offload',
      ];
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
        ...(isMended ? [] : compression),
        `  server origin ${new URL(origin).host}`,
      ]);
      return ['-db', '-f', path];
    }),
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
    startProgram('varnishd', (place) => {
      const { port, folder } = place;
      const { hostname, port: originPort } = new URL(origin);
      const path = configuration(place, 'default.vcl', [
        'vcl 4.1;',
        `backend default { .host = "${hostname}"; .port = "${originPort}"; }`,
        'sub vcl_backend_response {',
        '  if (beresp.http.Content-Type ~ "json") { set beresp.do_gzip = true; }',
        ...(isMended ? ['  set beresp.do_gzip = false;'] : []),
        '}',
      ]);
      const given = ['-F', '-j', 'none', '-n', `${folder}/work`, '-f', path];
      return [...given, '-a', `127.0.0.1:${port}`, '-T', 'none', '-s', 'malloc,16m'];
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
    start: (origin) =>
      startProgram('caddy', (place) => {
        const path = configuration(place, 'Caddyfile', [
          '{',
          '  admin off',
          '  auto_https off',
          '}',
          `http://127.0.0.1:${place.port} {`,
          '  encode gzip',
          `  reverse_proxy ${origin}`,
          '}',
        ]);
        return ['run', '--config', path, '--adapter', 'caddyfile'];
      }),
  };
};
