import { LockTimeoutError } from './lock-timeout-error.js';
import type { LockWait } from './write-locks.js';

/** The longest delay that a timer of Node, and a timeout of PostgreSQL, can have. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Until when somebody waits for a lock, through all stages of the wait. */
export class Deadline {
  private readonly end: number;
  private readonly timeout: number;
  private readonly signal: AbortSignal | undefined;

  /**
   * @param shortage what is missing when the time is over, as {@link LockTimeoutError} takes it.
   * @throws RangeError when the timeout is not a number of milliseconds above 0.
   */
  constructor(
    private readonly keys: readonly string[],
    { timeout, signal }: LockWait,
    private readonly shortage?: string,
  ) {
    // A text would be greater than 0 as well, and make no time with a number.
    if (typeof timeout !== 'number' || !(timeout > 0)) {
      throw new RangeError(
        `Wait for a lock for some milliseconds, more than 0: { timeout: 30_000 }, not { timeout: ${shownTime(timeout)} }`,
      );
    }
    this.timeout = timeout;
    this.end = performance.now() + timeout;
    this.signal = signal;
  }

  /** Whole milliseconds that are left, at least 1. */
  get remaining(): number {
    return this.remainingWith(0);
  }

  /**
   * {@link remaining}, and some more milliseconds of patience, for a server that tells the timeout itself.
   * Never more than a timer can have: it would fire at once.
   */
  remainingWith(grace: number): number {
    const left = Math.max(Math.ceil(this.end - performance.now()), 1);
    return Math.min(left + grace, LONGEST_DELAY);
  }

  /** @throws LockTimeoutError, or the reason of the signal, when the wait is over. */
  check(): void {
    this.signal?.throwIfAborted();
    if (performance.now() >= this.end) throw this.timedOut();
  }

  /** @param shortage as {@link LockTimeoutError} takes it. */
  timedOut(shortage = this.shortage): LockTimeoutError {
    return new LockTimeoutError(this.keys, this.timeout, shortage);
  }

  /**
   * Waits for something else than the lock.
   *
   * @param shortage what is to be said where the time is over meanwhile.
   * @throws whatever the wait throws; its timeout with what was missing.
   */
  async waitingFor<Result>(shortage: string, wait: Promise<Result>): Promise<Result> {
    try {
      return await wait;
    } catch (error) {
      throw error instanceof LockTimeoutError ? this.timedOut(shortage) : error;
    }
  }

  /**
   * Calls back, at most once, when the wait is over; at once, if it is over by its signal. Its timer does not keep the process alive.
   *
   * @param grace as in {@link remainingWith}.
   * @returns calls it off.
   */
  whenOver(giveUp: (error: unknown) => void, grace = 0): () => void {
    const { signal } = this;
    const end = (error: unknown): void => {
      callOff();
      giveUp(error);
    };
    const onAbort = (): void => end(signal?.reason);
    const timer = setTimeout(() => end(this.timedOut()), this.remainingWith(grace));
    timer.unref();
    const callOff = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    // A signal tells its listeners once: it may have aborted between two stages of the wait.
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort);
    return callOff;
  }

  /**
   * Waits for something that cannot be called off itself.
   *
   * @param work what is waited for.
   * @param giveUp is called when the wait is over first, and only then: the work goes on, and whoever began it ends it.
   * @param grace as in {@link remainingWith}.
   * @throws what the work throws; or why the wait is over.
   */
  race<Result>(
    work: Promise<Result>,
    giveUp: (reason: unknown) => void = () => undefined,
    grace = 0,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const callOff = this.whenOver((error) => {
        reject(error);
        giveUp(error);
      }, grace);
      // Called off in the very moment in which the work is won: an abort a moment later must not undo it.
      work.then(
        (result) => {
          callOff();
          resolve(result);
        },
        (error: unknown) => {
          callOff();
          reject(error);
        },
      );
    });
  }
}

function shownTime(time: unknown): string {
  return typeof time === 'number' ? String(time) : (JSON.stringify(time) ?? typeof time);
}
