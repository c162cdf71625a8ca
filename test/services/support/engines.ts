import { createPool } from 'mysql2/promise';
import type { Pool, PoolConnection, RowDataPacket } from 'mysql2/promise';
import { Client, Pool as PostgresPool } from 'pg';
import { MARIADB_URL, POSTGRES_URL } from './servers.mjs';

/** One database of a server, as the two kinds of servers differ. */
export interface Engine {
  readonly url: string;
  run(sql: string): Promise<unknown[]>;
  begin(): Promise<{ run(sql: string): Promise<unknown[]>; end(sql: string): Promise<void> }>;
  /** The connections that wait for a lock. */
  waiting(): Promise<number[]>;
  /** The connections that are in the middle of a statement or a transaction. */
  busy(): Promise<number[]>;
  terminate(connection: number): Promise<void>;
  /** How many milliseconds to wait before `waiting` and `busy` are asked again. */
  readonly pause: number;
  drop(): Promise<void>;
}

export async function createPostgresDatabase(
  name: string,
  serverUrl = POSTGRES_URL,
): Promise<Engine> {
  const onServer = async (sql: string): Promise<void> => {
    const server = new Client({ connectionString: serverUrl });
    await server.connect();
    await server.query(sql);
    await server.end();
  };
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = name;
  const pool = new PostgresPool({ connectionString: url.href });
  pool.on('error', () => undefined); // the database is dropped while connections are being closed
  const connections = async (which: string): Promise<number[]> => {
    const query = `SELECT pid FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid() AND ${which}`;
    return (await pool.query<{ pid: number }>(query)).rows.map(({ pid }) => pid);
  };
  return {
    url: url.href,
    run: async (sql) => (await pool.query(sql)).rows,
    begin: async () => {
      const client = await pool.connect();
      await client.query('BEGIN');
      return {
        run: async (sql) => (await client.query(sql)).rows,
        end: async (sql) => {
          await client.query(sql);
          client.release();
        },
      };
    },
    waiting: () => connections(`wait_event_type = 'Lock'`),
    busy: () => connections(`state <> 'idle'`),
    terminate: async (pid) => {
      await pool.query('SELECT pg_terminate_backend($1)', [pid]);
    },
    pause: 5,
    drop: async () => {
      await pool.end();
      await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

export async function createMariaDatabase(name: string, serverUrl = MARIADB_URL): Promise<Engine> {
  const url = new URL(serverUrl);
  const server = createPool({ uri: url.href });
  await server.query(`CREATE DATABASE ${name}`);
  url.pathname = name;
  const pool = createPool({ uri: url.href });
  const run = async (on: Pool | PoolConnection, sql: string): Promise<RowDataPacket[]> => {
    const [rows] = await on.query<RowDataPacket[]>(sql);
    return Array.isArray(rows) ? rows : [];
  };
  const connections = async (which: string): Promise<number[]> => {
    const query = `SELECT id FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id WHERE db = '${name}' AND ${which}`;
    return (await run(pool, query)).map(({ id }) => Number(id));
  };
  return {
    url: url.href,
    run: (sql) => run(pool, sql),
    begin: async () => {
      const connection = await pool.getConnection();
      await connection.beginTransaction();
      return {
        run: (sql) => run(connection, sql),
        end: async (sql) => {
          await connection.query(sql);
          connection.release();
        },
      };
    },
    waiting: () => connections(`trx_state = 'LOCK WAIT'`),
    busy: () => connections('TRUE'),
    terminate: async (id) => {
      await pool.query(`KILL ${id}`);
    },
    pause: 120, // InnoDB lists its transactions as they were until nobody has asked for 100 ms
    drop: async () => {
      await pool.end();
      await server.query(`DROP DATABASE ${name}`);
      await server.end();
    },
  };
}
