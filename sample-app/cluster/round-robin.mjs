import { Agent, createServer, request } from 'node:http';

/**
 * Passes each request on to the next of the processes, and says in `X-Served-By` which one it was.
 *
 * @param {number} port
 * @param {readonly number[]} targets
 * @returns {Promise<import('node:http').Server>}
 */
export function listen(port, targets) {
  const agent = new Agent({ keepAlive: true });
  let next = 0;
  const server = createServer((incoming, outgoing) => {
    const target = targets[next++ % targets.length];
    const { method, url: path, headers } = incoming;
    const passedOn = request(
      { agent, host: 'localhost', port: target, method, path, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, {
          ...answer.headers,
          'x-served-by': String(target),
        });
        answer.pipe(outgoing);
      },
    );
    passedOn.on('error', () => {
      if (!outgoing.headersSent) outgoing.writeHead(502);
      outgoing.end();
    });
    incoming.pipe(passedOn);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve(server));
  });
}
