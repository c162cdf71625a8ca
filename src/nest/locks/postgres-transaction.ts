import type { Deadline } from './deadline.js';
import { propertyOf } from './describe-value.js';
import { connectionEnded, waitEnded } from './lent-connection.js';
import type { LentConnection } from './lent-connection.js';
import type { PostgresClient } from './postgres-pool.js';

/** `lock_not_available`: the `lock_timeout` of the transaction is over. */
const LOCK_NOT_AVAILABLE = '55P03';

/** How long we wait, beyond the `lock_timeout`, for a server that should have told it itself. */
const GRACE = 1000;

/** How long COMMIT may take, in milliseconds: a connection that says nothing for so long is lost. */
const COMMIT_TIMEOUT = 10_000;

/**
 * A transaction of its own that holds advisory locks until its end.
 *
 * It begins READ WRITE, which a standby refuses: there a lock would exclude nobody who writes. READ COMMITTED
 * takes no snapshot that would hold back vacuum while the lock is held.
 */
export class LockTransaction {
  private backend: number | undefined;

  /**
   * @param lent begins without a transaction; given back, or destroyed, in any case.
   * @param cancel ends the wait of a backend, by another connection.
   */
  constructor(
    private readonly lent: LentConnection<PostgresClient>,
    private readonly cancel: (backend: number) => Promise<void>,
  ) {}

  /**
   * Takes the locks, in this order. Where the first is free and alone, in one round trip.
   *
   * @param numbers at least one.
   * @throws LockTimeoutError, the reason of the signal, or what the server says.
   */
  async lock(numbers: readonly bigint[], deadline: Deadline): Promise<void> {
    const [first, ...others] = numbers;
    try {
      const isFree = await this.begin(first!, deadline);
      for (const number of isFree ? others : numbers) await this.waitFor(number, deadline);
    } catch (error) {
      await this.rollBack(error);
      throw propertyOf(error, 'code') === LOCK_NOT_AVAILABLE ? deadline.timedOut() : error;
    }
  }

  /** @throws Error when the locks are lost: the connection has ended, or no COMMIT was made. */
  async commit(): Promise<void> {
    if (this.lent.isOver) throw connectionEnded();
    try {
      const result = await this.lent.connection.query({
        text: 'COMMIT',
        query_timeout: COMMIT_TIMEOUT,
      });
      const command = propertyOf(result, 'command');
      // What PostgreSQL answers to a COMMIT of a transaction that had failed.
      if (command !== 'COMMIT') throw new Error(`COMMIT was answered with ${String(command)}`);
    } catch (error) {
      this.lent.destroy(error);
      throw error;
    }
    this.lent.giveBack();
  }

  /** @returns whether the lock was free, and is taken now. */
  private async begin(number: bigint, deadline: Deadline): Promise<boolean> {
    const results = await this.ask(
      `BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE; ` +
        `SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0; ` +
        `SELECT pg_backend_pid() AS backend, pg_try_advisory_xact_lock(${number}) AS taken`,
      deadline,
    );
    const [row] = propertyOf((results as readonly unknown[]).at(-1), 'rows') as readonly unknown[];
    this.backend = propertyOf(row, 'backend') as number;
    return propertyOf(row, 'taken') === true;
  }

  /** A `lock_timeout` of 0 would wait for ever: there is always one millisecond left. */
  private async waitFor(number: bigint, deadline: Deadline): Promise<void> {
    deadline.check();
    await this.ask(
      `SET LOCAL lock_timeout = ${deadline.remaining}; SELECT pg_advisory_xact_lock(${number})`,
      deadline,
    );
  }

  /** The `query_timeout` of the pool is for queries that work. This one waits, and the deadline is over before its own. */
  private ask(text: string, deadline: Deadline): Promise<unknown> {
    const asking = this.lent.connection.query({
      text,
      query_timeout: deadline.remainingWith(2 * GRACE),
    });
    return deadline.race(asking, () => this.abandon(), GRACE);
  }

  /**
   * Nobody waits any more. The connection is closed at once, but a backend that waits for a lock does not notice
   * that: it is told, or it would stand in the line until its `lock_timeout`, and keep a connection of the server.
   */
  private abandon(): void {
    this.lent.destroy(waitEnded());
    if (this.backend !== undefined) this.cancel(this.backend).catch(() => undefined);
  }

  private async rollBack(cause: unknown): Promise<void> {
    if (this.lent.isOver) return;
    try {
      await this.lent.connection.query({ text: 'ROLLBACK', query_timeout: COMMIT_TIMEOUT });
      this.lent.giveBack();
    } catch {
      this.lent.destroy(cause);
    }
  }
}
