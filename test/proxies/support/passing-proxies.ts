import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from './program.js';
import type { Place, RunningProgram } from './program.js';

/** A proxy that passes everything on, as people configure it, or strips ETag on the way. */
export interface PassingProxy {
  readonly title: string;
  /** What it answers where the origin hangs up instead. */
  readonly lostAnswer: number;
  start(origin: string): Promise<RunningProgram>;
}

/** Writes a configuration where only the program looks for it, readable also to who it becomes. */
function configuration({ folder }: Place, name: string, lines: readonly string[]): string {
  chmodSync(folder, 0o755);
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const nginx = (title: string, ...more: string[]): PassingProxy => ({
  title,
  lostAnswer: 502,
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
        `  server { listen 127.0.0.1:${port}; location / {`,
        `    proxy_pass ${origin};`,
        '    proxy_http_version 1.1;',
        ...more,
        '  } }',
        '}',
      ]);
      return ['-p', folder, '-e', 'stderr', '-c', path];
    }),
});

const apache = (title: string, ...more: string[]): PassingProxy => ({
  title,
  lostAnswer: 502,
  start: (origin) =>
    startProgram('apache2', (place) => {
      const { port, folder } = place;
      const modules = ['mpm_event', 'authz_core', 'filter', 'deflate', 'proxy', 'proxy_http'];
      const path = configuration(place, 'apache2.conf', [
        `ServerRoot ${folder}`,
        'ServerName localhost',
        `DefaultRuntimeDir ${folder}`,
        `PidFile ${folder}/apache2.pid`,
        `Listen 127.0.0.1:${port}`,
        `ErrorLog ${folder}/error.log`,
        ...modules.map(
          (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
        ),
        'User www-data',
        'Group www-data',
        ...more,
        `ProxyPass / ${origin}/`,
      ]);
      return ['-DFOREGROUND', '-d', folder, '-f', path];
    }),
});

const haproxy: PassingProxy = {
  title: 'HAProxy',
  lostAnswer: 502,
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
        `  server origin ${new URL(origin).host}`,
      ]);
      return ['-db', '-f', path];
    }),
};

const varnish: PassingProxy = {
  title: 'Varnish',
  lostAnswer: 503,
  start: (origin) =>
    startProgram('varnishd', (place) => {
      const { port, folder } = place;
      const { hostname, port: originPort } = new URL(origin);
      const path = configuration(place, 'default.vcl', [
        'vcl 4.1;',
        `backend default { .host = "${hostname}"; .port = "${originPort}"; }`,
      ]);
      const given = ['-F', '-j', 'none', '-n', `${folder}/work`, '-f', path];
      return [...given, '-a', `127.0.0.1:${port}`, '-T', 'none', '-s', 'malloc,16m'];
    }),
};

const caddy: PassingProxy = {
  title: 'Caddy',
  lostAnswer: 502,
  start: (origin) =>
    startProgram('caddy', (place) => {
      const path = configuration(place, 'Caddyfile', [
        '{',
        '  admin off',
        '  auto_https off',
        '}',
        `http://127.0.0.1:${place.port} {`,
        `  reverse_proxy ${origin}`,
        '}',
      ]);
      return ['run', '--config', path, '--adapter', 'caddyfile'];
    }),
};

const lighttpd: PassingProxy = {
  title: 'lighttpd',
  lostAnswer: 500,
  start: (origin) =>
    startProgram('lighttpd', (place) => {
      const { port, folder } = place;
      const { hostname, port: originPort } = new URL(origin);
      const path = configuration(place, 'lighttpd.conf', [
        'server.modules = ( "mod_proxy" )',
        `server.document-root = "${folder}"`,
        'server.bind = "127.0.0.1"',
        `server.port = ${port}`,
        `proxy.server = ( "" => ( ( "host" => "${hostname}", "port" => ${originPort} ) ) )`,
      ]);
      return ['-D', '-f', path];
    }),
};

/** All that pass tags on as they are. */
export const PASSING: readonly PassingProxy[] = [
  nginx('nginx'),
  apache('Apache'),
  haproxy,
  varnish,
  caddy,
  lighttpd,
];

/** Those that take ETag away from what they change. */
export const STRIPPING: readonly PassingProxy[] = [
  nginx(
    'nginx with sub_filter',
    "    sub_filter 'Entity' 'Entity';",
    '    sub_filter_types application/json;',
  ),
  apache(
    'Apache with DeflateAlterETag Remove',
    'AddOutputFilterByType DEFLATE application/json',
    'DeflateAlterETag Remove',
  ),
];
