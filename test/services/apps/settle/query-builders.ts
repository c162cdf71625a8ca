import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { drizzle as drizzleMysql2 } from 'drizzle-orm/mysql2';
import { drizzle as drizzleLibsql } from 'drizzle-orm/libsql';
import { eq, sql as raw } from 'drizzle-orm';
import { int, mysqlTable, varchar } from 'drizzle-orm/mysql-core';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { integer as sqliteInteger, sqliteTable, text as sqliteText } from 'drizzle-orm/sqlite-core';
import { createClient } from '@libsql/client';
import { PGlite } from '@electric-sql/pglite';
import knexOf from 'knex';
import { Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely';
import { createPool } from 'mysql2';
import { createPool as createPromisePool } from 'mysql2/promise';
import { Pool } from 'pg';
import postgres from 'postgres';
import { CREATE, DELETE, INSERT, SQL } from './way.js';
import type { Library, Way } from './way.js';

interface Tables {
  articles: { id: number; title: string; edits: number; version: number };
}

export function kyselyOnPostgres(url: string): Library {
  const database = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: url }) }),
  });
  return {
    ...kysely(database),
    name: 'Kysely on pg',
    ways: [
      ...kysely(database).ways,
      {
        write: 'update … returningAll().executeTakeFirst()',
        run: (id) => updated(database, id).returningAll().executeTakeFirst(),
      },
      {
        write: 'update … returning(id).executeTakeFirst()',
        run: (id) => updated(database, id).returning('id').executeTakeFirst(),
      },
      {
        write: 'update … returningAll().execute()',
        run: (id) => updated(database, id).returningAll().execute(),
      },
      {
        write: 'sql`update … returning`.execute()',
        run: (id) => sql.raw(SQL.returning(id)).execute(database),
      },
      { write: 'sql`upsert`.execute()', run: (id) => sql.raw(SQL.upsert(id)).execute(database) },
      {
        write: 'insert … onConflict(doNothing)',
        run: (id) =>
          database
            .insertInto('articles')
            .values({ id: id === 1 ? 2 : 1, title: 'x', edits: 0, version: 1 })
            .onConflict((on) => on.doNothing())
            .executeTakeFirst(),
      },
    ],
  };
}

export function kyselyOnMysql(url: string): Library {
  const database = new Kysely<Tables>({ dialect: new MysqlDialect({ pool: createPool(url) }) });
  return { ...kysely(database), name: 'Kysely on mysql2' };
}

function updated(database: Kysely<Tables>, id: number) {
  return database.updateTable('articles').set({ edits: 1 }).where('id', '=', id);
}

function kysely(database: Kysely<Tables>): Library {
  return {
    name: 'Kysely',
    reset: async () => {
      await sql.raw(DELETE).execute(database);
      await sql.raw(INSERT).execute(database);
    },
    ways: [
      { write: 'update … execute()', run: (id) => updated(database, id).execute() },
      {
        write: 'update … executeTakeFirst()',
        run: (id) => updated(database, id).executeTakeFirst(),
      },
      {
        write: 'update to what it is',
        run: (id) =>
          database
            .updateTable('articles')
            .set({ edits: 0 })
            .where('id', '=', id)
            .executeTakeFirst(),
      },
      {
        write: 'delete … executeTakeFirst()',
        run: (id) => database.deleteFrom('articles').where('id', '=', id).executeTakeFirst(),
      },
      {
        write: 'sql`update`.execute()',
        run: (id) => sql.raw(SQL.update(id)).execute(database),
      },
    ],
    failures: {
      'select … executeTakeFirstOrThrow()': () =>
        database.selectFrom('articles').selectAll().where('id', '=', 404).executeTakeFirstOrThrow(),
    },
    close: () => database.destroy(),
  };
}

export function knexOnPostgres(url: string): Library {
  const knex = knexOf({ client: 'pg', connection: url });
  return {
    ...knexOn(knex),
    name: 'Knex on pg',
    ways: [
      ...knexOn(knex).ways,
      {
        write: 'update … returning(*)',
        run: (id) => knex('articles').where({ id }).update({ edits: 1 }).returning('*'),
      },
      {
        write: 'update … returning(id)',
        run: (id) => knex('articles').where({ id }).update({ edits: 1 }, ['id']),
      },
      {
        write: 'insert … onConflict().ignore()',
        run: (id) =>
          knex('articles')
            .insert({ id: id === 1 ? 2 : 1, title: 'x', edits: 0 })
            .onConflict('id')
            .ignore(),
      },
    ],
  };
}

export function knexOnMysql(url: string): Library {
  return { ...knexOn(knexOf({ client: 'mysql2', connection: url })), name: 'Knex on mysql2' };
}

function knexOn(knex: ReturnType<typeof knexOf>): Library {
  return {
    name: 'Knex',
    reset: async () => {
      await knex.raw(DELETE);
      await knex.raw(INSERT);
    },
    ways: [
      { write: 'update', run: (id) => knex('articles').where({ id }).update({ edits: 1 }) },
      {
        write: 'update to what it is',
        run: (id) => knex('articles').where({ id }).update({ edits: 0 }),
      },
      { write: 'increment', run: (id) => knex('articles').where({ id }).increment('version') },
      { write: 'delete', run: (id) => knex('articles').where({ id }).delete() },
      { write: 'raw(update)', run: (id) => knex.raw(SQL.update(id)) },
    ],
    close: () => knex.destroy(),
  };
}

const ON_POSTGRES = pgTable('articles', {
  id: integer().primaryKey(),
  title: text(),
  edits: integer(),
  version: integer(),
});
const ON_MYSQL = mysqlTable('articles', {
  id: int().primaryKey(),
  title: varchar({ length: 200 }),
  edits: int(),
  version: int(),
});
const ON_SQLITE = sqliteTable('articles', {
  id: sqliteInteger().primaryKey(),
  title: sqliteText(),
  edits: sqliteInteger(),
  version: sqliteInteger(),
});

export function drizzleOnPg(url: string): Library {
  const pool = new Pool({ connectionString: url });
  const database = drizzlePg(pool);
  return {
    name: 'Drizzle on pg',
    reset: () => pool.query(`${DELETE}; ${INSERT}`),
    ways: drizzleWays(database),
    close: () => pool.end(),
  };
}

export function drizzleOnPostgresJs(url: string): Library {
  const client = postgres(url);
  return {
    name: 'Drizzle on postgres.js',
    reset: () => client.unsafe(`${DELETE}; ${INSERT}`),
    ways: drizzleWays(drizzlePostgresJs(client) as never),
    close: () => client.end(),
  };
}

export async function drizzleOnPglite(): Promise<Library> {
  const client = new PGlite();
  await client.exec(CREATE);
  return {
    name: 'Drizzle on PGlite',
    reset: () => client.exec(`${DELETE}; ${INSERT}`),
    ways: drizzleWays(drizzlePglite(client) as never),
    close: () => client.close(),
  };
}

function drizzleWays(database: ReturnType<typeof drizzlePg>): Way[] {
  const update = (id: number) =>
    database.update(ON_POSTGRES).set({ edits: 1 }).where(eq(ON_POSTGRES.id, id));
  return [
    { write: 'update', run: update },
    { write: 'update … returning()', run: (id) => update(id).returning() },
    {
      write: 'update … returning({ id })',
      run: (id) => update(id).returning({ id: ON_POSTGRES.id }),
    },
    { write: 'delete', run: (id) => database.delete(ON_POSTGRES).where(eq(ON_POSTGRES.id, id)) },
    { write: 'execute(sql`update`)', run: (id) => database.execute(raw.raw(SQL.update(id))) },
    {
      write: 'execute(sql`update … returning`)',
      run: (id) => database.execute(raw.raw(SQL.returning(id))),
    },
    {
      write: 'insert … onConflictDoUpdate({ setWhere })',
      run: (id) =>
        database
          .insert(ON_POSTGRES)
          .values({ id: 1, title: 'x', edits: 0 })
          .onConflictDoUpdate({
            target: ON_POSTGRES.id,
            set: { edits: 1 },
            setWhere: eq(ON_POSTGRES.version, id),
          }),
    },
  ];
}

export function drizzleOnMysql2(url: string): Library {
  const pool = createPromisePool({ uri: url });
  const database = drizzleMysql2(pool);
  return {
    name: 'Drizzle on mysql2',
    reset: async () => {
      await pool.query(DELETE);
      await pool.query(INSERT);
    },
    ways: [
      {
        write: 'update',
        run: (id) => database.update(ON_MYSQL).set({ edits: 1 }).where(eq(ON_MYSQL.id, id)),
      },
      { write: 'delete', run: (id) => database.delete(ON_MYSQL).where(eq(ON_MYSQL.id, id)) },
      { write: 'execute(sql`update`)', run: (id) => database.execute(raw.raw(SQL.update(id))) },
    ],
    close: () => pool.end(),
  };
}

export async function drizzleOnLibsql(): Promise<Library> {
  const client = createClient({ url: ':memory:' });
  await client.execute(CREATE);
  const database = drizzleLibsql(client);
  const update = (id: number) =>
    database.update(ON_SQLITE).set({ edits: 1 }).where(eq(ON_SQLITE.id, id));
  return {
    name: 'Drizzle on libSQL',
    reset: () => client.batch([DELETE, INSERT]),
    ways: [
      { write: 'update', run: update },
      { write: 'update … returning()', run: (id) => update(id).returning() },
      { write: 'update … returning().get()', run: (id) => update(id).returning().get() },
      { write: 'delete', run: (id) => database.delete(ON_SQLITE).where(eq(ON_SQLITE.id, id)) },
      { write: 'run(sql`update`)', run: (id) => database.run(raw.raw(SQL.update(id))) },
    ],
    close: async () => client.close(),
  };
}
