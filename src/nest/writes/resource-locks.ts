import type { IncomingMessage } from 'node:http';
import { shortened } from '../checks/log.js';
import type { OnceLog } from '../checks/log.js';
import type { LockTimeoutError } from '../locks/lock-timeout-error.js';
import type { WriteLock, WriteLocks } from '../locks/write-locks.js';
import type { RefusalStyle } from '../refusals/refusals.js';
import { busy } from '../refusals/refusals.js';
import { CheckedLocks } from './checked-locks.js';
import { departures } from './departures.js';

/** The lock of a resource, held by one write. */
export interface ResourceLock {
  /** Whether it was lost: another writer may be at work. */
  readonly isLost: boolean;
  /** Whether it is to be released before the head of the answer, since that may show that it was lost. */
  readonly isShared: boolean;
  /** @throws LockLostError */
  release(): Promise<void>;
}

/** Who waits for which resource. */
export interface LockRequest {
  readonly key: string;
  readonly handlerName: string;
  /** Node's own. */
  readonly request: IncomingMessage;
  /** Sets the fields of a refusal. */
  readonly setField: (name: string, value: string) => void;
}

/** What {@link ResourceLocks} works with. */
export interface LockParts {
  readonly locks: WriteLocks;
  /** Whether other processes hold these locks as well. */
  readonly isShared: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly style: RefusalStyle;
  readonly log: OnceLog;
}

/** Who holds the lock of a resource in this process. */
interface Holder {
  readonly handlerName: string;
  readonly since: number;
}

/** Takes the lock of the resource that a write is about, one write at a time. */
export class ResourceLocks {
  /** How many have the lock of a resource, are about to get it, or wait for it. */
  private readonly claims = new Map<string, number>();
  private readonly holders = new Map<string, Holder>();
  private readonly waiting = new Set<AbortController>();
  private isClosing = false;

  private readonly locks: Pick<WriteLocks, 'acquire'>;

  constructor(private readonly parts: LockParts) {
    const { locks, isShared, log } = parts;
    this.locks = isShared ? new CheckedLocks(locks, log) : locks;
  }

  /** How many resources writes of this process lock or wait for at this moment; none when no write is under way. */
  get size(): number {
    return this.claims.size;
  }

  /**
   * Takes the lock, or waits for it.
   *
   * @throws ServiceUnavailableException (503) when it takes too long, when the client leaves meanwhile, and when the
   * application closes; whatever the locks throw otherwise.
   */
  async take(given: LockRequest): Promise<ResourceLock> {
    const { key, handlerName } = given;
    // Not whether it is held: between two holders, and while the first one is about to get it, nobody holds it.
    const isContended = this.claims.has(key);
    this.claims.set(key, (this.claims.get(key) ?? 0) + 1);
    try {
      const lock = await this.acquire(given, isContended);
      const holder: Holder = { handlerName, since: performance.now() };
      this.holders.set(key, holder);
      return this.parts.isShared
        ? this.sharedLock(given, holder, lock)
        : { isLost: false, isShared: false, release: () => this.release(key, holder, lock) };
    } catch (error) {
      this.disclaim(key);
      throw error;
    }
  }

  /** Refuses all who wait, and whoever would have to wait from now on: the application closes. */
  close(): void {
    this.isClosing = true;
    for (const each of this.waiting) each.abort(CLOSING);
  }

  private async acquire(given: LockRequest, isContended: boolean): Promise<WriteLock> {
    const { isShared, timeout, style } = this.parts;
    if (!isShared && !isContended) return this.locks.acquire(given.key, { timeout });
    // Nobody knows whether another process has it.
    if (this.isClosing) throw this.refusalOf(CLOSING, given);
    const lock = await this.wait(given);
    if (!departures.hasLeft(given.request)) return lock;
    // Its turn comes, and nobody is there any more.
    await lock.release().catch(() => undefined);
    throw style.exception(busy('left'));
  }

  private async wait(given: LockRequest): Promise<WriteLock> {
    const { key, request } = given;
    const controller = new AbortController();
    this.waiting.add(controller);
    const stopWatching = departures.watch(request, () => controller.abort(LEFT));
    try {
      return await this.locks.acquire(key, {
        timeout: this.parts.timeout,
        signal: controller.signal,
      });
    } catch (error) {
      throw this.refusalOf(error, given);
    } finally {
      stopWatching();
      this.waiting.delete(controller);
    }
  }

  private sharedLock(
    { key, handlerName }: LockRequest,
    holder: Holder,
    lock: WriteLock,
  ): ResourceLock {
    const held = { isLost: false, isShared: true, release: () => this.release(key, holder, lock) };
    const noteLoss = (): void => {
      held.isLost = true;
      this.parts.log.errorEachTime(
        `${handlerName} has lost the lock of ${shortened(key)} while it was at work, so that another writer may have worked at the same time: ${String(lock.lost.reason)}`,
      );
    };
    if (lock.lost.aborted) noteLoss();
    else lock.lost.addEventListener('abort', noteLoss, { once: true });
    return held;
  }

  private async release(key: string, holder: Holder, lock: WriteLock): Promise<void> {
    if (this.holders.get(key) === holder) this.holders.delete(key);
    try {
      await lock.release();
    } finally {
      this.disclaim(key);
    }
  }

  private disclaim(key: string): void {
    const others = (this.claims.get(key) ?? 0) - 1;
    if (others > 0) this.claims.set(key, others);
    else this.claims.delete(key);
  }

  /** What a write is told that did not get the lock. */
  private refusalOf(error: unknown, { key, handlerName, setField }: LockRequest): unknown {
    const { style, log, timeout } = this.parts;
    if (error === LEFT) return style.exception(busy('left'));
    if (error === CLOSING) {
      setField('Connection', 'close');
      return style.exception(busy('closing'));
    }
    if (!isTimeout(error)) return error;
    setField('Retry-After', String(RETRY_AFTER));
    const { shortage } = error;
    if (shortage !== undefined) {
      log.warn(
        `${handlerName} waited ${timeout} ms for the lock of ${shortened(key)}, which could not be asked for, and was answered 503: ${shortage}`,
        shortage,
      );
      return style.exception(busy('unasked'));
    }
    log.warn(
      `${handlerName} waited ${timeout} ms for the lock of ${shortened(key)}, and was answered 503. ${this.heldBy(key)}`,
      `lock of ${this.holders.get(key)?.handlerName ?? key}`,
    );
    return style.exception(busy('timeout'));
  }

  private heldBy(key: string): string {
    const holder = this.holders.get(key);
    if (holder === undefined) return 'Another process holds it.';
    const held = Math.round(performance.now() - holder.since);
    return `${holder.handlerName} has held it for ${held} ms: does it wait for something that never comes, or for this very answer?`;
  }
}

/** Seconds after which it is worth trying again. */
const RETRY_AFTER = 1;

const LEFT = new Error('The client has left');
const CLOSING = new Error('The application closes');

/** By name: two copies of the package may meet. */
function isTimeout(error: unknown): error is LockTimeoutError {
  return error instanceof Error && error.name === 'LockTimeoutError';
}
