import { part } from '../library.mjs';
import { timed } from './timed.mjs';

const COUNTS = [1, 10, 100, 1_000, 10_000];

/** Writers of one resource who all come at once, and take turns. */
export const waitingWriters = {
  name: 'Waiting writers of one resource: microseconds until all have had their turn',
  head: ['writers', 'µs', 'µs a writer', 'resources watched afterwards'],
  rows: async () => {
    const { Turns } = await part('nest/writes/turns.js');
    const turns = new Turns();
    const rows = [];
    for (const count of COUNTS) {
      const time = await timed(() => writeAtOnce(turns, count), Math.ceil(20_000 / count));
      rows.push([count, time.toFixed(1), (time / count).toFixed(2), turns.size]);
    }
    return rows;
  },
};

function writeAtOnce(turns, count) {
  const write = async () => undefined;
  return Promise.all(
    Array.from({ length: count }, () => turns.watch('articles 1').takeTurn(write)),
  );
}
