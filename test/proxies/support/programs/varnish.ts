import { configuration, type Lines } from './configuration.js';
import { type RunningProgram, startProgram } from './program.js';

/** What is configured beside passing everything on. */
export interface VarnishSettings {
  /** Subroutines. */
  readonly vcl?: Lines;
  /** Further arguments of its command line. */
  readonly given?: readonly string[];
}

/** Starts Varnish before the application at `origin`. */
export function startVarnish(
  origin: string,
  { vcl = [], given = [] }: VarnishSettings = {},
): Promise<RunningProgram> {
  return startProgram('varnishd', (place) => {
    const { hostname, port } = new URL(origin);
    const path = configuration(place, 'default.vcl', [
      'vcl 4.1;',
      `backend default { .host = "${hostname}"; .port = "${port}"; }`,
      ...vcl,
    ]);
    const listening = ['-a', `127.0.0.1:${place.port}`, '-T', 'none'];
    const stored = ['-n', `${place.folder}/work`, '-s', 'malloc,16m'];
    return ['-F', '-j', 'none', ...listening, ...stored, '-f', path, ...given];
  });
}
