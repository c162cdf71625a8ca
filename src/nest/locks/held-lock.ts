import { LockLostError } from './lock-lost-error.js';
import type { WriteLock } from './write-locks.js';

/** One or several locks that are held together, from the moment they were taken until they are released or lost. */
export class HeldLock implements WriteLock {
  private controller: AbortController | undefined;
  private loss: LockLostError | undefined;
  private letGoOnServer: () => Promise<void> = () => Promise.resolve();
  private released: Promise<void> | undefined;
  private isOver = false;

  /**
   * @param keys what is locked.
   * @param leave ends the turn in this process.
   */
  constructor(
    private readonly keys: readonly string[],
    private readonly leave: () => void,
  ) {}

  /** Made when somebody asks for it: few do, and a controller costs more than a lock within the process. */
  get lost(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.loss !== undefined) this.controller.abort(this.loss);
    }
    return this.controller.signal;
  }

  /**
   * The server has granted the lock.
   *
   * @param letGoOnServer rejects when it turns out that the lock had been lost.
   * @throws LockLostError when it is lost again already: then nothing of it is held.
   */
  async hold(letGoOnServer: () => Promise<void>): Promise<this> {
    this.letGoOnServer = letGoOnServer;
    if (this.loss !== undefined) await this.release();
    return this;
  }

  /** The lock is lost: it tells so at once, and when it is released. A released lock cannot be lost any more. */
  lose(cause: unknown): void {
    if (this.isOver || this.loss !== undefined) return;
    this.loss = new LockLostError(this.keys, cause);
    this.controller?.abort(this.loss);
  }

  release(): Promise<void> {
    this.released ??= this.letGo();
    return this.released;
  }

  /** Others of this process come after the server has let go: otherwise they would only wait there. */
  private async letGo(): Promise<void> {
    try {
      await this.letGoOnServer();
    } catch (cause) {
      this.lose(cause);
    } finally {
      this.isOver = true;
      this.leave();
    }
    if (this.loss !== undefined) throw this.loss;
  }
}
