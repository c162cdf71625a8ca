import { configuration, type Lines } from './configuration.js';
import { type RunningProgram, startProgram } from './program.js';

/** What is configured beside passing everything on. */
export interface TrafficServerSettings {
  /** Words in the line of the application, in remap.config. */
  readonly remap?: readonly string[];
  /** Lines of the configuration of compress.so, which compresses where `remap` names it. */
  readonly compress?: Lines;
}

const FOLDERS = ['sysconfdir', 'localstatedir', 'runtimedir', 'logdir', 'cachedir', 'datadir'];

/** Starts Traffic Server before the application at `origin`. */
export function startTrafficServer(
  origin: string,
  { remap = [], compress = [] }: TrafficServerSettings = {},
): Promise<RunningProgram> {
  return startProgram('traffic_server', (place) => {
    const { port, folder } = place;
    configuration(place, 'records.config', [
      `CONFIG proxy.config.http.server_ports STRING ${port}:ip-in=127.0.0.1`,
      'CONFIG proxy.config.admin.user_id STRING #-1',
      'CONFIG proxy.config.url_remap.pristine_host_hdr INT 0',
    ]);
    configuration(place, 'remap.config', [['map', '/', `${origin}/`, ...remap].join(' ')]);
    configuration(place, 'compress.config', [
      ...compress,
      'cache false',
      'remove-accept-encoding false',
      'compressible-content-type application/json*',
      'supported-algorithms gzip',
    ]);
    // Where `remap` names it, for header_rewrite.so: by itself it does not say what came from its cache.
    configuration(place, 'hits.config', [
      'cond %{SEND_RESPONSE_HDR_HOOK} [AND]',
      'cond %{CACHE} ="hit-fresh"',
      'set-header X-Cache "hit"',
    ]);
    configuration(place, 'storage.config', [`${folder} 16M`]);
    configuration(place, 'ip_allow.yaml', [
      'ip_allow:',
      '  - { apply: in, ip_addrs: 127.0.0.1, action: allow, methods: ALL }',
    ]);
    const layout = configuration(place, 'runroot.yaml', [
      ...FOLDERS.map((name) => `${name}: ${folder}`),
      'libexecdir: /usr/lib/trafficserver/modules',
    ]);
    return [`--run-root=${layout}`];
  });
}
