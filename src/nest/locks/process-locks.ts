import { QueuedLocks } from './queued-locks.js';
import type { WriteLocks } from './write-locks.js';

/**
 * Locks within this process: for one instance, for tests, and for batches beside `atomicity: 'process'`. They are
 * never lost. Those of another call are other locks.
 *
 * @publicApi
 */
export function processLocks(): WriteLocks {
  return new QueuedLocks(() => Promise.resolve(() => Promise.resolve()));
}
