import { describe, expect, it } from '@jest/globals';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import knexOf from 'knex';
import { DummyDriver, Kysely, PostgresAdapter, PostgresQueryCompiler } from 'kysely';
import { Mongoose, Schema } from 'mongoose';
import { createClient } from 'redis';
import { Redis } from 'ioredis';
import { from } from 'rxjs';
import { DataSource } from 'typeorm';
import { touchedRows } from '../../src/nest/writes/touched-rows.js';

describe('a write that has not ended', () => {
  const articles = pgTable('articles', { id: integer() });
  const kysely = new Kysely<{ articles: { id: number } }>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: () => {
        throw new Error('is not asked');
      },
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const model = new Mongoose().model('Article', new Schema({ title: String }));
  const typeorm = new DataSource({ type: 'postgres' });
  const began: string[] = [];
  /** Gives something a `then()` that says when it is called. */
  const thenable = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (_, name) => (name === 'then' ? () => began.push('then') : undefined),
    });
  const lazy = thenable({});

  it.each<[string, unknown, RegExp]>([
    ['a promise', Promise.resolve({ affected: 1 }), /a promise: await it/],
    ['a promise of none', Promise.resolve(null), /a promise: await it/],
    ['anything with then(), which Prisma begins with', lazy, /await it/],
    ['Knex', knexOf({ client: 'pg' })('articles').update({ id: 1 }), /await it/],
    ['Drizzle', drizzle.mock().update(articles).set({ id: 1 }), /await it/],
    ['Mongoose', model.updateOne({}, {}), /await it/],
    ['Kysely', kysely.updateTable('articles').set({ id: 1 }), /call execute\(\) and await it/],
    ['TypeORM', typeorm.createQueryBuilder().update('articles'), /call execute\(\)/],
    ['an Observable', from([1]), /subscribe/],
    ['a prepared statement', { source: 'x', run: () => 1, iterate: () => [] }, /call run\(\)/],
    ['a transaction of Redis', createClient().multi(), /call exec\(\)/],
    ['a pipeline of ioredis', new Redis({ lazyConnect: true }).pipeline(), /call exec\(\)/],
    ['a query of nobody knows what', { execute: () => 1 }, /call execute\(\)/],
    ['a promise in a list', [Promise.resolve(1)], /a promise: await it/],
    ['a function with then()', thenable(() => 1), /await it/],
  ])('is refused: %s', (_, write, what) => {
    expect(() => touchedRows(write)).toThrow(TypeError);
    expect(() => touchedRows(write)).toThrow(what);
  });

  it('does not begin for that', () => {
    expect(() => touchedRows(lazy)).toThrow(TypeError);
    expect(began).toEqual([]);
  });

  it('ends no process when it fails later: the mistake has been told', async () => {
    const unhandled: unknown[] = [];
    const hear = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', hear);
    expect(() => touchedRows(Promise.reject(new Error('later')))).toThrow(TypeError);
    await new Promise(setImmediate);
    process.off('unhandledRejection', hear);
    expect(unhandled).toEqual([]);
  });
});
