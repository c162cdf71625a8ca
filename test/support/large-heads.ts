import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** A second door to an application, for heads that Node would refuse by itself. */
export interface LargeHeads {
  readonly url: string;
  close(): Promise<unknown>;
}

/** Node refuses more than 16 KB of head by itself; this server lets a megabyte through to the parser of tags. */
export async function listenForLargeHeads(app: INestApplication): Promise<LargeHeads> {
  const instance = app.getHttpAdapter().getInstance() as Listener & { routing?: Listener };
  const server = createServer({ maxHeaderSize: 2 ** 20 }, instance.routing ?? instance);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
