import { shownKeys } from './shown-keys.js';

/**
 * A lock was not free in time, or there was no connection to ask for it. Recognise it by its `name`: an application may hold two copies of this package.
 *
 * @publicApi
 */
export class LockTimeoutError extends Error {
  override readonly name = 'LockTimeoutError';

  /**
   * @param keys what was to be locked.
   * @param timeout how long the caller waited, in milliseconds.
   * @param shortage what was missing to ask for the lock; unless it was held.
   */
  constructor(
    keys: readonly string[],
    timeout: number,
    readonly shortage?: string,
  ) {
    super(
      shortage === undefined
        ? `Another writer held the lock of ${shownKeys(keys)} for longer than ${timeout} ms`
        : `The lock of ${shownKeys(keys)} could not be asked for within ${timeout} ms: ${shortage}`,
    );
  }
}
