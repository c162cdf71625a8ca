import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from '../statistics.mjs';

const COUNTS = [0, 100, 1_000];
const ROUNDS = 9;
const BOOT = fileURLToPath(new URL('boot.mjs', import.meta.url));

/** Nothing on the controllers, a guard that does nothing on each, `@ETag()` and `@IfMatch()` on each. */
const KINDS = ['bare', 'idle guard', 'ours'];

/** Half of the routes read and half of them write. */
export const guardedRoutes = {
  name: 'Guarded routes: milliseconds of CPU time to boot, and memory (Fastify)',
  head: [
    'routes',
    ...KINDS,
    ...KINDS.slice(1).map((kind) => `ms more per 100 routes, ${kind}`),
    ...KINDS.map((kind) => `KB per route, ${kind}`),
  ],
  rows: async () => {
    const none = await bootAll(0);
    const rows = [];
    for (const count of COUNTS) {
      const booted = await bootAll(count);
      const grown = booted.map(({ cpu, heap }, index) => ({
        cpu: cpu - none[index].cpu,
        heap: heap - none[index].heap,
      }));
      const more = grown.slice(1).map(({ cpu }) => ((cpu - grown[0].cpu) / count) * 100);
      const memory = grown.map(({ heap }) => heap / count / 1024);
      rows.push([
        count,
        ...booted.map(({ cpu }) => cpu.toFixed(0)),
        ...[...more, ...memory].map((each) => (count === 0 ? '–' : each.toFixed(1))),
      ]);
    }
    return rows;
  },
};

/** One application of each kind, round by round. */
async function bootAll(count) {
  const samples = KINDS.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, kind] of KINDS.entries()) samples[index].push(await boot(count, kind));
  }
  return samples.map((each) => ({
    cpu: median(each.map(({ cpu }) => cpu)),
    heap: median(each.map(({ heap }) => heap)),
  }));
}

async function boot(count, kind) {
  const child = fork(BOOT, [String(count), kind], { execArgv: ['--expose-gc'] });
  const [measured] = await once(child, 'message');
  await once(child, 'exit');
  return measured;
}
