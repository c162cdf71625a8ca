import { connect } from 'node:net';

/** An answer as it came over the socket. */
export interface SocketAnswer {
  readonly status: number;
  /** The head, as it was written. */
  readonly head: string;
  readonly body: string;
}

/**
 * Sends these bytes over a socket of their own and reads until the server closes it, for what no client would send.
 *
 * @param lines the request line and the fields; every character is one octet. `Host` and `Connection: close` are added.
 */
export function sendRaw(url: string, [line, ...fields]: readonly string[]): Promise<SocketAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        Buffer.from(
          [line, 'Host: test', 'Connection: close', ...fields, '', ''].join('\r\n'),
          'latin1',
        ),
      );
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A server that refuses a head stops reading it, which breaks the connection after its answer.
    socket.on('error', (error) => (chunks.length === 0 ? reject(error) : undefined));
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const head = end === -1 ? text : text.slice(0, end);
      resolve({
        status: Number(head.split(' ')[1] ?? 0),
        head,
        body: end === -1 ? '' : text.slice(end + 4),
      });
    });
  });
}
