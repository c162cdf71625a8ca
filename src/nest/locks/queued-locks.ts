import { Deadline } from './deadline.js';
import { HeldLock } from './held-lock.js';
import { LocalQueue } from './local-queue.js';
import type { LockWait, WriteLock, WriteLocks } from './write-locks.js';

/** How long a batch waits for its locks, in milliseconds, unless it says otherwise. */
const DEFAULT_TIMEOUT = 30_000;

/**
 * Takes locks on a server, one holder for all of these keys.
 *
 * @param keys distinct, in an order that is the same everywhere.
 * @param deadline until when to wait.
 * @param lose to be called when the locks are lost.
 * @returns lets go on the server; it rejects when it turns out that the locks had been lost.
 */
export type TakeOnServer = (
  keys: readonly string[],
  deadline: Deadline,
  lose: (cause: unknown) => void,
) => Promise<() => Promise<void>>;

/** Locks that queue within this process first, so that one waiter for each key goes to the server. */
export class QueuedLocks implements WriteLocks {
  private readonly queue = new LocalQueue();

  constructor(private readonly takeOnServer: TakeOnServer) {}

  async acquire(key: string, wait: LockWait): Promise<WriteLock> {
    return this.take([key], wait);
  }

  async run<Result>(
    keys: readonly string[],
    work: () => Promise<Result>,
    { timeout = DEFAULT_TIMEOUT, ...rest }: Partial<LockWait> = {},
  ): Promise<Result> {
    // Nothing to lock: the server is not asked, and work that touches nothing waits for nobody.
    if (keys.length === 0) return work();
    const lock = await this.take([...new Set(keys)].sort(), { timeout, ...rest });
    let result: Result;
    try {
      result = await work();
    } catch (error) {
      // The caller hears that the work failed; a lock that was lost as well changes nothing about it.
      await lock.release().catch(() => undefined);
      throw error;
    }
    await lock.release();
    return result;
  }

  private async take(keys: readonly string[], wait: LockWait): Promise<WriteLock> {
    const deadline = new Deadline(keys, wait);
    const turns: (() => void)[] = [];
    const lock = new HeldLock(keys, () => turns.forEach((leave) => leave()));
    let letGoOnServer: () => Promise<void>;
    try {
      for (const key of keys) turns.push(await this.queue.enter(key, deadline));
      letGoOnServer = await this.takeOnServer(keys, deadline, (cause) => lock.lose(cause));
    } catch (error) {
      turns.forEach((leave) => leave());
      throw error;
    }
    return lock.hold(letGoOnServer);
  }
}
