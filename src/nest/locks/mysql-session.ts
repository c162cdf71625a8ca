import type { Deadline } from './deadline.js';
import { propertyOf } from './describe-value.js';
import { connectionEnded, waitEnded } from './lent-connection.js';
import type { LentConnection } from './lent-connection.js';
import type { MysqlConnection, MysqlStatement } from './mysql-pool.js';

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

  /** @param lent given back, or destroyed, in any case. */
  constructor(private readonly lent: LentConnection<MysqlConnection>) {}

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
    if (this.lent.isOver) throw connectionEnded();
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
      this.lent.destroy(error);
      throw error;
    }
    this.lent.giveBack();
  }

  private async waitFor(name: string, deadline: Deadline): Promise<void> {
    deadline.check();
    const seconds = deadline.remaining / 1000;
    const asking = this.ask({ sql: GET_LOCK, values: [name, seconds, seconds] });
    // The connection is closed at once. A server that waits for a lock looks every second whether its client is there.
    const answer = await deadline.race(asking, () => this.lent.destroy(waitEnded()), GRACE);
    if (answer === 0) throw deadline.timedOut();
    if (answer !== 1) throw new Error(`GET_LOCK was answered with ${String(answer)}`);
    this.held.push(name);
  }

  private async ask(statement: MysqlStatement): Promise<unknown> {
    const rows = await new Promise<unknown>((resolve, reject) => {
      this.lent.connection.query(statement, (error, result) =>
        error ? reject(error) : resolve(result),
      );
    });
    const answer = propertyOf((rows as readonly unknown[])[0], 'answer');
    return answer === null ? null : Number(answer);
  }
}
