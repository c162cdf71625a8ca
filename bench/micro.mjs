/**
 * `npm run bench:micro`: the steps that every tag goes through, each beside the best library for it. Nanoseconds, the
 * median; what is compared gives the same answer, or says so.
 *
 *   --only=<pattern>   groups whose name matches, such as 'parsing'
 */
import { parseArgs } from 'node:util';
import { Bench } from 'tinybench';
import { canonical } from './micro/canonical.mjs';
import { digest } from './micro/digest.mjs';
import { locks } from './micro/locks.mjs';
import { parsing } from './micro/parsing.mjs';
import { selection } from './micro/selection.mjs';

import { table } from './tables.mjs';

/** A clock that is looked at each time would be most of what it measures. */
const TIMES = 20;

const { values: options } = parseArgs({ options: { only: { type: 'string', default: '' } } });

for (const group of [...parsing, ...digest, ...selection, ...canonical, ...locks]) {
  if (!new RegExp(options.only).test(group.name)) continue;
  process.stdout.write(
    `### ${group.name}\n\n${table(['', 'ns', 'times ours'], await timed(group))}\n`,
  );
}

/** The contestants of a group, ours first. */
async function timed({ contestants }) {
  const bench = new Bench({ time: 300, warmupTime: 100 });
  for (const [name, run] of Object.entries(contestants)) bench.add(name, manyTimes(run));
  await bench.run();
  const ours = nanoseconds(bench.tasks[0]);
  return bench.tasks.map((task) => [
    task.name,
    nanoseconds(task).toFixed(0),
    (nanoseconds(task) / ours).toFixed(2),
  ]);
}

function manyTimes(run) {
  if (run() instanceof Promise) {
    return async () => {
      for (let time = 0; time < TIMES; time++) await run();
    };
  }
  return () => {
    for (let time = 0; time < TIMES; time++) run();
  };
}

function nanoseconds({ result }) {
  if (result.error !== undefined) throw result.error;
  return (result.latency.p50 * 1_000_000) / TIMES;
}
