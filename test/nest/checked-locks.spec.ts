import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { InternalServerErrorException } from '@nestjs/common';
import { OnceLog } from '../../src/nest/checks/log.js';
import type { LockWait, WriteLock } from '../../src/nest/locks/write-locks.js';
import { CheckedLocks } from '../../src/nest/writes/checked-locks.js';

class KeptLog extends OnceLog {
  readonly lines: string[] = [];

  override error(sentence: string): void {
    if (!this.lines.includes(sentence)) this.lines.push(sentence);
  }
}

const lost = new AbortController().signal;
const release = async (): Promise<void> => undefined;
const never = new Promise<never>(() => undefined);

/** Locks of an application's own, that do whatever they do. */
function bench(acquire: (wait: LockWait) => unknown) {
  const log = new KeptLog();
  const own = { acquire: (_: string, wait: LockWait) => acquire(wait) as Promise<WriteLock> };
  return { log, locks: new CheckedLocks(own, log) };
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect('settled').toBe('failed') as never,
    (error: unknown) => error as Error,
  );
}

describe('locks of an own making', () => {
  it('are handed on, with a promise or without', async () => {
    for (const give of [(lock: WriteLock) => lock, (lock: WriteLock) => Promise.resolve(lock)]) {
      let releases = 0;
      const count = async (): Promise<void> => void (releases += 1);
      const { locks, log } = bench(() => give({ lost, release: count }));
      const lock = await locks.acquire('key', { timeout: 1000 });
      expect([lock.lost, releases]).toEqual([lost, 0]);
      await lock.release();
      expect([releases, log.lines]).toEqual([1, []]);
    }
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'gave null. A lock'],
    ['nothing', undefined, 'gave undefined. A lock'],
    ['a function that releases', release, 'gave a function. A lock'],
    ['an object without `lost`', { release }, 'gave an object without lost. A lock'],
    ['one whose `lost` is no signal', { release, lost: false }, 'gave an object without lost'],
    ['one without `release`', { lost }, 'gave an object without release(). A lock'],
    ['an empty one', {}, 'gave an object without release() and lost. A lock'],
  ])('that give %s fail the write, and the log says once what to give', async (_, given, says) => {
    const { locks, log } = bench(() => Promise.resolve(given));
    for (const key of ['a', 'b']) {
      const failure = await failureOf(locks.acquire(key, { timeout: 1000 }));
      expect(failure).toBeInstanceOf(InternalServerErrorException);
      expect(failure.cause).toBeInstanceOf(TypeError);
    }
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toContain(
      "The locks of the option 'atomicity': acquire() must resolve with a lock, { lost: AbortSignal, release(): Promise<void> }, and",
    );
    expect(log.lines[0]).toContain(says);
  });

  it('are released where what they give cannot be watched', async () => {
    let isReleased = false;
    const { locks } = bench(() => ({ release: () => (isReleased = true) }));
    await failureOf(locks.acquire('key', { timeout: 1000 }));
    expect(isReleased).toBe(true);
  });

  it('that throw are locks that reject', async () => {
    const failure = new Error('etcd is away');
    const { locks } = bench(() => {
      throw failure;
    });
    expect(await failureOf(locks.acquire('key', { timeout: 1000 }))).toBe(failure);
  });

  it('that are deaf to aborts hold nobody, and are released when they come', async () => {
    let give: (lock: WriteLock) => void = () => undefined;
    let isReleased = false;
    const { locks } = bench(() => new Promise<WriteLock>((resolve) => (give = resolve)));
    const leaving = new AbortController();
    const left = failureOf(locks.acquire('key', { timeout: 1000, signal: leaving.signal }));
    leaving.abort(new Error('gone'));
    expect(await left).toBe(leaving.signal.reason);
    give({ lost, release: async () => void (isReleased = true) });
    await new Promise(setImmediate);
    expect(isReleased).toBe(true);
  });

  describe('that are silent', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('have timed out some seconds after the timeout, and are told so', async () => {
      let given: LockWait | undefined;
      const { locks } = bench((wait) => {
        given = wait;
        return never;
      });
      let failure: unknown;
      void failureOf(locks.acquire('key', { timeout: 60_000 })).then((error) => (failure = error));
      await jest.advanceTimersByTimeAsync(61_000);
      expect([failure, given?.timeout, given?.signal?.aborted]).toEqual([undefined, 60_000, false]);
      await jest.advanceTimersByTimeAsync(5000);
      expect(failure).toMatchObject({
        name: 'LockTimeoutError',
        shortage: expect.stringContaining('acquire() has not settled') as unknown,
      });
      expect(given?.signal?.reason).toMatchObject({ name: 'LockTimeoutError' });
    });

    it.each([
      [60_000, 60_000],
      [50, 10_000],
    ])(
      'with a timeout of %i ms, have lost the lock after a release of %i',
      async (timeout, limit) => {
        const { locks } = bench(() => ({ lost, release: () => never }));
        const lock = await locks.acquire('key', { timeout });
        let failure: unknown;
        void failureOf(lock.release()).then((error) => (failure = error));
        await jest.advanceTimersByTimeAsync(limit - 1);
        expect(failure).toBeUndefined();
        await jest.advanceTimersByTimeAsync(1);
        expect(failure).toEqual(new Error(`release() has not settled for ${limit} ms`));
      },
    );
  });
});
