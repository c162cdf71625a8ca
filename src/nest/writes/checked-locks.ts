import { InternalServerErrorException } from '@nestjs/common';
import type { OnceLog } from '../checks/log.js';
import { Deadline } from '../locks/deadline.js';
import { problemOfLock } from '../locks/lock-shape.js';
import type { LockWait, WriteLock, WriteLocks } from '../locks/write-locks.js';

/** Locks tell a timeout themselves, some of them late: MySQL rounds up to a second. After so many more milliseconds, they do not. */
const GRACE = 3000;

/** A release that takes less, in milliseconds, is slow, and not lost. */
const SHORTEST_RELEASE = 10_000;

const SILENT =
  'acquire() has not settled, although its timeout is over. It must reject with a LockTimeoutError then';

/**
 * The locks that an application gives, which may be its own: what they give is looked at, and no request waits for ever for an
 * answer of theirs.
 */
export class CheckedLocks implements Pick<WriteLocks, 'acquire'> {
  constructor(
    private readonly locks: Pick<WriteLocks, 'acquire'>,
    private readonly log: OnceLog,
  ) {}

  /**
   * @throws LockTimeoutError and the reason of the signal also where the locks do not; InternalServerErrorException when what
   * they give is no lock.
   */
  async acquire(key: string, { timeout, signal }: LockWait): Promise<WriteLock> {
    const wait = { timeout, ...(signal === undefined ? {} : { signal }) };
    const deadline = new Deadline([key], wait, SILENT);
    const ending = new AbortController();
    const acquiring = this.ask(key, { timeout, signal: ending.signal });
    const lock = await deadline.race(
      acquiring,
      (reason) => {
        // What comes now is for nobody.
        acquiring.then((late) => late.release()).catch(() => undefined);
        ending.abort(reason);
      },
      GRACE,
    );
    return { lost: lock.lost, release: () => released(lock, Math.max(timeout, SHORTEST_RELEASE)) };
  }

  /** Async, so that locks that throw, or give a lock and no promise, do as those that promise. */
  private async ask(key: string, wait: LockWait): Promise<WriteLock> {
    const given: unknown = await this.locks.acquire(key, wait);
    const problem = problemOfLock(given);
    if (problem === undefined) return given as WriteLock;
    this.log.error(`The locks of the option 'atomicity': ${problem}`);
    await (given as Partial<WriteLock> | null | undefined)?.release?.();
    throw Object.assign(new InternalServerErrorException(), { cause: new TypeError(problem) });
  }
}

/** @throws Error when nobody knows whether the lock was held until now. */
async function released(lock: WriteLock, patience: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new Error(`release() has not settled for ${patience} ms`));
    timer = setTimeout(fail, patience).unref();
  });
  try {
    await Promise.race([lock.release(), silent]);
  } finally {
    clearTimeout(timer);
  }
}
