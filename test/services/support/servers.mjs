/** Where the servers are, and whether they answer. */
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';

export const POSTGRES_URL =
  process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
export const MARIADB_URL = process.env['MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/mysql';

const SERVERS = [
  { name: 'PostgreSQL', url: POSTGRES_URL, variable: 'POSTGRES_URL', greet: greetPostgres },
  { name: 'MariaDB', url: MARIADB_URL, variable: 'MARIADB_URL', greet: greetMariaDB },
];

/** @throws Error when a server does not answer: a proof that was not run is none. */
export async function requireServers() {
  for (const { name, url, variable, greet } of SERVERS) {
    try {
      await greet(url);
    } catch (error) {
      throw new Error(
        `${name} does not answer at ${url} (${error.code ?? error.message}). Start it there, say in ${variable} where it is, or let \`npm run services -- npm run test:services\` start both servers.`,
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
