import { bodyOf, declaresJson } from './answer.js';
import type { Connection } from './connection.js';
import { asSent, contains, isJsonObject, isSame } from './json.js';
import { MidAirCollision } from './mid-air-collision.js';
import type { Write } from './prepare-write.js';
import { readAfresh } from './read.js';
import type { Representation } from './representation.js';
import { isResponseError } from './response-error.js';
import { threeWayMerge } from './three-way-merge.js';

/** What is known of a refusal: the 412, or the reason it gave. */
export interface Refusal {
  readonly response?: Response | undefined;
  readonly reason?: string | undefined;
}

/** Reads what is there now and tells what a refused write collided with. */
export async function collisionOf<T>(
  connection: Connection,
  write: Write<T>,
  { response, reason }: Refusal,
): Promise<MidAirCollision<T>> {
  const { init, ...what } = write;
  const refusal = { response, reason: reason ?? (await reasonOf(response)) };
  try {
    const theirs = await readAfresh<T>(connection, write.url, init);
    const alreadyApplied = isApplied(write, theirs);
    return new MidAirCollision({ ...what, ...refusal, theirs, alreadyApplied });
  } catch (cause) {
    const gone = isResponseError(cause) && (cause.status === 404 || cause.status === 410);
    const alreadyApplied = gone && write.method === 'DELETE';
    return new MidAirCollision({ ...what, ...refusal, theirs: undefined, alreadyApplied, cause });
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
  if (base === undefined || isSame(base, mine)) return contains(theirs.body, asSent(write.mine));
  const { merged, conflicts } = threeWayMerge(base, mine, theirs.body);
  return conflicts.length === 0 && isSame(merged, theirs.body);
}

/** The `reason` in the body of a 412, as nestjs-etag gives it. */
async function reasonOf(response: Response | undefined): Promise<string | undefined> {
  if (!response || response.bodyUsed || !declaresJson(response.headers)) return undefined;
  const body = await bodyOf(response.clone()).catch(() => undefined);
  const reason = isJsonObject(body) ? body['reason'] : undefined;
  return typeof reason === 'string' ? reason : undefined;
}
