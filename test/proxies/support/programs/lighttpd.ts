import { configuration } from './configuration.js';
import { type RunningProgram, startProgram } from './program.js';

/** Starts lighttpd before the application at `origin`. */
export function startLighttpd(origin: string): Promise<RunningProgram> {
  return startProgram('lighttpd', (place) => {
    const { hostname, port } = new URL(origin);
    const path = configuration(place, 'lighttpd.conf', [
      'server.modules = ( "mod_proxy" )',
      `server.document-root = "${place.folder}"`,
      'server.bind = "127.0.0.1"',
      `server.port = ${place.port}`,
      `proxy.server = ( "" => ( ( "host" => "${hostname}", "port" => ${port} ) ) )`,
    ]);
    return ['-D', '-f', path];
  });
}
