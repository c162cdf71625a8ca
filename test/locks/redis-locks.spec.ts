import { describe, expect, it } from '@jest/globals';
import { redisLocks } from '../../src/nest/locks/index.js';

const client = {
  set: () => Promise.resolve('OK'),
  eval: () => Promise.resolve(1),
  evalsha: () => Promise.resolve(1),
};

class Mutex {
  tryAcquire(): Promise<boolean> {
    return Promise.resolve(true);
  }

  release(): Promise<void> {
    return Promise.resolve();
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
});
