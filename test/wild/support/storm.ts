import { tally } from './contract.js';
import type { Running } from './running.js';

/** Writers who hold one tag and write at once: how many answers had each status. */
export async function storm(
  { send }: Running,
  path: string,
  { writers = 5 }: { readonly writers?: number } = {},
): Promise<Record<number, number>> {
  const { headers } = await send(`GET ${path}`);
  const answers = await Promise.all(
    Array.from({ length: writers }, (_, index) =>
      send(`PUT ${path}`, {
        headers: { 'If-Match': headers.etag ?? 'none' },
        body: { title: `by ${index} of those who saw ${headers.etag}` },
      }),
    ),
  );
  return tally(answers);
}

/** Of some rounds of five writers, each of a resource of its own: those that had not one winner and four refusals. */
export async function unfairRounds(
  running: Running,
  path: string,
  rounds = 20,
): Promise<Record<number, number>[]> {
  const tallies: Record<number, number>[] = [];
  for (let round = 1; round <= rounds; round++) {
    tallies.push(await storm(running, `${path}/${round}`));
  }
  return tallies.filter((each) => each[200] !== 1 || each[412] !== 4);
}
