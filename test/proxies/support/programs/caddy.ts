import { configuration, type Lines } from './configuration.js';
import { type RunningProgram, startProgram } from './program.js';

/** Starts Caddy before the application at `origin`, with these lines in its site block. */
export function startCaddy(origin: string, site: Lines = []): Promise<RunningProgram> {
  return startProgram('caddy', (place) => {
    const path = configuration(place, 'Caddyfile', [
      '{',
      '  admin off',
      '  auto_https off',
      '}',
      `http://127.0.0.1:${place.port} {`,
      ...site,
      `  reverse_proxy ${origin}`,
      '}',
    ]);
    return ['run', '--config', path, '--adapter', 'caddyfile'];
  });
}
