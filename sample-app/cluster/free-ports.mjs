import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Makes sure that nobody listens on these ports, before anything is started.
 *
 * @param {readonly number[]} ports
 * @throws Error that says which one is taken, and what to do.
 */
export async function demandFree(ports) {
  for (const port of ports) {
    const server = createServer().listen(port);
    await once(server, 'listening').catch((error) => {
      throw new Error(
        `Port ${port} cannot be had (${error.code}): stop what listens there, or choose others, PORT=4000 npm run start:cluster`,
      );
    });
    server.close();
    await once(server, 'close');
  }
}
