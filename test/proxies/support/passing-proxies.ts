import { startApache } from './programs/apache.js';
import { startCaddy } from './programs/caddy.js';
import { startHaproxy } from './programs/haproxy.js';
import { startLighttpd } from './programs/lighttpd.js';
import { startNginx } from './programs/nginx.js';
import type { RunningProgram } from './programs/program.js';
import { startVarnish } from './programs/varnish.js';

/** A proxy that passes everything on, as people configure it, or strips ETag on the way. */
export interface PassingProxy {
  readonly title: string;
  /** What it answers where the origin hangs up instead. */
  readonly lostAnswer: number;
  start(origin: string): Promise<RunningProgram>;
}

/** All that pass tags on as they are. */
export const PASSING: readonly PassingProxy[] = [
  { title: 'nginx', lostAnswer: 502, start: (origin) => startNginx(origin) },
  { title: 'Apache', lostAnswer: 502, start: (origin) => startApache(origin) },
  { title: 'HAProxy', lostAnswer: 502, start: (origin) => startHaproxy(origin) },
  { title: 'Varnish', lostAnswer: 503, start: (origin) => startVarnish(origin) },
  { title: 'Caddy', lostAnswer: 502, start: (origin) => startCaddy(origin) },
  { title: 'lighttpd', lostAnswer: 500, start: startLighttpd },
];

/** Those that take ETag away from what they change. */
export const STRIPPING: readonly PassingProxy[] = [
  {
    title: 'nginx with sub_filter',
    lostAnswer: 502,
    start: (origin) =>
      startNginx(origin, {
        location: [
          "      sub_filter 'Entity' 'Entity';",
          '      sub_filter_types application/json;',
        ],
      }),
  },
  {
    title: 'Apache with DeflateAlterETag Remove',
    lostAnswer: 502,
    start: (origin) =>
      startApache(origin, {
        modules: ['deflate'],
        server: ['AddOutputFilterByType DEFLATE application/json', 'DeflateAlterETag Remove'],
      }),
  },
];
