/** What tells that a connection has ended. */
export interface BreakableConnection {
  on(event: 'error' | 'end', listener: (error?: Error) => void): unknown;
  off(event: 'error' | 'end', listener: (error?: Error) => void): unknown;
}

/** Where a connection goes when the locks need it no more. */
export interface Lender<Connection> {
  /** Puts it back, for others to use. */
  giveBack(connection: Connection): void;
  /** Closes it for good. */
  destroy(connection: Connection, cause: unknown): void;
}

/** A connection that locks have borrowed: given back or destroyed once, whatever happens first. */
export class LentConnection<Connection extends BreakableConnection> {
  private hasEnded = false;

  /** @param lose is told when the connection ends by itself: then it is destroyed already. */
  constructor(
    readonly connection: Connection,
    private readonly lender: Lender<Connection>,
    private readonly lose: (cause: unknown) => void,
  ) {
    connection.on('error', this.onBroken);
    connection.on('end', this.onBroken);
  }

  /** Whether it has been given back or destroyed. */
  get isOver(): boolean {
    return this.hasEnded;
  }

  giveBack(): void {
    if (this.end()) this.lender.giveBack(this.connection);
  }

  destroy(cause: unknown): void {
    if (this.end()) this.lender.destroy(this.connection, cause);
  }

  private readonly onBroken = (error?: Error): void => {
    const cause = error ?? connectionEnded();
    this.destroy(cause);
    this.lose(cause);
  };

  /** @returns whether it had not ended before. From here on, the pool listens. */
  private end(): boolean {
    if (this.hasEnded) return false;
    this.hasEnded = true;
    this.connection.off('error', this.onBroken);
    this.connection.off('end', this.onBroken);
    return true;
  }
}

/** Why a lock cannot be released any more. */
export function connectionEnded(): Error {
  return new Error('The connection that held the lock has ended');
}

/** Why a connection is closed in the middle of a wait. */
export function waitEnded(): Error {
  return new Error('The wait for a lock has ended before its turn came');
}
