import { describe, expect, it } from '@jest/globals';
import { redisLocks } from '../../src/nest/locks/index.js';
import { everythingElse, gate } from '../support/gate.js';

const client = {
  set: () => Promise.resolve('OK'),
  eval: () => Promise.resolve(1),
  evalsha: () => Promise.resolve(1),
};

/** Takes its lease when the test says so, and counts who gives it up. */
class Mutex {
  static taking = gate();
  static releases = 0;

  async tryAcquire(): Promise<boolean> {
    await Mutex.taking.opened;
    return true;
  }

  async release(): Promise<void> {
    Mutex.releases += 1;
  }
}

describe('redisLocks()', () => {
  it.each([0, 999, 1500.5, 2 ** 31, Infinity, NaN, '30000' as unknown as number])(
    'refuse a lease of %s, and name the bounds',
    (lease) => {
      expect(() => redisLocks(client, { Mutex, lease })).toThrow(
        new RangeError(
          `A lease lasts a whole number of milliseconds, at least 1000, so that one slow answer does not lose it, and at most 2147483647: write { lease: 30000 }, not { lease: ${lease} }`,
        ),
      );
    },
  );

  it.each([1000, 2 ** 31 - 1])('take a lease of %s', (lease) => {
    expect(() => redisLocks(client, { Mutex, lease })).not.toThrow();
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'run no work without its lease, where the wait is aborted %i microtasks after it is taken',
    async (later) => {
      Mutex.taking = gate();
      Mutex.releases = 0;
      const leaving = new AbortController();
      const locks = redisLocks(client, { Mutex });
      let releasesAtWork: number | undefined;
      const batch = locks
        .run(['a'], async () => void (releasesAtWork = Mutex.releases), { signal: leaving.signal })
        .catch(() => undefined);
      await everythingElse();
      Mutex.taking.open();
      for (let step = 0; step < later; step += 1) await Promise.resolve();
      leaving.abort();
      await batch;
      await everythingElse();
      expect([releasesAtWork ?? 0, Mutex.releases]).toEqual([0, 1]);
    },
  );
});
