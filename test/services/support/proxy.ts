import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** The way to a database, which can be cut: then open connections break and new ones are refused. */
export interface Proxy {
  /** The address of the database by this way. */
  readonly url: string;
  cut(): void;
  /** Nothing goes through any more, and nobody is told. */
  stall(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startProxy(target: string, defaultPort: number): Promise<Proxy> {
  const url = new URL(target);
  const host = url.hostname;
  const port = Number(url.port || defaultPort);
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(port, host);
    keep(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const breakAll = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    url: url.href,
    cut: () => {
      isCut = true;
      breakAll();
    },
    stall: () => sockets.forEach((socket) => socket.pause()),
    mend: () => {
      isCut = false;
    },
    close: () => {
      breakAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
