import type { Deadline } from './deadline.js';
import { DEFAULT_PREFIX, lockNumber } from './lock-key.js';
import type { LockKeyOptions } from './lock-key.js';
import { LentConnection } from './lent-connection.js';
import { PoolShare } from './pool-share.js';
import { LockTransaction } from './postgres-transaction.js';
import { postgresPoolOf } from './postgres-pool.js';
import type { PostgresClient, PostgresDataSource, PostgresPool } from './postgres-pool.js';
import { QueuedLocks } from './queued-locks.js';
import type { WriteLocks } from './write-locks.js';

/**
 * Options of {@link postgresLocks}.
 *
 * @publicApi
 */
export type PostgresLocksOptions = LockKeyOptions;

/**
 * Locks in PostgreSQL, for any number of processes on one database: advisory locks, each in a transaction of its own,
 * so that they work behind PgBouncer in transaction mode as well. No table and no column is needed.
 *
 * At most half of the pool's connections hold locks at once. A small pool that serves the locks alone is better:
 * then they never wait for the queries of handlers.
 *
 * @param pool a pool of `pg`, or an initialized `DataSource` of TypeORM. The pool of MikroORM 7 is
 * `await orm.em.getConnection().getNativeClient()`.
 * @throws TypeError when it is something else; RangeError when the pool has one connection.
 * @publicApi
 */
export function postgresLocks(
  pool: PostgresPool | PostgresDataSource,
  { prefix = DEFAULT_PREFIX }: PostgresLocksOptions = {},
): WriteLocks {
  const connections = postgresPoolOf(pool);
  const share = new PoolShare<PostgresClient>('postgresLocks', {
    size: connections.options.max,
    connect: async () => connections.connect(),
    giveBack: (client) => client.release(),
    destroy: (client, cause) => client.release(cause instanceof Error ? cause : true),
  });
  const cancel = async (backend: number): Promise<void> => {
    await connections.query(CANCEL_WAIT, [backend]);
  };

  return new QueuedLocks(async (keys, deadline: Deadline, lose) => {
    // By number, not by key: two keys may share one, and the order must be the same for everybody.
    const numbers = keys.map((key) => lockNumber(prefix, key)).sort((a, b) => (a < b ? -1 : 1));
    const lent = new LentConnection(await share.borrow(deadline), share, lose);
    const transaction = new LockTransaction(lent, cancel);
    await transaction.lock(numbers, deadline);
    return () => transaction.commit();
  });
}

/** Ends the wait of a backend whose client has gone; nothing, if it waits for something else by now. */
const CANCEL_WAIT =
  "SELECT pg_cancel_backend(pid) FROM pg_locks WHERE pid = $1 AND locktype = 'advisory' AND NOT granted";
