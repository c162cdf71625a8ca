import { configuration, type Lines, linesAt, type LinesAt } from './configuration.js';
import { type RunningProgram, startProgram } from './program.js';

/** What is configured beside passing everything on. */
export interface NginxSettings {
  /** Directives before `http`. */
  readonly modules?: Lines;
  /** Directives of `http`, which a location may override. */
  readonly http?: LinesAt;
  /** Directives of the location of the application. */
  readonly location?: Lines;
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Starts nginx before the application at `origin`. */
export function startNginx(
  origin: string,
  { modules = [], http = [], location = [] }: NginxSettings = {},
): Promise<RunningProgram> {
  return startProgram('nginx', (place) => {
    const { port, folder } = place;
    const path = configuration(place, 'nginx.conf', [
      ...modules,
      'daemon off;',
      `pid ${folder}/nginx.pid;`,
      'error_log stderr;',
      'worker_processes 1;',
      'events {}',
      'http {',
      '  access_log off;',
      ...TEMPORARY.map((name) => `  ${name}_temp_path ${folder}/${name};`),
      ...linesAt(http, place),
      '  server {',
      `    listen 127.0.0.1:${port};`,
      '    location / {',
      `      proxy_pass ${origin};`,
      '      proxy_http_version 1.1;',
      ...location,
      '    }',
      '  }',
      '}',
    ]);
    return ['-p', folder, '-e', 'stderr', '-c', path];
  });
}
