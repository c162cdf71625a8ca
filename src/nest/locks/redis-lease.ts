import type { Deadline } from './deadline.js';
import type { RedisCommands } from './redis-client.js';

/**
 * The class `Mutex` of `redis-semaphore`, by the parts of it that the locks use.
 *
 * @publicApi
 */
export type RedisMutexClass = new (
  client: never,
  key: string,
  options: {
    lockTimeout: number;
    refreshInterval: number;
    acquireTimeout: number;
    retryInterval: number;
    onLockLost: (error: Error) => void;
  },
) => RedisMutex;

/** A mutex of `redis-semaphore`: takes a lease, renews it, and gives it up. */
export interface RedisMutex {
  tryAcquire(signal?: AbortSignal): Promise<boolean>;
  release(): Promise<void>;
}

/** How often a waiting process asks again, in milliseconds: Redis calls nobody. */
const RETRY_INTERVAL = 25;

/** How many times a lease is renewed while it lasts. */
const RENEWALS = 3;

/** The library gives up by itself after so long, in milliseconds; a {@link Deadline} is over before. */
const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * The lease of one key. The library takes and renews it; this class keeps the books, on the monotonic clock of this
 * process: a lease that was not renewed in time is lost, whether Redis answers or not, and a renewal or a release
 * counts only if Redis says that the lease was still ours.
 */
export class RedisLease {
  private readonly mutex: RedisMutex;
  private readonly ranOut: Promise<never>;
  private runOut!: (error: Error) => void;
  private timer: NodeJS.Timeout | undefined;
  private failure: unknown;
  private lastAnswer: number | undefined;

  /**
   * @param duration of the lease, in milliseconds.
   * @param lose is told when the lease is lost before it was released.
   */
  constructor(
    Mutex: RedisMutexClass,
    private readonly commands: RedisCommands,
    key: string,
    private readonly duration: number,
    lose: (cause: unknown) => void,
  ) {
    this.ranOut = new Promise((_, reject) => {
      this.runOut = reject;
    });
    this.ranOut.catch(lose);
    this.mutex = new Mutex(this.watchedCommands() as never, key, {
      lockTimeout: duration,
      refreshInterval: Math.floor(duration / RENEWALS),
      acquireTimeout: LONGEST_WAIT,
      retryInterval: RETRY_INTERVAL,
      onLockLost: (error) => lose(this.failure ?? error),
    });
  }

  /** @throws LockTimeoutError, the reason of the signal, or what Redis says. */
  async take(deadline: Deadline): Promise<void> {
    deadline.check();
    const abandoned = new AbortController();
    const taking = this.mutex.tryAcquire(abandoned.signal);
    const isTaken = await deadline.race(taking, () => {
      abandoned.abort();
      taking.then((taken) => (taken ? this.release() : undefined)).catch(() => undefined);
    });
    if (!isTaken) throw deadline.timedOut();
  }

  /** @throws Error when the lease had been lost, or nobody knows. */
  async release(): Promise<void> {
    this.lastAnswer = undefined;
    try {
      await Promise.race([this.mutex.release(), this.ranOut]);
    } finally {
      clearTimeout(this.timer);
    }
    if (this.lastAnswer !== 1) {
      throw this.failure ?? new Error('The lease had run out before it was given up');
    }
  }

  /** The commands of the mutex, whose answers are looked at on their way. */
  private watchedCommands(): RedisCommands {
    const { commands } = this;
    return {
      set: async (...args) => {
        const sent = performance.now();
        const answer = await commands.set(...args);
        if (answer === 'OK') this.extend(sent);
        return answer;
      },
      eval: (...args) => this.watch(() => commands.eval(...args)),
      evalsha: (...args) => this.watch(() => commands.evalsha(...args)),
    };
  }

  /**
   * A script that fails has renewed and released nothing: 0, as Redis says where the lease is not ours. The library
   * would let the error of a renewal end the process. What it does without us is to send a script that Redis does not know.
   */
  private async watch(run: () => Promise<unknown>): Promise<unknown> {
    const sent = performance.now();
    try {
      this.lastAnswer = Number(await run());
      if (this.lastAnswer === 1) this.extend(sent);
    } catch (error) {
      if (String(error).includes('NOSCRIPT')) throw error;
      this.failure = error;
      this.lastAnswer = 0;
    }
    return this.lastAnswer;
  }

  /** The lease lasts from when the command was sent, not from when its answer came. */
  private extend(sent: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.runOut(new Error('The lease ran out before Redis had renewed it')),
      Math.max(sent + this.duration - performance.now(), 0),
    );
    this.timer.unref();
  }
}
