import type { Connection } from './connection.js';
import { asSent, contains, isJsonObject, isSame, own } from './json.js';
import { MidAirCollision } from './mid-air-collision.js';
import type { Write } from './prepare-write.js';
import { readAfresh } from './read.js';
import type { Representation } from './representation.js';
import { isResponseError } from './response-error.js';
import type { Verdict } from './verdict.js';

/** Reads what is there now and tells what a refused write collided with. */
export async function collisionOf<T>(
  connection: Connection,
  write: Write<T>,
  { response, reason }: Pick<Verdict, 'response' | 'reason'>,
): Promise<MidAirCollision<T>> {
  const { init, ...what } = write;
  const refusal = { ...what, response, reason };
  try {
    const theirs = await readAfresh<T>(connection, write.url, init);
    return new MidAirCollision({ ...refusal, theirs, alreadyApplied: isApplied(write, theirs) });
  } catch (cause) {
    init.signal?.throwIfAborted();
    const gone = isResponseError(cause) && (cause.status === 404 || cause.status === 410);
    const alreadyApplied = gone && write.method === 'DELETE';
    return new MidAirCollision({ ...refusal, theirs: undefined, alreadyApplied, cause });
  }
}

/** What a PATCH makes of the representation it was started from; any other body is the whole. */
export function wholeOf({
  method,
  base,
  mine,
}: Pick<Write<unknown>, 'method' | 'base' | 'mine'>): unknown {
  return method === 'PATCH' && isJsonObject(base?.body) && isJsonObject(mine)
    ? { ...base.body, ...mine }
    : mine;
}

/** Whether what the write changes in its base is in `theirs` already; all of it, if it changes nothing. */
function isApplied<T>(write: Write<T>, theirs: Representation<T>): boolean {
  if (write.method === 'DELETE') return false;
  const mine = asSent(wholeOf(write));
  const base = write.base?.body;
  return base === undefined || isSame(base, mine)
    ? contains(theirs.body, asSent(write.mine))
    : isIn(theirs.body, base, mine);
}

/** Whether `theirs` has every change from `base` to `mine`. */
function isIn(theirs: unknown, base: unknown, mine: unknown): boolean {
  if (isSame(mine, base) || isSame(mine, theirs)) return true;
  if (!isJsonObject(theirs) || !isJsonObject(base) || !isJsonObject(mine)) return false;
  return Object.keys({ ...base, ...mine }).every((key) =>
    isIn(own(theirs, key), own(base, key), own(mine, key)),
  );
}
