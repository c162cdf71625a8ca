import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram, versionOf } from './program.js';
import type { Place, RunningProgram } from './program.js';

/** What a client says it takes, in Accept-Encoding. */
export type Asked = 'identity' | 'gzip' | 'br';

/** What a client gets: the content coding of the answer, and the tag where the origin sent `"x"`. */
export interface Outcome {
  readonly coding: 'gzip' | 'br' | undefined;
  readonly tag: '"x"' | 'W/"x"' | '"x-gzip"' | '"x-br"';
}

/** A proxy that compresses, as people configure it. */
export interface Proxy {
  /** Its name and what of it is at work. */
  readonly title: string;
  readonly version: string;
  readonly outcomes: Readonly<Record<Asked, Outcome>>;
  /**
   * What becomes of revalidation where the origin does not know a suffix: the proxy appends it and
   * forgets it (`appends`), takes it away again from If-None-Match (`restores`), or there is none.
   */
  readonly suffix: 'appends' | 'restores' | undefined;
  start(origin: string): Promise<RunningProgram>;
}

const KEPT: Outcome = { coding: undefined, tag: '"x"' };

/** Writes a configuration where only the program looks for it, readable also to who it becomes. */
function configuration({ folder }: Place, name: string, lines: readonly string[]): string {
  chmodSync(folder, 0o755);
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

export const nginx = (): Proxy => ({
  title: 'nginx with gzip',
  version: versionOf('nginx', '-v'),
  outcomes: {
    identity: KEPT,
    gzip: { coding: 'gzip', tag: 'W/"x"' },
    br: KEPT,
  },
  suffix: undefined,
  start: (origin) =>
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
        `    location / { proxy_pass ${origin}; proxy_http_version 1.1; }`,
        '  }',
        '}',
      ]);
      return ['-p', folder, '-e', 'stderr', '-c', path];
    }),
});

export const apache = (): Proxy => ({
  title: 'Apache with mod_deflate and mod_brotli',
  version: versionOf('apache2', '-v'),
  outcomes: {
    identity: KEPT,
    gzip: { coding: 'gzip', tag: '"x-gzip"' },
    br: { coding: 'br', tag: '"x-br"' },
  },
  suffix: 'appends',
  start: (origin) =>
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
        `ProxyPass / ${origin}/`,
      ]);
      return ['-DFOREGROUND', '-d', folder, '-f', path];
    }),
});

export const haproxy = (): Proxy => ({
  title: 'HAProxy with compression',
  version: versionOf('haproxy', '-v'),
  outcomes: {
    identity: KEPT,
    gzip: { coding: 'gzip', tag: 'W/"x"' },
    br: KEPT,
  },
  suffix: undefined,
  start: (origin) =>
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
        '  compression algo gzip',
        '  compression type application/json',
        '  compression offload',
        `  server origin ${new URL(origin).host}`,
      ]);
      return ['-db', '-f', path];
    }),
});

export const varnish = (): Proxy => ({
  title: 'Varnish with do_gzip',
  version: versionOf('varnishd', '-V'),
  outcomes: {
    // It keeps the compressed form and opens it again for who does not take gzip.
    identity: { coding: undefined, tag: 'W/"x"' },
    gzip: { coding: 'gzip', tag: 'W/"x"' },
    br: { coding: undefined, tag: 'W/"x"' },
  },
  suffix: undefined,
  start: (origin) =>
    startProgram('varnishd', (place) => {
      const { port, folder } = place;
      const { hostname, port: originPort } = new URL(origin);
      const path = configuration(place, 'default.vcl', [
        'vcl 4.1;',
        `backend default { .host = "${hostname}"; .port = "${originPort}"; }`,
        'sub vcl_backend_response {',
        '  if (beresp.http.Content-Type ~ "json") { set beresp.do_gzip = true; }',
        '}',
      ]);
      const given = ['-F', '-j', 'none', '-n', `${folder}/work`, '-f', path];
      return [...given, '-a', `127.0.0.1:${port}`, '-T', 'none', '-s', 'malloc,16m'];
    }),
});

/** Caddy appends a suffix from 2.8 on; Debian 12 and 13 have 2.6. */
export const caddy = (): Proxy => {
  const version = versionOf('caddy', 'version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const suffixes = major > 2 || minor >= 8;
  return {
    title: 'Caddy with encode',
    version,
    outcomes: {
      identity: KEPT,
      gzip: { coding: 'gzip', tag: suffixes ? '"x-gzip"' : '"x"' },
      br: KEPT,
    },
    suffix: suffixes ? 'restores' : undefined,
    start: (origin) =>
      startProgram('caddy', (place) => {
        const path = configuration(place, 'Caddyfile', [
          '{',
          '  admin off',
          '  auto_https off',
          '}',
          `http://127.0.0.1:${place.port} {`,
          '  encode zstd gzip',
          `  reverse_proxy ${origin}`,
          '}',
        ]);
        return ['run', '--config', path, '--adapter', 'caddyfile'];
      }),
  };
};
