import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

declare global {
  /** `nestjs-etag/client`, in the pages of a {@link Website}. */
  var etags: typeof import('../../../src/client/index.js');
}

/** A page on an origin of its own: no API, only a script that uses one. */
export interface Website {
  readonly url: string;
  close(): Promise<void>;
}

const CLIENT = join(process.cwd(), 'dist/esm/client');

const PAGE = `<!doctype html>
<title>Another origin</title>
<link rel="icon" href="data:,">
<script type="module">
  import * as etags from '/client/index.js';
  globalThis.etags = etags;
</script>`;

/**
 * Serves the page, and the client library as it was built.
 *
 * @throws Error when it was not built.
 */
export async function startWebsite(): Promise<Website> {
  if (!existsSync(join(CLIENT, 'index.js'))) throw new Error('Run `npm run build` first');
  const server = createServer(({ url = '/' }, response) => {
    const isScript = url.startsWith('/client/');
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? readFileSync(join(CLIENT, basename(url))) : PAGE);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
