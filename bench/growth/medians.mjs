import { measure } from '../load.mjs';
import { median } from '../statistics.mjs';

/**
 * What some cells cost for a request, in microseconds of CPU time: the medians of some rounds, A B C A B C …, of which the first
 * does not count.
 *
 * @param cells a `server`, a `scenario` and a `size` each.
 */
export async function medians(cells, rounds) {
  const samples = cells.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, cell] of cells.entries()) {
      const { cpu } = await measure({ ...cell, milliseconds: 250 });
      if (round > 0) samples[index].push(cpu);
    }
  }
  return samples.map((cpu) => median(cpu).toFixed(1));
}
