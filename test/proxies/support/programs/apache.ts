import { configuration, type Lines, linesAt, type LinesAt } from './configuration.js';
import { type RunningProgram, startProgram } from './program.js';

/** What is configured beside passing everything on. */
export interface ApacheSettings {
  /** Modules beside those of a proxy. */
  readonly modules?: Lines;
  /** Directives of the server. */
  readonly server?: LinesAt;
  /** Directives of the virtual host of the application, which override those of the server. */
  readonly host?: Lines;
}

const MODULES = ['mpm_event', 'authz_core', 'filter', 'proxy', 'proxy_http'];

/** Starts Apache before the application at `origin`. */
export function startApache(
  origin: string,
  { modules = [], server = [], host = [] }: ApacheSettings = {},
): Promise<RunningProgram> {
  return startProgram('apache2', (place) => {
    const { port, folder } = place;
    const path = configuration(place, 'apache2.conf', [
      `ServerRoot ${folder}`,
      'ServerName localhost',
      `DefaultRuntimeDir ${folder}`,
      `PidFile ${folder}/apache2.pid`,
      `Listen 127.0.0.1:${port}`,
      `ErrorLog ${folder}/error.log`,
      ...[...MODULES, ...modules].map(
        (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
      ),
      'User www-data',
      'Group www-data',
      ...linesAt(server, place),
      `<VirtualHost 127.0.0.1:${port}>`,
      `ProxyPass / ${origin}/`,
      ...host,
      '</VirtualHost>',
    ]);
    return ['-DFOREGROUND', '-d', folder, '-f', path];
  });
}
