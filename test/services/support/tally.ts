import type { Answer } from './client.js';

/** How many answers had which status. */
export type Tally = Readonly<Record<number, number>>;

export function tally(answers: readonly Answer[]): Tally {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export function isSuccess({ status }: Pick<Answer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

export function successes(answers: readonly Answer[]): number {
  return answers.filter(isSuccess).length;
}
