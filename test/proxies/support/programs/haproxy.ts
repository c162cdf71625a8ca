import { configuration, type Lines } from './configuration.js';
import { type RunningProgram, startProgram } from './program.js';

/** Starts HAProxy before the application at `origin`, with these lines in its backend. */
export function startHaproxy(origin: string, backend: Lines = []): Promise<RunningProgram> {
  return startProgram('haproxy', (place) => {
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
      ...backend,
      `  server origin ${new URL(origin).host}`,
    ]);
    return ['-db', '-f', path];
  });
}
