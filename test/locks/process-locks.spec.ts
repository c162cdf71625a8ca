import { describe, expect, it } from '@jest/globals';
import { processLocks } from '../../src/nest/locks/index.js';
import { checkWriteLocks } from '../../src/testing/index.js';
import { everythingElse } from '../support/gate.js';

const wait = { timeout: 10_000 };

describe('processLocks()', () => {
  it('keeps the promises of WriteLocks, among the writers of one instance', async () => {
    await checkWriteLocks(processLocks, { shared: false });
  });

  it('serves ten thousand writers in the order in which they came', async () => {
    const locks = processLocks();
    const served: number[] = [];
    const writers = Array.from({ length: 10_000 }, async (_, index) => {
      const lock = await locks.acquire('one', wait);
      served.push(index);
      await lock.release();
    });
    await Promise.all(writers);
    expect(served).toEqual(writers.map((_, index) => index));
  });

  it('refuses a wait that is no time, and says what to write', async () => {
    const locks = processLocks();
    for (const timeout of [0, -1, Number.NaN, '5' as unknown as number]) {
      await expect(locks.acquire('a', { timeout })).rejects.toThrow('{ timeout: 30_000 }');
    }
    await (await locks.acquire('a', { timeout: Infinity })).release();
  });

  it('names the key and the time in its timeout, and shortens a long key', async () => {
    const locks = processLocks();
    const key = `articles ${'x'.repeat(1000)}`;
    await locks.acquire(key, wait);
    const error = await locks.acquire(key, { timeout: 20 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'LockTimeoutError',
      message: expect.stringMatching(/^Another writer .*"articles x+… for longer than 20 ms$/),
    });
    expect((error as Error).message.length).toBeLessThan(250);
  });

  it('does not begin the work of a batch before it has all locks', async () => {
    const locks = processLocks();
    const held = await locks.acquire('b', wait);
    let begun = false;
    const batch = locks.run(['a', 'b'], async () => {
      begun = true;
    });
    await everythingElse();
    expect(begun).toBe(false);
    await held.release();
    await batch;
    expect(begun).toBe(true);
  });

  it('gives back the first locks of a batch that does not get the last', async () => {
    const locks = processLocks();
    await locks.acquire('b', wait);
    const batch = locks.run(['a', 'b'], () => Promise.resolve(), { timeout: 20 });
    await expect(batch).rejects.toMatchObject({ name: 'LockTimeoutError' });
    await (await locks.acquire('a', wait)).release();
  });

  it('waits as long as it does by default where the timeout of a batch is undefined', async () => {
    const given: { timeout?: number } = { timeout: undefined } as object;
    expect(await processLocks().run(['a'], async () => 'done', given)).toBe('done');
  });

  it('runs a batch of nothing without a lock', async () => {
    expect(await processLocks().run([], async () => 'done')).toBe('done');
  });
});
