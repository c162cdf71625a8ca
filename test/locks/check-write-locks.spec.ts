import { describe, expect, it } from '@jest/globals';
import { processLocks } from '../../src/nest/locks/index.js';
import type { LockWait, WriteLock, WriteLocks } from '../../src/nest/locks/index.js';
import { checkWriteLocks } from '../../src/testing/index.js';

/** Right locks, to be broken in one way each. */
class Locks implements WriteLocks {
  protected readonly right = processLocks();

  acquire(key: string, wait: LockWait): Promise<WriteLock> {
    return this.right.acquire(key, wait);
  }

  run<Result>(
    keys: readonly string[],
    work: () => Promise<Result>,
    wait?: Partial<LockWait>,
  ): Promise<Result> {
    return this.right.run(keys, work, wait);
  }
}

class WithoutLoss extends Locks {
  override async acquire(key: string, wait: LockWait): Promise<WriteLock> {
    const { release } = await super.acquire(key, wait);
    return { release } as WriteLock;
  }
}

class Unlocked extends Locks {
  override acquire(): Promise<WriteLock> {
    return super.acquire(String(Math.random()), { timeout: 1000 });
  }
}

class NamelessTimeout extends Locks {
  override async acquire(key: string, wait: LockWait): Promise<WriteLock> {
    return super.acquire(key, wait).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'LockTimeoutError') throw new Error('busy');
      throw error;
    });
  }
}

class LateTaker extends Locks {
  override acquire(key: string, wait: LockWait): Promise<WriteLock> {
    const taking = super.acquire(key, { timeout: 60_000 });
    return new Promise((resolve, reject) => {
      taking.then(resolve, reject);
      super.acquire(key, wait).then((lock) => lock.release(), reject);
    });
  }
}

class DeafToAborts extends Locks {
  override acquire(key: string, { timeout }: LockWait): Promise<WriteLock> {
    return super.acquire(key, { timeout });
  }
}

class ReleasedByAborts extends Locks {
  override async acquire(key: string, wait: LockWait): Promise<WriteLock> {
    const lock = await super.acquire(key, wait);
    wait.signal?.addEventListener('abort', () => void lock.release());
    return lock;
  }
}

/** Who asks last is served first. */
class Greedy extends Locks {
  private readonly waiting: (() => void)[] = [];
  private isHeld = false;

  override async acquire(key: string, wait: LockWait): Promise<WriteLock> {
    if (!key.includes('contended')) return super.acquire(key, wait);
    if (this.isHeld) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.isHeld = true;
    const release = async (): Promise<void> => {
      this.isHeld = false;
      this.waiting.pop()?.();
    };
    return { lost: new AbortController().signal, release };
  }
}

class ReleasesTwice extends Locks {
  private readonly holders = new Map<string, WriteLock>();

  override async acquire(key: string, wait: LockWait): Promise<WriteLock> {
    const lock = await super.acquire(key, wait);
    this.holders.set(key, lock);
    return { lost: lock.lost, release: async () => this.holders.get(key)?.release() };
  }
}

class AlwaysLost extends Locks {
  override async acquire(key: string, wait: LockWait): Promise<WriteLock> {
    const lock = await super.acquire(key, wait);
    return { lost: AbortSignal.abort(), release: () => lock.release() };
  }
}

class OneForAll extends Locks {
  override acquire(_key: string, wait: LockWait): Promise<WriteLock> {
    return super.acquire('all', wait);
  }
}

class ShortNames extends Locks {
  override acquire(key: string, wait: LockWait): Promise<WriteLock> {
    return super.acquire(key.slice(0, 200), wait);
  }
}

class CaseBlind extends Locks {
  override acquire(key: string, wait: LockWait): Promise<WriteLock> {
    return super.acquire(key.toLowerCase(), wait);
  }
}

class UnlockedBatches extends Locks {
  override run<Result>(_keys: readonly string[], work: () => Promise<Result>): Promise<Result> {
    return work();
  }
}

class BatchesOfAtLeastOne extends Locks {
  override run<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result> {
    if (keys.length === 0) throw new Error('syntax error at or near ")"');
    return super.run(keys, work);
  }
}

class BatchesThatStayLocked extends Locks {
  override async run<Result>(
    keys: readonly string[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    const locks: WriteLock[] = [];
    for (const key of [...new Set(keys)].sort()) {
      locks.push(await this.acquire(key, { timeout: 60_000 }));
    }
    const result = await work();
    for (const lock of locks) await lock.release();
    return result;
  }
}

class BatchesInTheirOwnOrder extends Locks {
  override async run<Result>(
    keys: readonly string[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    const [first, ...rest] = [...new Set(keys)];
    if (first === undefined) return work();
    const lock = await this.acquire(first, { timeout: 60_000 });
    await new Promise((resolve) => setImmediate(resolve));
    try {
      return await this.run(rest, work);
    } finally {
      await lock.release();
    }
  }
}

const BROKEN: readonly (readonly [new () => WriteLocks, string])[] = [
  [WithoutLoss, 'acquire() gives a lock'],
  [Unlocked, 'one writer of a resource at a time'],
  [NamelessTimeout, 'a lock that is held is refused when its time is over'],
  [LateTaker, 'who gave up leaves nothing behind'],
  [DeafToAborts, 'an abort ends the wait'],
  [ReleasedByAborts, 'an abort does not end a lock that is held'],
  [Greedy, 'everybody who waits gets a turn'],
  [ReleasesTwice, 'a second release() changes nothing'],
  [AlwaysLost, '`lost` aborts only when a lock is lost'],
  [OneForAll, 'different keys do not wait for each other'],
  [ShortNames, 'a key is any text, of any length'],
  [CaseBlind, 'a key is any text, of any length'],
  [UnlockedBatches, 'run() holds all locks while the work runs'],
  [BatchesOfAtLeastOne, 'run() of no keys runs the work. Error: syntax error'],
  [BatchesThatStayLocked, 'run() releases its locks when the work throws'],
  [BatchesInTheirOwnOrder, 'run() takes its locks in one order'],
];

const within = { shared: false, patience: 1500 };

describe('checkWriteLocks', () => {
  it('finds nothing in locks that keep the promises', async () => {
    await checkWriteLocks(() => new Locks(), within);
  });

  it.each(BROKEN.map(([Broken, promise]) => [Broken.name, promise, Broken] as const))(
    'says what %s break: %s',
    async (_, promise, Broken) => {
      await expect(checkWriteLocks(() => new Broken(), within)).rejects.toThrow(
        `WriteLocks break a promise: ${promise}`,
      );
    },
  );

  it.each([0, -1, NaN, Infinity])('refuses a patience of %s', async (patience) => {
    await expect(checkWriteLocks(processLocks, { patience })).rejects.toThrow(
      `not { patience: ${patience} }`,
    );
  });

  it('finds locks that do not exclude those of another process', async () => {
    await expect(checkWriteLocks(processLocks)).rejects.toThrow(
      'one writer of a resource at a time',
    );
  });
});
