import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { Mutex } from 'redis-semaphore';
import { redisLocks } from '../../src/nest/locks/index.js';
import type { RedisLocksOptions, WriteLocks } from '../../src/nest/locks/index.js';
import { checkWriteLocks } from '../../src/testing/index.js';
import { createPostgresDatabase } from './support/engines.js';
import { REDIS, launch } from './support/launch.mjs';
import { eventually, lossOf, rejectionOf } from './support/lock-promises.js';
import { startProxy } from './support/proxy.js';
import { REDIS_URL } from './support/servers.mjs';
import { countUpInProcesses } from './support/writers.js';

const wait = { timeout: 20_000 };

describe('redisLocks()', () => {
  const closing: (() => unknown)[] = [];
  /** A prefix for each test: other tests may run on the same server. */
  let prefix = randomUUID();

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    prefix = randomUUID();
  });

  function ioredis(url = REDIS_URL): Redis {
    const client = new Redis(url, { maxRetriesPerRequest: 1 });
    client.on('error', () => undefined);
    closing.push(() => client.disconnect());
    return client;
  }

  function locks(options: Partial<RedisLocksOptions> = {}, client = ioredis()): WriteLocks {
    return redisLocks(client, { Mutex, prefix, ...options });
  }

  async function keys(client: Redis): Promise<string[]> {
    return client.keys(`mutex:${prefix}:*`);
  }

  it('keep the promises of WriteLocks, on ioredis', async () => {
    await checkWriteLocks(() => locks());
    expect(await keys(ioredis())).toEqual([]);
  });

  it('keep them on redis (node-redis)', async () => {
    const clients = [createClient({ url: REDIS_URL }), createClient({ url: REDIS_URL })];
    for (const client of clients) {
      await client.connect();
      closing.push(() => client.destroy());
    }
    let next = 0;
    await checkWriteLocks(() => redisLocks(clients[next++ % 2]!, { Mutex, prefix }));
  });

  it('lose no update of four processes with fifty writers each', async () => {
    const engine = await createPostgresDatabase(`locks_redis_${process.pid}`);
    closing.push(() => engine.drop());
    const setup = { locks: 'redis', url: REDIS_URL, writers: 50, connections: 1 } as const;
    expect(await countUpInProcesses(4, setup, engine)).toEqual({ counted: 200, errors: [] });
  });

  it('do not wait for those of another prefix', async () => {
    const held = await locks().acquire('articles/1', wait);
    const other = await locks({ prefix: `${prefix}-other` }).acquire('articles/1', wait);
    expect(await rejectionOf(locks().acquire('articles/1', { timeout: 50 }))).toMatchObject({
      name: 'LockTimeoutError',
    });
    await Promise.all([held.release(), other.release()]);
  });

  it('take and release a free lock in two commands', async () => {
    const client = ioredis();
    await (await locks({}, client).acquire('a', wait)).release(); // Redis knows the script afterwards
    const monitor = await client.monitor();
    closing.push(() => monitor.disconnect());
    const commands: string[] = [];
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source !== 'lua' && args[0] !== 'ping') commands.push(`${args[0]}`);
    });
    await (await locks({}, client).acquire('a', wait)).release();
    await client.ping();
    await eventually(async () => commands.length >= 2);
    expect(commands.map((name) => name.toLowerCase())).toEqual(['set', 'evalsha']);
  });

  it('renew their lease for as long as they are held', async () => {
    const client = ioredis();
    const lock = await locks({ lease: 1000 }, client).acquire('a', wait);
    const [key] = await keys(client);
    let left = await client.pttl(key!);
    const renewed = async (): Promise<boolean> => {
      const before = left;
      left = await client.pttl(key!);
      return left > before;
    };
    for (let times = 0; times < 5; times += 1) await eventually(renewed);
    expect(lock.lost.aborted).toBe(false);
    await lock.release();
    expect(await keys(client)).toEqual([]);
  });

  describe('that are lost', () => {
    it('tell it when Redis has forgotten them', async () => {
      const client = ioredis();
      const lock = await locks({ lease: 1000 }, client).acquire('a', wait);
      await client.del(...(await keys(client)));
      expect(await lossOf(lock)).toMatchObject({ name: 'LockLostError' });
      expect(await rejectionOf(lock.release())).toBe(lock.lost.reason);
    });

    it('tell it when they are released, if nobody has heard of it before', async () => {
      const client = ioredis();
      const lock = await locks({}, client).acquire('a', wait);
      const [key] = await keys(client);
      await client.set(key!, 'another holder');
      expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
      expect(lock.lost.aborted).toBe(true);
      expect(await client.get(key!)).toBe('another holder');
      await client.del(key!);
    });

    it('tell it when Redis does not answer until the lease is over', async () => {
      const proxy = await startProxy(REDIS_URL, 6379);
      const client = new Redis(proxy.url, { maxRetriesPerRequest: null });
      client.on('error', () => undefined);
      closing.push(() => client.disconnect());
      const lock = await locks({ lease: 1000 }, client).acquire('a', wait);
      proxy.cut();
      expect(await lossOf(lock)).toMatchObject({ name: 'LockLostError' });
      expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
      await proxy.close();
    });

    it('tell it when the process stood still for longer than the lease', async () => {
      const lock = await locks({ lease: 1000 }).acquire('a', wait);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
      expect(await lossOf(lock)).toMatchObject({ name: 'LockLostError' });
      expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
    });

    it('tell it when the server is restarted, end no process, and can be taken again', async () => {
      const server = await launch(REDIS);
      try {
        const client = ioredis(server.url);
        const own = locks({ lease: 1000 }, client);
        const lock = await own.acquire('a', wait);
        await server.kill();
        expect(await lossOf(lock)).toMatchObject({ name: 'LockLostError' });
        expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
        await server.resume();
        await (await own.acquire('a', wait)).release();
      } finally {
        await server.stop();
      }
    });
  });

  it('are free again when the process that held them has died', async () => {
    const client = ioredis();
    const dying = ioredis();
    await locks({ lease: 1000 }, dying).acquire('a', wait);
    dying.disconnect();
    await (await locks({}, client).acquire('a', wait)).release();
  });
});
