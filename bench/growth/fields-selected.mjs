import { part } from '../library.mjs';
import { timed } from './timed.mjs';

const COUNTS = [1, 2, 5, 20, 100];

/** `@WeakETag()` with more and more fields of an entity that has a hundred. */
export const fieldsSelected = {
  name: 'Selected fields: microseconds to select them and to make their text',
  head: ['fields', 'µs', 'µs a field'],
  rows: async () => {
    const { compileSelection } = await part('representation/selection.js');
    const fields = Array.from({ length: 100 }, (_, number) => `field${number}`);
    const entity = Object.fromEntries(fields.map((field) => [field, `the value of ${field}`]));
    const rows = [];
    for (const count of COUNTS) {
      const selection = compileSelection(fields.slice(0, count));
      const time = await timed(() => selection.text(entity), Math.ceil(200_000 / count));
      rows.push([count, time.toFixed(2), (time / count).toFixed(3)]);
    }
    return rows;
  },
};
