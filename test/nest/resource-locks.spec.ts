import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { InternalServerErrorException, ServiceUnavailableException } from '@nestjs/common';
import { OnceLog } from '../../src/nest/checks/log.js';
import { LockTimeoutError } from '../../src/nest/locks/lock-timeout-error.js';
import { processLocks } from '../../src/nest/locks/process-locks.js';
import type { LockWait, WriteLock, WriteLocks } from '../../src/nest/locks/write-locks.js';
import { RefusalStyle } from '../../src/nest/refusals/refusals.js';
import { ResourceLocks } from '../../src/nest/writes/resource-locks.js';
import type { LockParts, ResourceLock } from '../../src/nest/writes/resource-locks.js';
import { everythingElse } from '../support/gate.js';

/** Keeps what is logged. */
class KeptLog extends OnceLog {
  readonly lines: string[] = [];

  override warn(sentence: string): void {
    this.lines.push(sentence);
  }

  override error(sentence: string): void {
    this.lines.push(sentence);
  }

  override errorEachTime(sentence: string): void {
    this.lines.push(sentence);
  }
}

/** The connection of a client. */
class Connection extends EventEmitter {
  destroyed = false;

  leave(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

class Bench {
  readonly log = new KeptLog();
  readonly fields: Record<string, string> = {};
  readonly locks: ResourceLocks;

  constructor(parts: Partial<LockParts> = {}) {
    this.locks = new ResourceLocks({
      locks: processLocks(),
      isShared: false,
      timeout: 30_000,
      style: new RefusalStyle(false, undefined),
      log: this.log,
      ...parts,
    });
  }

  take(
    key = 'key',
    connection = new Connection(),
    handlerName = 'Notes.put',
  ): Promise<ResourceLock> {
    return this.locks.take({
      key,
      handlerName,
      request: { socket: connection } as unknown as IncomingMessage,
      setField: (name, value) => {
        this.fields[name] = value;
      },
    });
  }
}

/** How a write was refused. */
async function refusalOf(taken: Promise<ResourceLock>): Promise<Record<string, unknown>> {
  const error: unknown = await taken.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ServiceUnavailableException);
  return (error as ServiceUnavailableException).getResponse() as Record<string, unknown>;
}

describe('the lock of a resource', () => {
  it('is given to one write at a time, in the order of their coming', async () => {
    const bench = new Bench();
    const order: string[] = [];
    const write = async (name: string): Promise<void> => {
      const lock = await bench.take();
      order.push(`${name} begins`);
      await everythingElse();
      order.push(`${name} ends`);
      await lock.release();
    };
    await Promise.all(['a', 'b', 'c'].map(write));
    expect(order).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('is another than that of another resource', async () => {
    const bench = new Bench();
    const locks = [await bench.take('a'), await bench.take('b')];
    expect(bench.locks.size).toBe(2);
    for (const lock of locks) await lock.release();
  });

  it('serves ten thousand who wait in the order of their coming, and is forgotten', async () => {
    const bench = new Bench();
    const order: number[] = [];
    const writers = Array.from({ length: 10_000 }, async (_, index) => {
      const lock = await bench.take();
      order.push(index);
      await lock.release();
    });
    expect(bench.locks.size).toBe(1);
    await Promise.all(writers);
    expect(order).toEqual(order.map((_, index) => index));
    expect(order).toHaveLength(10_000);
    expect(bench.locks.size).toBe(0);
  });
});

describe('a write that waits too long', () => {
  it('is told that others are busy, and when to try again', async () => {
    const bench = new Bench({ timeout: 1 });
    const lock = await bench.take();
    expect(await refusalOf(bench.take())).toMatchObject({ statusCode: 503, reason: 'busy' });
    expect(bench.fields).toEqual({ 'Retry-After': '1' });
    await lock.release();
    expect(bench.locks.size).toBe(0);
  });

  it('is logged with the handler that holds the lock, and for how long', async () => {
    const bench = new Bench({ timeout: 1 });
    const lock = await bench.take('key', new Connection(), 'Notes.slow');
    await refusalOf(bench.take());
    expect(bench.log.lines).toHaveLength(1);
    expect(bench.log.lines[0]).toMatch(
      /^Notes\.put waited 1 ms for the lock of key, and was answered 503\. Notes\.slow has held it for \d+ ms/,
    );
    await lock.release();
  });

  it('is told the same where it came while nobody had the lock yet', async () => {
    const bench = new Bench({ timeout: 1 });
    const first = bench.take();
    expect(await refusalOf(bench.take())).toMatchObject({ reason: 'busy' });
    await (await first).release();
    expect(bench.locks.size).toBe(0);
  });
});

describe('a client that leaves', () => {
  it('leaves the queue as well', async () => {
    const bench = new Bench();
    const lock = await bench.take();
    const connection = new Connection();
    const waiting = refusalOf(bench.take('key', connection));
    connection.leave();
    expect(await waiting).toMatchObject({
      message: expect.stringContaining('has left') as unknown,
    });
    expect(bench.log.lines).toEqual([]);
    await lock.release();
    expect(bench.locks.size).toBe(0);
  });

  it('is noticed when its turn comes, where it has left before it waits', async () => {
    const bench = new Bench();
    const lock = await bench.take();
    const connection = new Connection();
    connection.leave();
    const waiting = refusalOf(bench.take('key', connection));
    await lock.release();
    expect(await waiting).toMatchObject({
      message: expect.stringContaining('has left') as unknown,
    });
    expect(bench.locks.size).toBe(0);
  });

  it('is noticed where it came while nobody had the lock yet', async () => {
    const bench = new Bench();
    const connection = new Connection();
    const first = bench.take();
    const waiting = refusalOf(bench.take('key', connection));
    connection.leave();
    expect(await waiting).toMatchObject({
      message: expect.stringContaining('has left') as unknown,
    });
    await (await first).release();
  });
});

describe('an application that closes', () => {
  it('refuses all who wait, and asks their clients to go elsewhere', async () => {
    const bench = new Bench();
    const lock = await bench.take();
    const waiting = [1, 2, 3].map(() => refusalOf(bench.take()));
    bench.locks.close();
    for (const each of waiting) {
      expect(await each).toMatchObject({
        reason: 'busy',
        message: expect.stringContaining('shutting down') as unknown,
      });
    }
    expect(bench.fields).toEqual({ Connection: 'close' });
    await lock.release();
    expect(bench.locks.size).toBe(0);
  });

  it('refuses whoever would have to wait from then on, and nobody else', async () => {
    const bench = new Bench();
    const lock = await bench.take();
    bench.locks.close();
    expect(await refusalOf(bench.take())).toMatchObject({ reason: 'busy' });
    await lock.release();
    await (await bench.take()).release();
    expect(bench.locks.size).toBe(0);
  });

  it('refuses who came while nobody had the lock yet', async () => {
    const bench = new Bench();
    const first = bench.take();
    const waiting = refusalOf(bench.take());
    bench.locks.close();
    expect(await waiting).toMatchObject({
      message: expect.stringContaining('shutting down') as unknown,
    });
    await (await first).release();
  });
});

/** Locks that a server could lose. */
class LosableLocks implements WriteLocks {
  readonly controller = new AbortController();
  readonly acquired: LockWait[] = [];
  failure: Error | undefined;

  acquire(_: string, wait: LockWait): Promise<WriteLock> {
    this.acquired.push(wait);
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const release = (): Promise<void> =>
      this.controller.signal.aborted
        ? Promise.reject(this.controller.signal.reason as Error)
        : Promise.resolve();
    return Promise.resolve({ lost: this.controller.signal, release });
  }

  run(): never {
    throw new Error('not here');
  }
}

describe('a lock that other processes share', () => {
  it('says that it was lost, in the log with the name of the handler', async () => {
    const locks = new LosableLocks();
    const bench = new Bench({ locks, isShared: true });
    const lock = await bench.take();
    expect([lock.isShared, lock.isLost, bench.log.lines]).toEqual([true, false, []]);
    locks.controller.abort(new Error('The connection has ended'));
    expect(lock.isLost).toBe(true);
    expect(bench.log.lines).toEqual([
      'Notes.put has lost the lock of key while it was at work, so that another writer may have worked at the same time: Error: The connection has ended',
    ]);
    await expect(lock.release()).rejects.toThrow('The connection has ended');
    expect(bench.locks.size).toBe(0);
  });

  it('may be lost before it is given', async () => {
    const locks = new LosableLocks();
    locks.controller.abort(new Error('The connection has ended'));
    const lock = await new Bench({ locks, isShared: true }).take();
    expect(lock.isLost).toBe(true);
  });

  it('is held by another process where nobody of this one has it', async () => {
    const locks = new LosableLocks();
    locks.failure = new LockTimeoutError(['key'], 30_000);
    const bench = new Bench({ locks, isShared: true });
    expect(await refusalOf(bench.take())).toMatchObject({ reason: 'busy' });
    expect(bench.log.lines[0]).toContain('Another process holds it.');
    expect(bench.locks.size).toBe(0);
  });

  it('is not said to be held where no connection was left to ask for it', async () => {
    const locks = new LosableLocks();
    locks.failure = new LockTimeoutError(['key'], 30_000, 'all connections are taken');
    const bench = new Bench({ locks, isShared: true });
    expect(await refusalOf(bench.take())).toMatchObject({
      reason: 'busy',
      message: expect.stringMatching(/^There was no way to lock this in time/) as unknown,
    });
    expect(bench.fields).toEqual({ 'Retry-After': '1' });
    expect(bench.log.lines).toEqual([
      'Notes.put waited 30000 ms for the lock of key, which could not be asked for, and was answered 503: all connections are taken',
    ]);
  });

  it('passes on what the server says that is away', async () => {
    const locks = new LosableLocks();
    locks.failure = new Error('connect ECONNREFUSED');
    await expect(new Bench({ locks, isShared: true }).take()).rejects.toBe(locks.failure);
  });

  it('is not asked for when the application closes: nobody knows how long another process has it', async () => {
    const locks = new LosableLocks();
    const bench = new Bench({ locks, isShared: true });
    await (await bench.take()).release();
    bench.locks.close();
    expect(await refusalOf(bench.take())).toMatchObject({
      reason: 'busy',
      message: expect.stringContaining('shutting down') as unknown,
    });
    expect(bench.fields).toEqual({ Connection: 'close' });
    expect(locks.acquired).toHaveLength(1);
    expect(bench.locks.size).toBe(0);
  });

  it('is no lock where the locks of the application give none: the write fails', async () => {
    const locks = {
      acquire: () => Promise.resolve(null as unknown as WriteLock),
      run: () => never,
    };
    const bench = new Bench({ locks, isShared: true });
    await expect(bench.take()).rejects.toBeInstanceOf(InternalServerErrorException);
    expect(bench.log.lines).toEqual([
      expect.stringMatching(/acquire\(\) must resolve with a lock/),
    ]);
    expect(bench.locks.size).toBe(0);
  });
});

const never = new Promise<never>(() => undefined);
