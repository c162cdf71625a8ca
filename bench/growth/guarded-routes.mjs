import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from '../statistics.mjs';

const COUNTS = [0, 100, 1_000];
const ROUNDS = 5;
const BOOT = fileURLToPath(new URL('boot.mjs', import.meta.url));

/** Half of the routes read and half of them write; `with` is with `@ETag()` and `@IfMatch()` on each controller. */
export const guardedRoutes = {
  name: 'Guarded routes: milliseconds of CPU time to boot, and memory (Fastify)',
  head: [
    'routes',
    'without',
    'with',
    'ms per 100 routes',
    'KB per route without',
    'KB per route with',
  ],
  rows: async () => {
    const none = await bootBoth(0);
    const rows = [];
    for (const count of COUNTS) {
      const [without, guarded] = await bootBoth(count);
      const extra = guarded.cpu - without.cpu - (none[1].cpu - none[0].cpu);
      const memory = [without.heap - none[0].heap, guarded.heap - none[1].heap];
      rows.push([
        count,
        without.cpu.toFixed(0),
        guarded.cpu.toFixed(0),
        count === 0 ? '–' : ((extra / count) * 100).toFixed(1),
        ...memory.map((bytes) => (count === 0 ? '–' : (bytes / count / 1024).toFixed(1))),
      ]);
    }
    return rows;
  },
};

/** One application without the library and one with it, round by round. */
async function bootBoth(count) {
  const samples = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, guarded] of [false, true].entries()) {
      samples[index].push(await boot(count, guarded));
    }
  }
  return samples.map((each) => ({
    cpu: median(each.map(({ cpu }) => cpu)),
    heap: median(each.map(({ heap }) => heap)),
  }));
}

async function boot(count, guarded) {
  const child = fork(BOOT, [String(count), String(guarded)], { execArgv: ['--expose-gc'] });
  const [measured] = await once(child, 'message');
  await once(child, 'exit');
  return measured;
}
