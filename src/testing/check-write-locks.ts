import { problemOfLock } from '../nest/locks/lock-shape.js';
import type { LockWait, WriteLock, WriteLocks } from '../nest/locks/write-locks.js';

/**
 * Options of {@link checkWriteLocks}.
 *
 * @publicApi
 */
export interface CheckWriteLocksOptions {
  /**
   * Whether two locks that were made apart exclude each other, as those of two processes must. `false` for locks
   * within one process, whose makings know nothing of each other.
   *
   * @default true
   */
  readonly shared?: boolean;
  /**
   * After how many milliseconds an answer is missing. Far above what any answer needs.
   *
   * @default 10_000
   */
  readonly patience?: number;
}

/**
 * Checks locks of your own against what `WriteLocks` promises: mutual exclusion, progress, timeouts, aborts, releases,
 * keys of any kind, and batches that cannot deadlock. Takes a second or two. What it cannot check is a lock that
 * is lost: end a connection or a lease of yours in a test, and see that `lost` aborts and `release()` throws.
 *
 * @param make makes the locks, as a process of the application would; it is called several times.
 * @throws Error that says which promise is broken, and how; RangeError when `patience` is no time.
 * @example
 * it('keeps the promises of WriteLocks', () => checkWriteLocks(() => new MyLocks(client)));
 * @publicApi
 */
export async function checkWriteLocks(
  make: () => WriteLocks,
  { shared = true, patience = 10_000 }: CheckWriteLocksOptions = {},
): Promise<void> {
  if (!(patience > 0 && patience <= LONGEST_PATIENCE)) {
    throw new RangeError(
      `Be patient for some milliseconds, more than 0 and at most ${LONGEST_PATIENCE}: { patience: 10_000 }, not { patience: ${patience} }`,
    );
  }
  // Other keys each time: what an earlier run has left behind is not to be met.
  const run = `check-write-locks ${Date.now()} ${Math.random()}`;
  for (const [index, [promise, check]] of PROMISES.entries()) {
    const locks = make();
    const others = shared ? make() : locks;
    const key = (name: string): string => `${run} ${index} ${name}`;
    const trial = new Trial(locks, others, key, patience);
    try {
      await check(trial);
    } catch (error) {
      throw new Error(`WriteLocks break a promise: ${promise}. ${messageOf(error)}`, {
        cause: error,
      });
    } finally {
      await trial.end();
    }
  }
}

/** The longest delay that a timer of Node can have. */
const LONGEST_PATIENCE = 2 ** 31 - 1;

/** What is needed to check one promise; locks that it has left held are released at its end. */
class Trial {
  private readonly held: WriteLock[] = [];

  constructor(
    readonly locks: WriteLocks,
    /** Those of another process, so to speak. */
    readonly others: WriteLocks,
    readonly key: (name: string) => string,
    private readonly patience: number,
  ) {}

  /** Takes a lock that must be had. */
  async take(key: string, locks = this.locks, wait: Partial<LockWait> = {}): Promise<WriteLock> {
    const lock = await this.settles(
      `acquire(${shown(key)})`,
      locks.acquire(key, { timeout: 2 * this.patience, ...wait }),
    );
    this.held.push(lock);
    return lock;
  }

  /** Tries to take a lock that must not be had. @returns what `acquire()` has thrown. */
  async refused(key: string, wait: LockWait, locks = this.others): Promise<unknown> {
    const attempt = locks.acquire(key, wait).then(
      (lock) => {
        this.held.push(lock);
        return { lock };
      },
      (error: unknown) => ({ error }),
    );
    const outcome = await this.settles(`acquire(${shown(key)})`, attempt);
    if ('lock' in outcome) throw new Error(`acquire(${shown(key)}) gave a lock that was held.`);
    return outcome.error;
  }

  release(lock: WriteLock): Promise<void> {
    return this.settles('release()', lock.release());
  }

  /** Waits for an answer. The timer keeps the process alive, and ends a wait that would never end. */
  async settles<Result>(what: string, work: Promise<Result>): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    const missing = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${what} did not settle within ${this.patience} ms.`)),
        this.patience,
      );
    });
    try {
      return await Promise.race([work, missing]);
    } finally {
      clearTimeout(timer);
    }
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.held.map((lock) => this.settles('release()', lock.release())));
  }
}

type Check = (trial: Trial) => Promise<void>;

/** Long enough that a waiter certainly waits, for a lock that stays held. */
const SHORT_WAIT = 50;

const PROMISES: readonly (readonly [string, Check])[] = [
  ['acquire() gives a lock, with `lost` and release()', givesLocks],
  ['one writer of a resource at a time', excludes],
  ['a lock that is held is refused when its time is over, by a LockTimeoutError', timesOut],
  ['who gave up leaves nothing behind', forgetsWhoGaveUp],
  ['an abort ends the wait, with the reason of the signal', aborts],
  ['an abort does not end a lock that is held', keepsHeldLocks],
  ['everybody who waits gets a turn', makesProgress],
  ['a second release() changes nothing', releasesOnce],
  ['`lost` aborts only when a lock is lost', isNotLost],
  ['different keys do not wait for each other', keepsKeysApart],
  ['a key is any text, of any length', takesAnyKey],
  ['run() holds all locks while the work runs, and releases them', runsUnderLocks],
  ['run() of no keys runs the work', runsWithoutKeys],
  ['run() releases its locks when the work throws, and throws the same', releasesAfterFailure],
  ['run() takes its locks in one order, so that no two batches deadlock', ordersBatches],
];

async function givesLocks(trial: Trial): Promise<void> {
  const wait = { timeout: 60_000 };
  const acquiring = trial.locks.acquire(trial.key('free'), wait);
  const lock: WriteLock = await trial.settles('acquire()', acquiring);
  const problem = problemOfLock(lock);
  if (problem !== undefined) throw new Error(problem);
  await trial.release(lock);
}

/** Read, wait, write: two writers at once lose a number. */
async function excludes(trial: Trial): Promise<void> {
  const key = trial.key('counter');
  const WRITERS = 20;
  let counter = 0;
  const write = async (index: number): Promise<void> => {
    const lock = await trial.take(key, index % 2 === 0 ? trial.locks : trial.others);
    const read = counter;
    await afterOthers();
    counter = read + 1;
    await trial.release(lock);
  };
  await trial.settles('all writers', all(WRITERS, write));
  if (counter !== WRITERS) {
    throw new Error(`${WRITERS} writers counted to ${counter}: some worked at the same time.`);
  }
}

async function timesOut(trial: Trial): Promise<void> {
  const key = trial.key('held');
  await trial.take(key);
  for (const locks of [trial.locks, trial.others]) {
    const error = await trial.refused(key, { timeout: SHORT_WAIT }, locks);
    if (nameOf(error) !== 'LockTimeoutError') {
      throw new Error(`acquire() threw ${messageOf(error)}`);
    }
  }
}

async function forgetsWhoGaveUp(trial: Trial): Promise<void> {
  const key = trial.key('held');
  const lock = await trial.take(key);
  await all(3, () => trial.refused(key, { timeout: SHORT_WAIT }));
  await all(3, () => trial.refused(key, { timeout: SHORT_WAIT }, trial.locks));
  await trial.release(lock);
  await trial.release(await trial.take(key));
  await trial.release(await trial.take(key, trial.others));
}

async function aborts(trial: Trial): Promise<void> {
  const key = trial.key('held');
  const lock = await trial.take(key);
  const reason = new Error('the client has left');
  for (const locks of [trial.locks, trial.others]) {
    const leaving = new AbortController();
    const refused = trial.refused(key, { timeout: 60_000, signal: leaving.signal }, locks);
    await afterOthers();
    leaving.abort(reason);
    const left = { timeout: 60_000, signal: AbortSignal.abort(reason) };
    for (const error of [await refused, await trial.refused(key, left, locks)]) {
      if (error !== reason) throw new Error(`acquire() threw ${messageOf(error)}`);
    }
  }
  await trial.release(lock);
  await trial.release(await trial.take(key, trial.others));
  await trial.release(await trial.take(key));
}

async function keepsHeldLocks(trial: Trial): Promise<void> {
  const key = trial.key('held');
  const leaving = new AbortController();
  const lock = await trial.take(key, trial.locks, { signal: leaving.signal });
  leaving.abort();
  await afterOthers();
  await trial.refused(key, { timeout: SHORT_WAIT });
  await trial.release(lock);
}

/** Somebody who takes the lock again and again must not keep out who came before. */
async function makesProgress(trial: Trial): Promise<void> {
  const key = trial.key('contended');
  const GREEDY_ROUNDS = 50;
  const WAITERS = 5;
  let lock = await trial.take(key);
  const served = new Set<number>();
  const waiters = all(WAITERS, async (index) => {
    const mine = await trial.take(key);
    served.add(index);
    await trial.release(mine);
  });
  await afterOthers();
  for (let round = 0; served.size < WAITERS; round += 1) {
    if (round > GREEDY_ROUNDS) {
      throw new Error(`Somebody took the lock ${round} times while others waited for it.`);
    }
    const again = trial.locks.acquire(key, { timeout: 60_000 });
    await trial.release(lock);
    lock = await trial.settles('acquire()', again);
  }
  await trial.release(lock);
  await trial.settles('all waiters', waiters);
}

async function releasesOnce(trial: Trial): Promise<void> {
  const key = trial.key('released');
  const first = await trial.take(key);
  await trial.release(first);
  const second = await trial.take(key, trial.others);
  await trial.release(first);
  await trial.refused(key, { timeout: SHORT_WAIT }, trial.locks);
  await Promise.all([trial.release(second), trial.release(second)]);
  await trial.release(await trial.take(key));
}

async function isNotLost(trial: Trial): Promise<void> {
  const lock = await trial.take(trial.key('held'));
  const isLost = (): boolean => lock.lost.aborted;
  if (isLost()) throw new Error('It had aborted while the lock was held.');
  await trial.release(lock);
  await afterOthers();
  if (isLost()) throw new Error('It aborted when the lock was released.');
}

async function keepsKeysApart(trial: Trial): Promise<void> {
  const lock = await trial.take(trial.key('a'));
  await trial.release(await trial.take(trial.key('b'), trial.others));
  await trial.release(lock);
  await all(100, async (index) => trial.release(await trial.take(trial.key(`many ${index}`))));
}

async function takesAnyKey(trial: Trial): Promise<void> {
  const long = 'x'.repeat(10_000);
  const keys = [
    '',
    ' ',
    "'; --",
    'ключ 鍵 \u{1F511}',
    'null \0 byte',
    'UPPER',
    'upper',
    'e\u0301',
    '\u00e9',
    `${long}a`,
    `${long}b`,
  ].map((text) => (text === '' ? text : `${text} ${trial.key('')}`));
  for (const [index, key] of keys.entries()) {
    const lock = await trial.take(key);
    await trial.refused(key, { timeout: SHORT_WAIT });
    const next = keys[index + 1];
    if (next !== undefined) await trial.release(await trial.take(next, trial.others));
    await trial.release(lock);
  }
}

async function runsUnderLocks(trial: Trial): Promise<void> {
  const keys = ['a', 'b', 'a'].map(trial.key);
  const work = async (): Promise<string> => {
    for (const key of keys) await trial.refused(key, { timeout: SHORT_WAIT });
    return 'done';
  };
  const result = await trial.settles('run()', trial.locks.run(keys, work));
  if (result !== 'done') throw new Error(`run() returned ${result}, and the work 'done'.`);
  for (const key of new Set(keys)) await trial.release(await trial.take(key, trial.others));
}

/** A batch of an empty list is no mistake. */
async function runsWithoutKeys(trial: Trial): Promise<void> {
  const result = await trial.settles(
    'run([])',
    trial.locks.run([], () => Promise.resolve('done')),
  );
  if (result !== 'done') throw new Error(`run([]) returned ${result}, and the work 'done'.`);
}

async function releasesAfterFailure(trial: Trial): Promise<void> {
  const keys = ['a', 'b'].map(trial.key);
  const failure = new Error('the work failed');
  const thrown = await trial.settles(
    'run()',
    trial.locks.run(keys, () => Promise.reject(failure)).catch((error: unknown): unknown => error),
  );
  if (thrown !== failure) throw new Error(`run() threw ${messageOf(thrown)}`);
  for (const key of keys) await trial.release(await trial.take(key, trial.others));
}

async function ordersBatches(trial: Trial): Promise<void> {
  const keys = ['a', 'b', 'c'].map(trial.key);
  const reversed = keys.toReversed();
  const rounds = all(20, (index) => {
    const locks = index % 2 === 0 ? trial.locks : trial.others;
    return locks.run(index % 4 < 2 ? keys : reversed, afterOthers);
  });
  await trial.settles('batches with keys in opposite orders', rounds);
}

async function all(count: number, one: (index: number) => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
}

/** Lets everything run that is ready to. */
function afterOthers(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

function shown(key: string): string {
  return JSON.stringify(key.length <= 60 ? key : `${key.slice(0, 60)}…`);
}

function nameOf(error: unknown): unknown {
  return error instanceof Error ? error.name : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
