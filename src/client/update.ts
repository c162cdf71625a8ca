import { exponentialBackoff, wait } from './backoff.js';
import { wholeOf } from './collision-of.js';
import type { Connection, RequestOptions } from './connection.js';
import { lostAnswer } from './failure.js';
import { asSent, contains, isJsonObject, isSame } from './json.js';
import { isLostAnswer, type LostAnswerError } from './lost-answer-error.js';
import { isMidAirCollision, MergeConflict, type MidAirCollision } from './mid-air-collision.js';
import { prepareWrite, refuseForeign } from './prepare-write.js';
import { readAfresh, remembered } from './read.js';
import { reasonIn } from './reason.js';
import { isRepresentation, type Representation, type Target } from './representation.js';
import { isResponseError } from './response-error.js';
import { retryAfter } from './retry-after.js';
import { threeWayMerge } from './three-way-merge.js';
import { isFromGateway, type Verdict } from './verdict.js';
import { carryOut } from './write.js';

/** How many milliseconds a server may ask to wait (`Retry-After`) before the caller is told instead. */
const LONGEST_PAUSE = 60_000;

/** How `update()` saves and how persistent it is, beside what `fetch` takes. */
export interface UpdateOptions extends RequestOptions {
  /**
   * `'PATCH'`: what `change` returns is only the properties to change. A server merges them in, and
   * they need no others.
   *
   * @default 'PUT'
   */
  method?: 'PUT' | 'PATCH';
  /**
   * For forms: after a collision `change` is not applied again; what it made of the representation
   * you started from is merged with what is there now, property by property
   * ({@link threeWayMerge}), and a {@link MergeConflict} lists what both sides changed. Starts from
   * the representation given or remembered, because that is what the person saw.
   *
   * Not for computed values: of two people who count 5 up to 6, a merge sees that both wanted 6.
   *
   * @default false
   */
  merge?: boolean;
  /**
   * How often to try before the collision is yours. Of n writers at once the last one may need n.
   *
   * @default 20
   */
  attempts?: number;
  /**
   * How many milliseconds to wait after the nth refusal (1, 2, …).
   *
   * @default a random time below a bound that doubles from 40 ms up to a second
   */
  backoff?: (attempt: number) => number;
}

/** Makes a new representation (or, for PATCH, the changed properties) out of the current one, which is its own copy. */
export type Change<T> = (current: T) => NoInfer<Partial<T>> | Promise<NoInfer<Partial<T>>>;

/** Reads, changes and saves until nobody was faster. See `ETagClient.update`. */
export async function update<T = unknown>(
  connection: Connection,
  target: Target<T>,
  change: Change<T>,
  options: UpdateOptions = {},
): Promise<Representation<T>> {
  const {
    method = 'PUT',
    merge = false,
    attempts = 20,
    backoff = exponentialBackoff,
    ...init
  } = options;
  let current = await startFrom(connection, target, init, merge);
  const plan = merge ? merging(current, change, method) : reapplying(change);
  let collision: MidAirCollision<T> | undefined;
  let lost: LostAnswerError<T> | undefined;

  for (let attempt = 1; ; attempt += 1) {
    const mine = await plan(current, collision);
    if (isThere(method, current, mine)) return current;
    // Ours or somebody else's? Applying the change again could apply it twice.
    if (lost && !merge && lost.base?.etag !== current.etag)
      throw lostAnswer(lost, lost.cause, current);

    const write = prepareWrite(connection, method, current, mine, init);
    let again = attempt < attempts;
    let isAnswered = false;
    let isOutage = false;
    const pause = async (verdict: Verdict): Promise<void> => {
      isAnswered = true;
      isOutage = verdict.response.status !== 500;
      const asked = retryAfter(verdict.response);
      again &&= isWorthRepeating(verdict) && asked <= LONGEST_PAUSE;
      if (again) await wait(Math.max(asked, backoff(attempt)), init.signal);
    };
    try {
      return await carryOut(connection, write, pause);
    } catch (error) {
      if (!again) throw error;
      if (isMidAirCollision<T>(error)) {
        if (!error.theirs || isPointless(error, collision)) throw error;
        collision = error;
        current = error.theirs;
      } else if (isLostAnswer<T>(error)) {
        // Only a gateway's outage lasts. No answer at all, twice, is no accident: offline, or a preflight
        // that CORS refuses; and a page with 500 is the application's then.
        if (lost && !isOutage) throw error;
        if (!isAnswered) await wait(backoff(attempt), init.signal);
        lost = error;
        current = await readBack(connection, lost, current, init);
      } else if (!isBusy(error)) {
        throw error;
      }
    }
  }
}

/** What the next attempt sends, given what is there now and, after a refusal, what it collided with. */
type Plan<T> = (current: Representation<T>, collision?: MidAirCollision<T>) => Promise<unknown>;

function reapplying<T>(change: Change<T>): Plan<T> {
  return (current) => apply(change, current);
}

function merging<T>(base: Representation<T>, change: Change<T>, method: 'PUT' | 'PATCH'): Plan<T> {
  let mine: unknown;
  return async (current, collision) => {
    if (current === base) return (mine ??= await apply(change, base));
    const { merged, conflicts } = threeWayMerge(
      base.body,
      wholeOf({ method, base, mine }),
      current.body,
    );
    if (conflicts.length > 0) {
      const { url } = current;
      const { reason, response } = collision ?? {};
      throw new MergeConflict(
        { method, url, base, mine, theirs: current, reason, response, alreadyApplied: false },
        conflicts,
        merged,
      );
    }
    return method === 'PATCH' ? only(mine, merged) : merged;
  };
}

/** The change gets a copy, so that one which works in place cannot hide from the comparison with what was there. */
async function apply<T>(change: Change<T>, { url, body }: Representation<T>): Promise<unknown> {
  const changed: unknown = await change(asSent(body));
  refuseForeign(changed);
  const mine = asSent(changed);
  if (mine === undefined) {
    throw new TypeError(
      `The change given to update("${url}") returned nothing: let it return what is to be saved, also if it works in place.`,
    );
  }
  return mine;
}

/** The properties of `part`, with the values that `whole` has. */
function only(part: unknown, whole: unknown): unknown {
  if (!isJsonObject(part) || !isJsonObject(whole)) return whole;
  return Object.fromEntries(Object.entries(whole).filter(([key]) => Object.hasOwn(part, key)));
}

async function startFrom<T>(
  connection: Connection,
  target: Target<T>,
  init: RequestOptions,
  merge: boolean,
): Promise<Representation<T>> {
  if (isRepresentation(target)) return target;
  const seen = merge ? remembered<T>(connection, target) : undefined;
  return seen?.body === undefined ? readAfresh(connection, target, init) : seen;
}

function isThere<T>(method: string, { body }: Representation<T>, mine: unknown): boolean {
  return method === 'PATCH' ? contains(body, mine) : isSame(body, mine);
}

/** Whether trying again cannot help: the server refuses the very tag that its GET sends. */
function isPointless<T>(collision: MidAirCollision<T>, previous?: MidAirCollision<T>): boolean {
  const isRewritten = collision.reason === 'weak-tag' || collision.reason === 'recoded-tag';
  return (
    isRewritten || [collision, previous].every((it) => it && it.base?.etag === it.theirs?.etag)
  );
}

/** Whether the same write may pass later: the answer is lost, somebody was faster, or the lock was taken. */
function isWorthRepeating({ means, reason }: Verdict): boolean {
  return means !== 'error' || reason === 'busy';
}

function isBusy(error: unknown): boolean {
  return isResponseError(error) && reasonIn(error.body) === 'busy';
}

/**
 * What is there after a lost answer. If a gateway hides it, what was there before: its tag keeps the
 * next attempt from taking effect twice.
 */
async function readBack<T>(
  connection: Connection,
  lost: LostAnswerError<T>,
  before: Representation<T>,
  init: RequestOptions,
): Promise<Representation<T>> {
  try {
    return await readAfresh<T>(connection, lost.url, init);
  } catch (error) {
    init.signal?.throwIfAborted();
    if (isResponseError(error) && isFromGateway(error.response)) return before;
    throw lost;
  }
}
