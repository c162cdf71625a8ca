import { part } from '../library.mjs';
import { timed } from './timed.mjs';

const COUNTS = [1, 10, 100, 1_000, 10_000];

/** Writers of one resource who all come at once, and get its lock one after another. */
export const waitingWriters = {
  name: 'Waiting writers of one resource: microseconds until all have held its lock',
  head: ['writers', 'µs', 'µs a writer'],
  rows: async () => {
    const { processLocks } = await part('nest/locks/index.js');
    const locks = processLocks();
    const rows = [];
    for (const count of COUNTS) {
      const time = await timed(() => writeAtOnce(locks, count), Math.ceil(20_000 / count));
      rows.push([count, time.toFixed(1), (time / count).toFixed(2)]);
    }
    return rows;
  },
};

function writeAtOnce(locks, count) {
  const write = async () => {
    const lock = await locks.acquire('articles 1', { timeout: 30_000 });
    await lock.release();
  };
  return Promise.all(Array.from({ length: count }, write));
}
