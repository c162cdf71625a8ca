import type { Cluster } from './cluster.js';
import { send } from './client.js';
import type { Answer, Write } from './client.js';
import { isSuccess } from './tally.js';

/** One request of a race: the same for everybody, or each writer's own. */
export type Writer = (index: number) => { readonly line: string; readonly write: Write };

/** Sends the requests of so many writers at once, spread over the processes. */
export function all(
  { urls }: Pick<Cluster, 'urls'>,
  writers: number,
  writer: Writer,
): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: writers }, (_, index) => {
      const { line, write } = writer(index);
      return send(urlFor(urls, index), line, write);
    }),
  );
}

/**
 * The same, in an order that does not depend on luck: everybody passes the guard before anybody writes. Then
 * they write at once, or each when the one before has its answer.
 */
export async function behindTheGuard(
  cluster: Cluster,
  order: 'at once' | 'one after another',
  writers: number,
  writer: Writer,
): Promise<Answer[]> {
  const names = Array.from({ length: writers }, (_, index) => `writer ${index}`);
  const answers = names.map((gate, index) => {
    const { line, write } = writer(index);
    return send(urlFor(cluster.urls, index), line, { ...write, gate });
  });
  await orAnswered(cluster.gate.gathered(names), answers);
  for (const [index, name] of names.entries()) {
    cluster.gate.open(name);
    if (order === 'one after another') await answers[index];
  }
  return Promise.all(answers);
}

/**
 * Waits for something that happens in the middle of a write.
 *
 * @throws Error when a write is answered before it has come so far, instead of waiting in vain.
 */
export async function orAnswered(
  event: Promise<unknown>,
  answers: readonly Promise<Answer>[],
): Promise<void> {
  const tooEarly = Promise.race(answers).then(({ status }) => {
    throw new Error(
      `A write was answered ${status} before it came to the point that the test waits for`,
    );
  });
  await Promise.race([event, tooEarly]);
}

export interface Counted {
  readonly successes: number;
  readonly refused: number;
  readonly failed: number;
}

/**
 * A client that counts up, for a number of attempts: it reads once, and from then on relies on the tag and the
 * body that its own writes are answered with. A 412 makes it read again, and so does an answer without a tag.
 */
export async function countUp(url: string, path: string, attempts: number): Promise<Counted> {
  const counted = { successes: 0, refused: 0, failed: 0 };
  const read = (): Promise<Answer> => persistently(() => send(url, `GET ${path}`));
  let known = await read();
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const edits = Number(known.body['edits']) + 1;
    const answer = await send(url, `PATCH ${path}`, { ifMatch: known.etag, body: { edits } });
    if (isSuccess(answer)) counted.successes += 1;
    else if (answer.status === 412) counted.refused += 1;
    else counted.failed += 1;
    known = isSuccess(answer) && answer.etag !== undefined ? answer : await read();
  }
  return counted;
}

/** As a client does that is told 5xx: sends the same again. A pool may still hold a connection that is dead. */
export async function persistently(attempt: () => Promise<Answer>): Promise<Answer> {
  let answer = await attempt();
  while (answer.status >= 500) answer = await attempt();
  return answer;
}

export function urlFor(urls: readonly string[], index: number): string {
  return urls[index % urls.length]!;
}
