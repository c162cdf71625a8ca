import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { Pool } from 'pg';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { postgresLocks } from '../../src/nest/locks/index.js';
import type { PostgresLocksOptions, WriteLocks } from '../../src/nest/locks/index.js';
import { checkWriteLocks } from '../../src/testing/index.js';
import { createPostgresDatabase } from './support/engines.js';
import type { Engine } from './support/engines.js';
import { POSTGRESQL, launch } from './support/launch.mjs';
import { eventually, lossOf, rejectionOf } from './support/lock-promises.js';
import { startProxy } from './support/proxy.js';
import { countUpInProcesses } from './support/writers.js';

const wait = { timeout: 20_000 };

/** The advisory locks of a database that are held, and those that somebody waits for. */
const ADVISORY = `SELECT granted, pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

describe('postgresLocks()', () => {
  let engine: Engine;
  const opened: Pool[] = [];

  beforeAll(async () => {
    engine = await createPostgresDatabase(`locks_${process.pid}`);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((pool) => pool.end()));
  });
  afterAll(() => engine.drop());

  function pool(max = 4, url = engine.url): Pool {
    const made = new Pool({ connectionString: url, max });
    made.on('error', () => undefined);
    opened.push(made);
    return made;
  }

  function locks(max?: number, options?: PostgresLocksOptions): WriteLocks {
    return postgresLocks(pool(max), options);
  }

  async function advisory(granted: boolean): Promise<number[]> {
    const rows = (await engine.run(ADVISORY)) as { granted: boolean; pid: number }[];
    return rows.filter((row) => row.granted === granted).map(({ pid }) => pid);
  }

  it('keep the promises of WriteLocks, on a pool of pg', async () => {
    await checkWriteLocks(() => locks());
  });

  it('keep them on the smallest pool, and leave nothing behind', async () => {
    await checkWriteLocks(() => locks(2));
    expect(await engine.run(ADVISORY)).toEqual([]);
  });

  it('keep them on the pool inside of TypeORM', async () => {
    const source = new DataSource({ type: 'postgres', url: engine.url, poolSize: 8 });
    await source.initialize();
    await checkWriteLocks(() => postgresLocks(source));
    await source.destroy();
  });

  it('keep them on the pool inside of MikroORM', async () => {
    const orm = await MikroORM.init({
      clientUrl: engine.url,
      entities: [],
      discovery: { warnWhenNoEntities: false },
      pool: { max: 8 },
    });
    const native = await orm.em.getConnection().getNativeClient();
    await checkWriteLocks(() => postgresLocks(native));
    await orm.close();
  });

  it('lose no update of four processes with fifty writers each', async () => {
    const setup = { locks: 'postgres', url: engine.url, writers: 50, connections: 4 } as const;
    expect(await countUpInProcesses(4, setup, engine)).toEqual({ counted: 200, errors: [] });
  });

  it('are needed for that: turns within each process lose updates', async () => {
    const setup = { locks: 'process', url: engine.url, writers: 50, connections: 4 } as const;
    const { counted, errors } = await countUpInProcesses(4, setup, engine);
    expect(errors).toEqual([]);
    expect(counted).toBeLessThan(200);
  });

  it('serve fifty writers of fifty resources from a pool of five, whose handlers use the same pool', async () => {
    const shared = pool(5);
    const own = postgresLocks(shared);
    const held: number[] = [];
    const writers = Array.from({ length: 50 }, async (_, index) => {
      const lock = await own.acquire(`row ${index}`, wait);
      const { rows } = await shared.query(ADVISORY);
      held.push(rows.length);
      await lock.release();
    });
    await Promise.all(writers);
    expect(held).toHaveLength(50);
    expect(Math.max(...held)).toBe(2);
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
    await eventually(async () => (await advisory(false)).length > 0);
    const free = await theirs.acquire('free', wait);
    expect(await advisory(false)).toHaveLength(1);
    await Promise.all([held.release(), free.release()]);
    for (const waiter of waiters) await (await waiter).release();
  });

  it('take and release a free lock in two round trips', async () => {
    const watched = pool();
    const queries: unknown[] = [];
    watched.on('connect', (client) => {
      const query = client.query.bind(client) as (...given: unknown[]) => unknown;
      const counting = (...given: unknown[]): unknown => {
        queries.push(given[0]);
        return query(...given);
      };
      Object.assign(client, { query: counting });
    });
    const lock = await postgresLocks(watched).acquire('free', wait);
    await lock.release();
    expect(queries).toHaveLength(2);
  });

  it('outlive the timeouts that a role is given', async () => {
    const { pathname } = new URL(engine.url);
    const database = pathname.slice(1);
    for (const [name, value] of [
      ['idle_in_transaction_session_timeout', '50ms'],
      ['statement_timeout', '50ms'],
      ['lock_timeout', '50ms'],
    ]) {
      await engine.run(`ALTER DATABASE ${database} SET ${name} = '${value}'`);
    }
    try {
      const [mine, theirs] = [locks(), locks()];
      const held = await mine.acquire('a', wait);
      const waiting = theirs.acquire('a', wait);
      await engine.run('SELECT pg_sleep(0.3)');
      await held.release();
      const next = await waiting;
      await engine.run('SELECT pg_sleep(0.3)');
      await next.release();
    } finally {
      await engine.run(`ALTER DATABASE ${database} RESET ALL`);
    }
  });

  it('outlive the query_timeout and the statement_timeout of their pool', async () => {
    const limits = { query_timeout: 200, statement_timeout: 200 };
    const limited = new Pool({ connectionString: engine.url, max: 2, ...limits });
    opened.push(limited);
    expect(await rejectionOf(limited.query('SELECT pg_sleep(0.4)'))).toBeInstanceOf(Error);
    const held = await locks().acquire('a', wait);
    const waiting = postgresLocks(limited).acquire('a', wait);
    await eventually(async () => (await advisory(false)).length === 1);
    await engine.run('SELECT pg_sleep(0.4)');
    await held.release();
    await (await waiting).release();
  });

  it('change no setting for the next user of a connection', async () => {
    const shared = pool(2);
    const settings = async (): Promise<unknown> => {
      const names = ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'];
      const shown = names.map((name) => `current_setting('${name}') AS ${name}`);
      return (await shared.query(`SELECT ${shown.join(', ')}`)).rows;
    };
    const before = await settings();
    const other = await locks().acquire('a', wait);
    const own = postgresLocks(shared);
    await rejectionOf(own.acquire('a', { timeout: 50 }));
    await other.release();
    await (await own.acquire('a', wait)).release();
    expect(shared.totalCount).toBe(1);
    expect(await settings()).toEqual(before);
  });

  it('do not wait for those of another prefix', async () => {
    const shop = locks(4, { prefix: 'shop' });
    const held = await shop.acquire('articles/1', wait);
    const blog = await locks(4, { prefix: 'blog' }).acquire('articles/1', wait);
    expect(
      await rejectionOf(locks(4, { prefix: 'shop' }).acquire('articles/1', { timeout: 50 })),
    ).toMatchObject({ name: 'LockTimeoutError' });
    await Promise.all([held.release(), blog.release()]);
  });

  it('work where transactions are read-only by default', async () => {
    const readOnly = new URL(engine.url);
    readOnly.searchParams.set('options', '-c default_transaction_read_only=on');
    await (await postgresLocks(pool(2, readOnly.href)).acquire('a', wait)).release();
  });

  it('are refused by a standby, where they would exclude nobody', async () => {
    const server = await launch(POSTGRESQL);
    try {
      const own = postgresLocks(pool(2, server.url));
      await (await own.acquire('a', wait)).release();
      await server.halt();
      writeFileSync(join(server.data, 'standby.signal'), '');
      await server.resume();
      expect(await rejectionOf(own.acquire('a', wait))).toMatchObject({
        message: expect.stringContaining('during recovery'),
      });
    } finally {
      await server.stop();
    }
  });

  it('end the wait in the database when somebody leaves', async () => {
    const mine = locks();
    const held = await mine.acquire('a', wait);
    const leaving = new AbortController();
    const waiting = rejectionOf(locks().acquire('a', { timeout: 100_000, signal: leaving.signal }));
    await eventually(async () => (await advisory(false)).length === 1);
    leaving.abort(new Error('gone'));
    expect(await waiting).toEqual(new Error('gone'));
    await eventually(async () => (await advisory(false)).length === 0);
    await held.release();
    await eventually(async () => (await advisory(true)).length === 0);
  });

  it('give back a connection that comes when nobody waits for it any more', async () => {
    const shared = pool(2);
    const busy = await Promise.all([shared.connect(), shared.connect()]);
    const own = postgresLocks(shared);
    expect(await rejectionOf(own.acquire('a', { timeout: 50 }))).toMatchObject({
      name: 'LockTimeoutError',
    });
    for (const client of busy) client.release();
    await (await own.acquire('a', wait)).release();
    expect([shared.waitingCount, shared.idleCount]).toEqual([0, shared.totalCount]);
  });

  describe('that are lost', () => {
    it('tell it at once when their backend is ended, and when they are released', async () => {
      const shared = pool(2);
      const own = postgresLocks(shared);
      const lock = await own.acquire('a', wait);
      const [backend] = await advisory(true);
      await engine.terminate(backend!);
      expect(await lossOf(lock)).toMatchObject({
        name: 'LockLostError',
        message: expect.stringContaining('"a"'),
        cause: expect.objectContaining({ code: '57P01' }),
      });
      expect(await rejectionOf(lock.release())).toBe(lock.lost.reason);
      expect(await rejectionOf(lock.release())).toBe(lock.lost.reason);
      await (await own.acquire('a', wait)).release();
      expect(shared.totalCount).toBe(1);
    });

    it('tell it when the way to the database breaks', async () => {
      const proxy = await startProxy(engine.url, 5432);
      const lock = await postgresLocks(pool(2, proxy.url)).acquire('a', wait);
      proxy.cut();
      expect(await lossOf(lock)).toMatchObject({ name: 'LockLostError' });
      expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
      await proxy.close();
    });

    it('tell it when they are released in the moment in which they are lost', async () => {
      const lock = await locks(2).acquire('a', wait);
      const [backend] = await advisory(true);
      await engine.terminate(backend!);
      expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
      expect(lock.lost.aborted).toBe(true);
    });

    it('tell it when they are released, if the server says nothing more', async () => {
      const proxy = await startProxy(engine.url, 5432);
      const lock = await postgresLocks(pool(2, proxy.url)).acquire('a', wait);
      proxy.stall();
      expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
      await proxy.close();
    });

    it('tell it when they are released, if their transaction has failed', async () => {
      const shared = pool(2);
      const taken = new Promise<PoolClient>((resolve) => shared.on('acquire', resolve));
      const lock = await postgresLocks(shared).acquire('a', wait);
      const client = await taken;
      expect(await rejectionOf(client.query('SELECT 1 / 0'))).toMatchObject({ code: '22012' });
      expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
    });

    it('are no promise that the work has kept: run() throws', async () => {
      const work = async (): Promise<string> => {
        const [backend] = await advisory(true);
        await engine.terminate(backend!);
        await eventually(async () => (await advisory(true)).length === 0);
        return 'done';
      };
      expect(await rejectionOf(locks(2).run(['a'], work))).toMatchObject({ name: 'LockLostError' });
    });

    it('tell it when the server is restarted, and can be taken again afterwards', async () => {
      const server = await launch(POSTGRESQL);
      try {
        const own = postgresLocks(pool(4, server.url));
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
