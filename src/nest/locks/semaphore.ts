import type { Deadline } from './deadline.js';

/** Lets so many in at once; the rest wait in the order in which they came. */
export class Semaphore {
  private readonly line = new Set<() => void>();
  private inside = 0;

  /** @param places how many are let in at once. */
  constructor(private readonly places: number) {}

  /** Nobody is inside, and so nobody waits. */
  get isEmpty(): boolean {
    return this.inside === 0;
  }

  /**
   * Goes in, or waits for a place. Whoever is in must leave, once.
   *
   * @throws LockTimeoutError, or the reason of the signal: then the caller is out of the line.
   */
  async enter(deadline: Deadline): Promise<void> {
    deadline.check();
    if (this.inside < this.places) {
      this.inside += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const goIn = (): void => {
        callOff();
        resolve();
      };
      const callOff = deadline.whenOver((error) => {
        this.line.delete(goIn);
        reject(error);
      });
      this.line.add(goIn);
    });
  }

  /** Leaves: the place goes to the first in the line, and nobody can slip in between. */
  leave(): void {
    const [first] = this.line;
    if (first === undefined) {
      this.inside -= 1;
      return;
    }
    this.line.delete(first);
    first();
  }
}
