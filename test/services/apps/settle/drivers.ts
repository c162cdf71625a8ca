import { createClient } from '@libsql/client';
import { PGlite } from '@electric-sql/pglite';
import { createPool as createMariaPool } from 'mariadb';
import { createPool } from 'mysql2/promise';
import { Pool } from 'pg';
import postgres from 'postgres';
import { CREATE, DELETE, INSERT, SQL } from './way.js';
import type { Library } from './way.js';

export function pg(url: string): Library {
  const pool = new Pool({ connectionString: url });
  return {
    name: 'pg',
    reset: () => pool.query(`${DELETE}; ${INSERT}`),
    ways: [
      { write: 'update', run: (id) => pool.query(SQL.update(id)) },
      { write: 'update to what it is', run: (id) => pool.query(SQL.unchanged(id)) },
      { write: 'update … returning', run: (id) => pool.query(SQL.returning(id)) },
      { write: 'rows', run: async (id) => (await pool.query(SQL.returning(id))).rows },
      {
        write: 'rows as arrays',
        run: async (id) => (await pool.query({ text: SQL.returning(id), rowMode: 'array' })).rows,
        says: { hit: 'refused', none: 0 }, // a row of numbers looks like several results
      },
      { write: 'delete', run: (id) => pool.query(SQL.delete(id)) },
      { write: 'upsert', run: (id) => pool.query(SQL.upsert(id)) },
      { write: 'insert … on conflict do nothing', run: (id) => pool.query(SQL.ignore(id)) },
    ],
    close: () => pool.end(),
  };
}

export function postgresJs(url: string): Library {
  const sql = postgres(url, { onnotice: () => undefined });
  return {
    name: 'postgres.js',
    reset: () => sql.unsafe(`${DELETE}; ${INSERT}`),
    ways: [
      { write: 'update', run: (id) => sql`UPDATE articles SET edits = 1 WHERE id = ${id}` },
      {
        write: 'update … returning',
        run: (id) => sql`UPDATE articles SET edits = 1 WHERE id = ${id} RETURNING *`,
      },
      { write: 'delete', run: (id) => sql`DELETE FROM articles WHERE id = ${id}` },
      { write: 'unsafe()', run: (id) => sql.unsafe(SQL.update(id)) },
      { write: 'values()', run: (id) => sql.unsafe(SQL.returning(id)).values() },
    ],
    close: () => sql.end(),
  };
}

export function mysql2(url: string): Library {
  const pool = createPool({ uri: url });
  return {
    name: 'mysql2',
    reset: async () => {
      await pool.query(DELETE);
      await pool.query(INSERT);
    },
    ways: [
      { write: 'query(update)', run: (id) => pool.query(SQL.update(id)) },
      { write: 'execute(update)', run: (id) => pool.execute(SQL.update(id)) },
      { write: 'update to what it is', run: (id) => pool.query(SQL.unchanged(id)) },
      { write: 'const [result]', run: async (id) => (await pool.query(SQL.update(id)))[0] },
      { write: 'delete', run: (id) => pool.query(SQL.delete(id)) },
      { write: 'delete … returning', run: (id) => pool.query(SQL.deleteReturning(id)) },
      {
        write: 'insert ignore',
        run: (id) =>
          pool.query(`INSERT IGNORE INTO articles VALUES (${id === 1 ? 2 : 1}, 'x', 0, 1)`),
      },
    ],
    close: () => pool.end(),
  };
}

export function mariadb(url: string): Library {
  const { hostname, port, username, pathname } = new URL(url);
  const pool = createMariaPool({
    host: hostname,
    port: Number(port),
    user: username,
    database: pathname.slice(1),
  });
  return {
    name: 'mariadb',
    reset: async () => {
      await pool.query(DELETE);
      await pool.query(INSERT);
    },
    ways: [
      { write: 'query(update)', run: (id) => pool.query(SQL.update(id)) },
      { write: 'execute(update)', run: (id) => pool.execute(SQL.update(id)) },
      { write: 'update to what it is', run: (id) => pool.query(SQL.unchanged(id)) },
      { write: 'delete', run: (id) => pool.query(SQL.delete(id)) },
      { write: 'delete … returning', run: (id) => pool.query(SQL.deleteReturning(id)) },
      {
        write: 'batch()',
        run: (id) => pool.batch('UPDATE articles SET edits = edits + 1 WHERE id = ?', [[id], [id]]),
        says: { hit: 2, none: 0 },
      },
    ],
    close: () => pool.end(),
  };
}

export async function pglite(): Promise<Library> {
  const database = new PGlite();
  await database.exec(CREATE);
  return {
    name: 'PGlite',
    reset: () => database.exec(`${DELETE}; ${INSERT}`),
    ways: [
      { write: 'query(update)', run: (id) => database.query(SQL.update(id)) },
      { write: 'query(update … returning)', run: (id) => database.query(SQL.returning(id)) },
      { write: 'exec(update)', run: (id) => database.exec(SQL.update(id)) },
      { write: 'exec(update … returning)', run: (id) => database.exec(SQL.returning(id)) },
      { write: 'delete', run: (id) => database.query(SQL.delete(id)) },
      { write: 'upsert', run: (id) => database.query(SQL.upsert(id)) },
    ],
    close: () => database.close(),
  };
}

export async function libsql(): Promise<Library> {
  const client = createClient({ url: ':memory:' });
  await client.execute(CREATE);
  return {
    name: 'libSQL',
    reset: () => client.batch([DELETE, INSERT]),
    ways: [
      { write: 'execute(update)', run: (id) => client.execute(SQL.update(id)) },
      // SQLite counts no row that a RETURNING has changed: the rows say it.
      {
        write: '(update … returning).rows',
        run: async (id) => (await client.execute(SQL.returning(id))).rows,
      },
      { write: 'update … returning', run: (id) => client.execute(SQL.returning(id)) },
      { write: 'batch()', run: (id) => client.batch([SQL.update(id)]) },
      { write: 'delete', run: (id) => client.execute(SQL.delete(id)) },
      { write: 'upsert', run: (id) => client.execute(SQL.upsert(id)) },
    ],
    close: async () => client.close(),
  };
}
