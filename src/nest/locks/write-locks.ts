/**
 * Locks that several processes share: one writer of a resource at a time.
 *
 * `postgresLocks()`, `mysqlLocks()`, `redisLocks()` and `processLocks()` make them. For locks of your own,
 * `checkWriteLocks()` of `nestjs-etag/testing` checks every promise below.
 *
 * @publicApi
 */
export interface WriteLocks {
  /**
   * Takes the lock of a resource, and waits for it where another writer has it.
   *
   * @param key which resource: any text, of any length.
   * @throws LockTimeoutError when the lock was not free within `wait.timeout` milliseconds; the reason of
   * `wait.signal` when that aborts; the driver's own error when the server is away.
   */
  acquire(key: string, wait: LockWait): Promise<WriteLock>;
  /**
   * Takes several locks in one fixed order, runs the work, and releases them: for batches. Two batches with
   * the same keys in another order wait for one another, and never deadlock.
   *
   * @param keys which resources; one that is named twice is locked once. Where there are none, the work runs without a lock.
   * @param work begins when all locks are held.
   * @param wait `timeout` is 30,000 milliseconds by default, for all keys together.
   * @returns what the work returned.
   * @throws whatever the work throws; LockLostError when the work succeeded and a lock had been lost before its end;
   * and whatever {@link acquire} throws, before the work has begun.
   */
  run<Result>(
    keys: readonly string[],
    work: () => Promise<Result>,
    wait?: Partial<LockWait>,
  ): Promise<Result>;
}

/**
 * How long to wait for a lock.
 *
 * @publicApi
 */
export interface LockWait {
  /** In milliseconds, more than 0. */
  readonly timeout: number;
  /** Ends the wait early. A lock that is held already is not released by it. */
  readonly signal?: AbortSignal;
}

/**
 * A lock that is held.
 *
 * @publicApi
 */
export interface WriteLock {
  /**
   * Aborts, with a `LockLostError` as its reason, when the lock is lost before it was released: the connection
   * ended, the lease ran out, the server was restarted. A lock that cannot be lost has a signal that never aborts:
   * `new AbortController().signal`.
   */
  readonly lost: AbortSignal;
  /**
   * Releases the lock. A second call changes nothing and settles as the first.
   *
   * @throws LockLostError when the lock was lost before, or turns out to be lost now.
   */
  release(): Promise<void>;
}
