import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { Deadline } from '../../src/nest/locks/deadline.js';
import { processLocks } from '../../src/nest/locks/index.js';
import { PoolShare } from '../../src/nest/locks/pool-share.js';
import { everythingElse, gate } from '../support/gate.js';

const reason = new Error('the client has left');

describe('Deadline', () => {
  it('ends at once where the signal aborted before the wait began', async () => {
    const leaving = new AbortController();
    const deadline = new Deadline(['a'], { timeout: 60_000, signal: leaving.signal });
    leaving.abort(reason);
    await expect(deadline.race(gate().opened)).rejects.toBe(reason);
  });

  it('listens to its signal no longer than it waits', async () => {
    const leaving = new AbortController();
    const deadline = new Deadline(['a'], { timeout: 60_000, signal: leaving.signal });
    let given = 0;
    const first = deadline.race(Promise.resolve('first'), () => {
      given += 1;
    });
    expect(await first).toBe('first');
    const second = deadline.race(gate().opened, () => {
      given += 10;
    });
    leaving.abort(reason);
    await expect(second).rejects.toBe(reason);
    expect(given).toBe(10);
  });

  // A promise reaches whoever awaits it some microtasks after it has settled.
  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'gives up what it has not got, and keeps what it has, where the abort comes %i microtasks after the work',
    async (later) => {
      const leaving = new AbortController();
      const deadline = new Deadline(['a'], { timeout: 60_000, signal: leaving.signal });
      const work = gate();
      let isGivenUp = false;
      const outcome = deadline
        .race(work.opened, () => {
          isGivenUp = true;
        })
        .then(
          () => 'kept',
          () => 'given up',
        );
      work.open();
      for (let step = 0; step < later; step += 1) await Promise.resolve();
      leaving.abort(reason);
      expect([await outcome, isGivenUp]).toEqual([isGivenUp ? 'given up' : 'kept', later === 0]);
    },
  );

  it('never leaves 0 milliseconds, which would be no limit in PostgreSQL, nor more than it can', () => {
    expect(new Deadline(['a'], { timeout: 0.001 }).remaining).toBe(1);
    expect(new Deadline(['a'], { timeout: Infinity }).remaining).toBe(2 ** 31 - 1);
  });

  it('keeps no process alive', () => {
    const script = `
      import { processLocks } from 'nestjs-etag/locks';
      const locks = processLocks();
      await locks.acquire('a', { timeout: 1 });
      void locks.acquire('a', { timeout: 600_000 });
    `;
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 20_000,
    });
    expect(status).toBe(0);
  });
});

describe('PoolShare', () => {
  it('takes the place of a connection that comes too late until it has come', async () => {
    const connected = gate();
    const given: string[] = [];
    const share = new PoolShare<string>('postgresLocks', {
      size: 2,
      connect: () => connected.opened.then(() => 'connection'),
      giveBack: (connection) => given.push(connection),
      destroy: () => undefined,
    });
    const leaving = new AbortController();
    const left = share.borrow(new Deadline(['a'], { timeout: 60_000, signal: leaving.signal }));
    await everythingElse();
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    let isServed = false;
    const next = share.borrow(new Deadline(['b'], { timeout: 60_000 })).then(() => {
      isServed = true;
    });
    await everythingElse();
    expect([isServed, given]).toEqual([false, []]);
    connected.open();
    await next;
    expect(given).toEqual(['connection']);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'lends a connection or gives it back, and never both, where the abort comes %i microtasks after it',
    async (later) => {
      const connected = gate();
      const given: string[] = [];
      const share = new PoolShare<string>('postgresLocks', {
        size: 2,
        connect: () => connected.opened.then(() => 'connection'),
        giveBack: (connection) => given.push(connection),
        destroy: () => undefined,
      });
      const leaving = new AbortController();
      const deadline = new Deadline(['a'], { timeout: 60_000, signal: leaving.signal });
      const lent = share.borrow(deadline).catch(() => undefined);
      await everythingElse();
      connected.open();
      for (let step = 0; step < later; step += 1) await Promise.resolve();
      leaving.abort(reason);
      const isLent = (await lent) !== undefined;
      await everythingElse();
      expect(given).toEqual(isLent ? [] : ['connection']);
    },
  );

  it('says whether its own places are taken, or the pool has no connection left', async () => {
    const share = new PoolShare<string>('postgresLocks', {
      size: 4,
      connect: () => gate().opened.then(() => 'connection'),
      giveBack: () => undefined,
      destroy: () => undefined,
    });
    const messages: string[] = [];
    for (const key of ['a', 'b', 'c']) {
      const error: unknown = await share
        .borrow(new Deadline([key], { timeout: 10 }))
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'LockTimeoutError' });
      messages.push((error as Error).message);
    }
    expect(messages).toEqual([
      expect.stringContaining(
        '"a" could not be asked for within 10 ms: the pool had no connection',
      ),
      expect.stringContaining(
        '"b" could not be asked for within 10 ms: the pool had no connection',
      ),
      'The lock of "c" could not be asked for within 10 ms: every connection that locks may use is taken, 2 of the 4 of the pool. Give locks a larger pool',
    ]);
  });

  it('frees the place of a connection that never comes', async () => {
    const failure = new Error('connection refused');
    const share = new PoolShare<string>('postgresLocks', {
      size: 2,
      connect: () => Promise.reject(failure),
      giveBack: () => undefined,
      destroy: () => undefined,
    });
    for (let times = 0; times < 3; times += 1) {
      await expect(share.borrow(new Deadline(['a'], { timeout: 1000 }))).rejects.toBe(failure);
    }
  });
});

describe('a lock that is held', () => {
  it('makes no signal unless somebody looks, and tells the same one each time', async () => {
    const lock = await processLocks().acquire('a', { timeout: 1000 });
    expect(lock.lost).toBe(lock.lost);
    expect(lock.lost.aborted).toBe(false);
  });
});
