import type { Deadline } from './deadline.js';
import { Semaphore } from './semaphore.js';

/**
 * The writers of this process queue for each key, first come, first served: one of them at a time goes on, to the
 * server that all processes share. A key that nobody holds is forgotten.
 */
export class LocalQueue {
  private readonly turns = new Map<string, Semaphore>();

  /** How many keys somebody holds at this moment. */
  get size(): number {
    return this.turns.size;
  }

  /**
   * Waits for the turn of a key.
   *
   * @returns ends the turn; to be called once.
   * @throws LockTimeoutError, or the reason of the signal.
   */
  async enter(key: string, deadline: Deadline): Promise<() => void> {
    let turn = this.turns.get(key);
    if (turn === undefined) {
      deadline.check();
      turn = new Semaphore(1);
      this.turns.set(key, turn);
    }
    await turn.enter(deadline);
    return () => this.leave(key, turn);
  }

  private leave(key: string, turn: Semaphore): void {
    turn.leave();
    if (turn.isEmpty) this.turns.delete(key);
  }
}
