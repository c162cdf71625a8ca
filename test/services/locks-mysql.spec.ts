import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createPool } from 'mysql2';
import type { PoolConnection } from 'mysql2';
import { createPool as createPromisePool } from 'mysql2/promise';
import type { Pool } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { mysqlLocks } from '../../src/nest/locks/index.js';
import type { MysqlLocksOptions, WriteLocks } from '../../src/nest/locks/index.js';
import { checkWriteLocks } from '../../src/testing/index.js';
import { createMariaDatabase } from './support/engines.js';
import type { Engine } from './support/engines.js';
import { MARIADB, launch } from './support/launch.mjs';
import { eventually, lossOf, rejectionOf } from './support/lock-promises.js';
import { startProxy } from './support/proxy.js';
import { countUpInProcesses } from './support/writers.js';

const wait = { timeout: 20_000 };

describe('mysqlLocks()', () => {
  let engine: Engine;
  const opened: { end(): unknown }[] = [];

  beforeAll(async () => {
    engine = await createMariaDatabase(`locks_${process.pid}`);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((pool) => pool.end()));
  });
  afterAll(() => engine.drop());

  function pool(connectionLimit = 4, uri = engine.url): Pool {
    const made = createPromisePool({ uri, connectionLimit });
    opened.push(made);
    return made;
  }

  function locks(connections?: number, options?: MysqlLocksOptions): WriteLocks {
    return mysqlLocks(pool(connections), options);
  }

  /** The connections to this database, and what each does. */
  async function connections(): Promise<{ id: number; state: string | null }[]> {
    const name = new URL(engine.url).pathname.slice(1);
    return (await engine.run(
      `SELECT id, state FROM information_schema.processlist WHERE db = '${name}' AND id <> CONNECTION_ID()`,
    )) as { id: number; state: string | null }[];
  }

  async function waiting(): Promise<number> {
    return (await connections()).filter(({ state }) => state === 'User lock').length;
  }

  it('keep the promises of WriteLocks, on a pool of mysql2/promise', async () => {
    await checkWriteLocks(() => locks());
  });

  it('keep them on a pool of mysql2 with callbacks, the smallest', async () => {
    await checkWriteLocks(() => {
      const made = createPool({ uri: engine.url, connectionLimit: 2 });
      opened.push(made.promise());
      return mysqlLocks(made);
    });
  });

  it('keep them on the pool inside of TypeORM', async () => {
    const source = new DataSource({ type: 'mariadb', url: engine.url, poolSize: 8 });
    await source.initialize();
    await checkWriteLocks(() => mysqlLocks(source));
    await source.destroy();
  });

  it('lose no update of four processes with fifty writers each', async () => {
    const setup = { locks: 'mysql', url: engine.url, writers: 50, connections: 4 } as const;
    expect(await countUpInProcesses(4, setup, engine)).toEqual({ counted: 200, errors: [] });
  });

  it('are needed for that: turns within each process lose updates', async () => {
    const setup = { locks: 'process', url: engine.url, writers: 50, connections: 4 } as const;
    const { counted, errors } = await countUpInProcesses(4, setup, engine);
    expect(errors).toEqual([]);
    expect(counted).toBeLessThan(200);
  });

  it('hold at most half of the pool', async () => {
    const own = locks(5);
    const held = [await own.acquire('a', wait), await own.acquire('b', wait)];
    expect(await rejectionOf(own.acquire('c', { timeout: 100 }))).toMatchObject({
      name: 'LockTimeoutError',
      message: expect.stringContaining('every connection that locks may use is taken, 2 of the 5'),
    });
    const waiting = own.acquire('c', wait);
    await held.pop()!.release();
    await (await waiting).release();
    await held.pop()!.release();
  });

  it('send one waiter for each key and process to the database', async () => {
    const [mine, theirs] = [locks(10), locks(10)];
    const held = await mine.acquire('contended', wait);
    const waiters = Array.from({ length: 8 }, () => theirs.acquire('contended', wait));
    await eventually(async () => (await waiting()) > 0);
    const free = await theirs.acquire('free', wait);
    expect(await waiting()).toBe(1);
    await Promise.all([held.release(), free.release()]);
    for (const waiter of waiters) await (await waiter).release();
  });

  it('do not wait for those of another prefix', async () => {
    const held = await locks(4, { prefix: 'shop' }).acquire('articles/1', wait);
    const blog = await locks(4, { prefix: 'blog' }).acquire('articles/1', wait);
    expect(
      await rejectionOf(locks(4, { prefix: 'shop' }).acquire('articles/1', { timeout: 50 })),
    ).toMatchObject({ name: 'LockTimeoutError' });
    await Promise.all([held.release(), blog.release()]);
  });

  it('keep a connection whose wait was too long', async () => {
    const held = await locks(2).acquire('a', wait);
    const own = locks(2);
    await rejectionOf(own.acquire('b', wait).then((lock) => lock.release()));
    const before = await connections();
    expect(await rejectionOf(own.acquire('a', { timeout: 50 }))).toMatchObject({
      name: 'LockTimeoutError',
    });
    expect((await connections()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    await held.release();
  });

  it('end the wait in the database when somebody leaves', async () => {
    const held = await locks().acquire('a', wait);
    const leaving = new AbortController();
    const left = rejectionOf(locks().acquire('a', { timeout: 100_000, signal: leaving.signal }));
    await eventually(async () => (await waiting()) === 1);
    leaving.abort(new Error('gone'));
    expect(await left).toEqual(new Error('gone'));
    await eventually(async () => (await waiting()) === 0);
    await held.release();
    await (await locks().acquire('a', wait)).release();
  });

  it('outlive the max_statement_time of their connections, and leave it as it was', async () => {
    const limited = createPool({ uri: engine.url, connectionLimit: 2 });
    opened.push(limited.promise());
    limited.on('connection', (connection) => connection.query('SET max_statement_time = 0.2'));
    const held = await locks().acquire('a', wait);
    expect(await rejectionOf(limited.promise().query('SELECT SLEEP(9)'))).toMatchObject({
      errno: 1969,
    });
    const next = mysqlLocks(limited).acquire('a', wait);
    await eventually(async () => (await waiting()) === 1);
    await engine.run('SELECT SLEEP(0.4)');
    await held.release();
    await (await next).release();
    const [rows] = await limited.promise().query('SELECT @@max_statement_time AS time');
    expect(rows).toEqual([{ time: 0.2 }]);
  });

  describe('that are lost', () => {
    it('tell it at once when their connection is killed, and when they are released', async () => {
      const shared = pool(2);
      const own = mysqlLocks(shared);
      const lock = await own.acquire('a', wait);
      const [connection] = await connections();
      await engine.terminate(connection!.id);
      expect(await lossOf(lock)).toMatchObject({
        name: 'LockLostError',
        message: expect.stringContaining('"a"'),
      });
      expect(await rejectionOf(lock.release())).toBe(lock.lost.reason);
      await (await own.acquire('a', wait)).release();
    });

    it('tell it when they are released, if the server held them no more', async () => {
      const shared = pool(2);
      const taken = new Promise<PoolConnection>((resolve) => shared.pool.on('acquire', resolve));
      const lock = await mysqlLocks(shared).acquire('a', wait);
      await (await taken).promise().query('SELECT RELEASE_ALL_LOCKS()');
      expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
      expect(lock.lost.aborted).toBe(true);
    });

    it('tell it when the way to the database breaks', async () => {
      const proxy = await startProxy(engine.url, 3306);
      const lock = await mysqlLocks(pool(2, proxy.url)).acquire('a', wait);
      proxy.cut();
      expect(await lossOf(lock)).toMatchObject({ name: 'LockLostError' });
      expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
      await proxy.close();
    });

    it('tell it when the server is restarted, and can be taken again afterwards', async () => {
      const server = await launch(MARIADB);
      try {
        const own = mysqlLocks(pool(4, server.url));
        const lock = await own.acquire('a', wait);
        await server.kill();
        expect(await lossOf(lock)).toMatchObject({ name: 'LockLostError' });
        expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
        expect(await rejectionOf(own.acquire('a', wait))).toMatchObject({ code: 'ECONNREFUSED' });
        await server.resume();
        await (await own.acquire('a', wait)).release();
      } finally {
        await server.stop();
      }
    });
  });
});
