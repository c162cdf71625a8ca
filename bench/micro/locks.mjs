import { part } from '../library.mjs';

const { processLocks } = await part('nest/locks/process-locks.js');
const all = processLocks();
const WAIT = { timeout: 30_000 };
const write = async () => undefined;

/** What the lock of a resource costs a write that nobody is in the way of. */
export const locks = [
  {
    name: 'locks: one writer',
    contestants: {
      'nestjs-etag': async () => {
        const lock = await all.acquire('articles 1', WAIT);
        await write();
        await lock.release();
      },
      'without a lock': write,
    },
  },
];
