/** Where the servers are, and whether they answer. */
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';

export const POSTGRES_URL =
  process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
export const MARIADB_URL = process.env['MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/mysql';
export const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

const SERVERS = [
  { name: 'PostgreSQL', url: POSTGRES_URL, variable: 'POSTGRES_URL', greet: greetPostgres },
  { name: 'MariaDB', url: MARIADB_URL, variable: 'MARIADB_URL', greet: greetMariaDB },
  { name: 'Redis', url: REDIS_URL, variable: 'REDIS_URL', greet: greetRedis },
];

/** @throws Error when a server does not answer: a proof that was not run is none. */
export async function requireServers() {
  for (const { name, url, variable, greet } of SERVERS) {
    try {
      await greet(url);
    } catch (error) {
      throw new Error(
        `${name} does not answer at ${url} (${error.code ?? error.message}). Start it there, say in ${variable} where it is, or let \`npm run services -- npm run test:services\` start all servers.`,
        { cause: error },
      );
    }
  }
}

export async function greetPostgres(url) {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.end();
}

export async function greetMariaDB(url) {
  const connection = await createConnection(url);
  await connection.end();
}

export async function greetRedis(url) {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  // What goes wrong is thrown by the commands; without a listener it would be written to the console as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
