import { part } from '../library.mjs';
import { timed } from './timed.mjs';

const COUNTS = [1, 5, 50, 500, 5_000];
const OPAQUE = '77bc43ac22bb2f5a9fbab5a32554a5d3';

/** If-None-Match with more and more tags, of which the last one is the current one. */
export const tagsInAField = {
  name: 'Tags in a field: microseconds to read and compare them',
  head: ['tags', 'µs', 'µs a tag'],
  rows: async () => {
    const { evaluatePreconditions } = await part('http/index.js');
    const current = { exists: true, etag: { weak: false, opaque: OPAQUE } };
    const rows = [];
    for (const count of COUNTS) {
      const others = Array.from(
        { length: count - 1 },
        (_, each) => `"${String(each).padStart(32, '0')}"`,
      );
      const ifNoneMatch = [...others, `"${OPAQUE}"`].join(', ');
      const time = await timed(
        () => evaluatePreconditions('GET', { ifNoneMatch }, current),
        Math.ceil(200_000 / count),
      );
      rows.push([count, time.toFixed(2), (time / count).toFixed(3)]);
    }
    return rows;
  },
};
