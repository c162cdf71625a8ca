import { shownKeys } from './shown-keys.js';

/**
 * A lock was not free in time. Recognise it by its `name`: an application may hold two copies of this package.
 *
 * @publicApi
 */
export class LockTimeoutError extends Error {
  override readonly name = 'LockTimeoutError';

  /**
   * @param keys what was to be locked.
   * @param timeout how long the caller waited, in milliseconds.
   */
  constructor(keys: readonly string[], timeout: number) {
    super(`Another writer held the lock of ${shownKeys(keys)} for longer than ${timeout} ms`);
  }
}
