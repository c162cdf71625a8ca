import type { Deadline } from './deadline.js';
import { propertyOf } from './describe-value.js';
import type { MysqlConnection, MysqlStatement } from './mysql-pool.js';
import type { PoolShare } from './pool-share.js';

/**
 * MySQL takes whole seconds, MariaDB fractions of them: 0.3 would be 0 in MySQL, and no wait at all. The limits that a
 * server sets for its queries are for queries that work, and not for one that waits: each server reads one of the comments.
 */
const GET_LOCK = `/*M! SET STATEMENT max_statement_time = 0 FOR */ SELECT /*+ MAX_EXECUTION_TIME(4294967295) */ GET_LOCK(?, IF(VERSION() LIKE '%MariaDB%', ?, CEIL(?))) AS answer`;
const RELEASE_LOCK = 'SELECT RELEASE_LOCK(?) AS answer';

/** How long we wait for the server to tell the timeout itself: MySQL rounds it up to a second. */
const GRACE = 1500;

/** How long a release may take, in milliseconds: a connection that says nothing for so long is lost. */
const RELEASE_TIMEOUT = 10_000;

/** A connection that holds named locks, from `GET_LOCK` until `RELEASE_LOCK`. */
export class LockSession {
  private readonly held: string[] = [];
  private isOver = false;

  /**
   * @param connection given back to the share, or destroyed, in any case.
   * @param lose is told when the connection ends while the locks are held.
   */
  constructor(
    private readonly connection: MysqlConnection,
    private readonly share: PoolShare<MysqlConnection>,
    private readonly lose: (cause: unknown) => void,
  ) {
    connection.on('error', this.onBroken);
    connection.on('end', this.onBroken);
  }

  /**
   * Takes the locks, in this order.
   *
   * @throws LockTimeoutError, the reason of the signal, or what the server says.
   */
  async lock(names: readonly string[], deadline: Deadline): Promise<void> {
    try {
      for (const name of names) await this.waitFor(name, deadline);
    } catch (error) {
      await this.release().catch(() => undefined);
      throw error;
    }
  }

  /** @throws Error when a lock is lost: the connection has ended, or the server says that it was not held. */
  async release(): Promise<void> {
    if (this.isOver) throw new Error('The connection that held the lock has ended');
    try {
      for (const name of this.held.toReversed()) {
        const answer = await this.ask({
          sql: RELEASE_LOCK,
          values: [name],
          timeout: RELEASE_TIMEOUT,
        });
        if (answer !== 1) throw new Error(`RELEASE_LOCK was answered with ${String(answer)}`);
      }
    } catch (error) {
      this.destroy(error);
      throw error;
    }
    this.giveBack();
  }

  private async waitFor(name: string, deadline: Deadline): Promise<void> {
    deadline.check();
    const seconds = deadline.remaining / 1000;
    const asking = this.ask({ sql: GET_LOCK, values: [name, seconds, seconds] });
    const answer = await deadline.race(asking, () => this.abandon(), GRACE);
    if (answer === 0) throw deadline.timedOut();
    if (answer !== 1) throw new Error(`GET_LOCK was answered with ${String(answer)}`);
    this.held.push(name);
  }

  private async ask(statement: MysqlStatement): Promise<unknown> {
    const rows = await new Promise<unknown>((resolve, reject) => {
      this.connection.query(statement, (error, result) =>
        error ? reject(error) : resolve(result),
      );
    });
    const answer = propertyOf((rows as readonly unknown[])[0], 'answer');
    return answer === null ? null : Number(answer);
  }

  /** The connection is closed at once. A server that waits for a lock looks every second whether its client is there. */
  private abandon(): void {
    this.destroy(new Error('The wait for a lock has ended before its turn came'));
  }

  private readonly onBroken = (error?: Error): void => {
    const cause = error ?? new Error('The connection that held the lock has ended');
    this.destroy(cause);
    this.lose(cause);
  };

  private giveBack(): void {
    if (this.isOver) return;
    this.end();
    this.share.giveBack(this.connection);
  }

  /** What the connection still says is for nobody; without a listener it would end the process. */
  private destroy(cause: unknown): void {
    if (this.isOver) return;
    this.end();
    this.connection.on('error', () => undefined);
    this.share.destroy(this.connection, cause);
  }

  private end(): void {
    this.isOver = true;
    this.connection.off('error', this.onBroken);
    this.connection.off('end', this.onBroken);
  }
}
