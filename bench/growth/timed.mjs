import { median } from '../statistics.mjs';

const ROUNDS = 9;

/** The CPU time of this process for one call, in microseconds: the median of some rounds of `times` calls each. */
export async function timed(run, times = 1000) {
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let time = 0; time < times; time++) {
      const result = run();
      if (result instanceof Promise) await result;
    }
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / times);
  }
  return median(rounds.slice(1));
}
