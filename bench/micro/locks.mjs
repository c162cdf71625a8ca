import { part } from '../library.mjs';

const { processLocks } = await part('nest/locks/index.js');
const all = processLocks();
const write = async () => undefined;

/** What the lock of a resource costs a write that nobody is in the way of. */
export const locks = [
  {
    name: 'locks: one writer, in this process',
    contestants: {
      'nestjs-etag': async () => {
        const lock = await all.acquire('articles 1', { timeout: 30_000 });
        await write();
        await lock.release();
      },
      'without a lock': write,
    },
  },
];
