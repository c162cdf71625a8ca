import { shownKeys } from './shown-keys.js';

/**
 * A lock was lost before it was released, so another writer may have worked at the same time. Recognise it by
 * its `name`: an application may hold two copies of this package.
 *
 * @publicApi
 */
export class LockLostError extends Error {
  override readonly name = 'LockLostError';

  /**
   * @param keys what was locked.
   * @param cause what ended the lock, as the driver said it.
   */
  constructor(keys: readonly string[], cause: unknown) {
    super(
      `The lock of ${shownKeys(keys)} was lost before it was released: another writer may have changed it meanwhile`,
      { cause },
    );
  }
}
