import type { Deadline } from './deadline.js';
import type { Lender } from './lent-connection.js';
import { Semaphore } from './semaphore.js';

/** What a pool of connections does for locks. */
export interface ConnectionPool<Connection> extends Lender<Connection> {
  /** How many connections it opens at most. */
  readonly size: number;
  connect(): Promise<Connection>;
}

/** The locks have connections left, and the pool has none. */
const NONE_CAME =
  'the pool had no connection left: what else uses it holds them, or its server does not answer. Give locks a pool of their own';

/**
 * The half of a pool that locks may hold. With all of it, the handlers that the locks protect would have no
 * connection to work with, and everybody would stand still.
 */
export class PoolShare<Connection> implements Lender<Connection> {
  private readonly places: Semaphore;
  private readonly allTaken: string;

  /**
   * @param maker the function that the user calls, for the message.
   * @throws RangeError when the pool has one connection only.
   */
  constructor(
    maker: string,
    private readonly pool: ConnectionPool<Connection>,
  ) {
    if (!(pool.size >= 2)) {
      throw new RangeError(
        `${maker}() needs a pool of at least 2 connections, and this one has ${pool.size}: a lock holds one while it is held, and would leave none for the handlers that it protects`,
      );
    }
    const places = Math.floor(pool.size / 2);
    this.places = new Semaphore(places);
    this.allTaken = `every connection that locks may use is taken, ${places} of the ${pool.size} of the pool. Give locks a larger pool`;
  }

  /**
   * @returns a connection of the share; {@link giveBack} or {@link destroy} ends the loan.
   * @throws LockTimeoutError that says what was missing, the reason of the signal, or why the pool has no connection.
   */
  async borrow(deadline: Deadline): Promise<Connection> {
    await deadline.waitingFor(this.allTaken, this.places.enter(deadline));
    const connecting = this.pool.connect();
    connecting.catch(() => this.places.leave());
    // A pool does not call off a request: the place stays taken until it has answered.
    const connected = deadline.race(connecting, () => {
      connecting.then((connection) => this.giveBack(connection)).catch(() => undefined);
    });
    return deadline.waitingFor(NONE_CAME, connected);
  }

  giveBack(connection: Connection): void {
    this.pool.giveBack(connection);
    this.places.leave();
  }

  destroy(connection: Connection, cause: unknown): void {
    this.pool.destroy(connection, cause);
    this.places.leave();
  }
}
