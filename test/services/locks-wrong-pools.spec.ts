import { describe, expect, it } from '@jest/globals';
import { createPool } from 'mysql2';
import { createPool as createPromisePool } from 'mysql2/promise';
import { Client, Pool } from 'pg';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { Mutex } from 'redis-semaphore';
import { DataSource } from 'typeorm';
import { mysqlLocks, postgresLocks, redisLocks } from '../../src/nest/locks/index.js';

/** Calls past the types, as JavaScript may. */
function calling(make: (given: never) => unknown, given: unknown): () => unknown {
  return () => make(given as never);
}

describe('postgresLocks()', () => {
  it('takes a pool of pg without connecting', () => {
    expect(() => postgresLocks(new Pool({ max: 2 }))).not.toThrow();
  });

  it.each([
    ['nothing', undefined, TypeError, 'was called with undefined'],
    ['a connection string', 'postgres://localhost/db', TypeError, 'was called with a string'],
    ['a client', new Client(), TypeError, 'needs a pool, not a single connection'],
    ['a pool of mysql2', createPool({}), TypeError, 'was called with an object (Pool)'],
    [
      'a data source that is not initialized',
      new DataSource({ type: 'postgres' }),
      TypeError,
      'await dataSource.initialize()',
    ],
    [
      'a data source of another database',
      { isInitialized: true, driver: { pool: createPool({}) } },
      TypeError,
      'write mysqlLocks(dataSource)',
    ],
    [
      'MikroORM',
      { em: {}, config: {} },
      TypeError,
      'postgresLocks(await orm.em.getConnection().getNativeClient())',
    ],
    [
      'a pool of one',
      new Pool({ max: 1 }),
      RangeError,
      'needs a pool of at least 2 connections, and this one has 1',
    ],
  ] as const)('refuses %s', (_, given, kind, text) => {
    expect(calling(postgresLocks, given)).toThrow(kind);
    expect(calling(postgresLocks, given)).toThrow(text);
  });
});

describe('mysqlLocks()', () => {
  it('takes a pool of mysql2, of either interface, without connecting', () => {
    expect(() => mysqlLocks(createPool({ connectionLimit: 2 }))).not.toThrow();
    expect(() => mysqlLocks(createPromisePool({ connectionLimit: 2 }))).not.toThrow();
    expect(() => mysqlLocks(createPromisePool({ connectionLimit: 0 }))).not.toThrow();
  });

  it.each([
    ['nothing', null, TypeError, 'was called with null'],
    ['a pool of pg', new Pool(), TypeError, 'takes a pool of mysql2'],
    [
      'a data source that is not initialized',
      new DataSource({ type: 'mysql' }),
      TypeError,
      'await dataSource.initialize()',
    ],
    [
      'a data source of another database',
      { isInitialized: true, driver: { master: new Pool() } },
      TypeError,
      'write postgresLocks(dataSource)',
    ],
    ['a pool of one', createPool({ connectionLimit: 1 }), RangeError, 'and this one has 1'],
  ] as const)('refuses %s', (_, given, kind, text) => {
    expect(calling(mysqlLocks, given)).toThrow(kind);
    expect(calling(mysqlLocks, given)).toThrow(text);
  });
});

describe('redisLocks()', () => {
  const client = new Redis({ lazyConnect: true });

  it('takes a client of ioredis or redis without connecting', () => {
    expect(() => redisLocks(client, { Mutex })).not.toThrow();
    expect(() => redisLocks(createClient(), { Mutex })).not.toThrow();
  });

  it('refuses another client, no Mutex, and a lease that any pause would lose', () => {
    const other = {} as unknown as Redis;
    expect(() => redisLocks(other, { Mutex })).toThrow(TypeError);
    expect(() => redisLocks(other, { Mutex })).toThrow('takes a client of ioredis or redis');
    const none = {} as unknown as { Mutex: typeof Mutex };
    expect(() => redisLocks(client, none)).toThrow('npm install redis-semaphore');
    expect(() => redisLocks(client, { Mutex, lease: 999 })).toThrow(RangeError);
    expect(() => redisLocks(client, { Mutex, lease: 1000 })).not.toThrow();
  });
});
