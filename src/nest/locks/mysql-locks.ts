import { DEFAULT_PREFIX, lockName } from './lock-key.js';
import type { LockKeyOptions } from './lock-key.js';
import { LentConnection } from './lent-connection.js';
import { mysqlPoolOf } from './mysql-pool.js';
import type { MysqlConnection, MysqlDataSource, MysqlPool } from './mysql-pool.js';
import { LockSession } from './mysql-session.js';
import { PoolShare } from './pool-share.js';
import { QueuedLocks } from './queued-locks.js';
import type { WriteLocks } from './write-locks.js';

/**
 * Options of {@link mysqlLocks}.
 *
 * @publicApi
 */
export type MysqlLocksOptions = LockKeyOptions;

/**
 * Locks in MySQL (5.7.5 and later) or MariaDB, for any number of processes on one server: `GET_LOCK`, held by a
 * connection. Their names are shared by all databases of the server: give each application a prefix of its own.
 *
 * At most half of the pool's connections hold locks at once. A small pool that serves the locks alone is better:
 * then they never wait for the queries of handlers.
 *
 * @param pool a pool of `mysql2` or `mysql2/promise`, or an initialized `DataSource` of TypeORM.
 * @throws TypeError when it is something else; RangeError when the pool has one connection.
 * @publicApi
 */
export function mysqlLocks(
  pool: MysqlPool | MysqlDataSource,
  { prefix = DEFAULT_PREFIX }: MysqlLocksOptions = {},
): WriteLocks {
  const connections = mysqlPoolOf(pool);
  const { connectionLimit } = connections.config;
  const share = new PoolShare<MysqlConnection>('mysqlLocks', {
    size: connectionLimit === 0 ? Infinity : connectionLimit,
    connect: () =>
      new Promise((resolve, reject) => {
        connections.getConnection((error, connection) =>
          error ? reject(error) : resolve(connection),
        );
      }),
    giveBack: (connection) => connection.release(),
    destroy: (connection) => {
      // What it still says is for nobody; without a listener it would end the process.
      connection.on('error', () => undefined);
      connection.destroy();
    },
  });

  return new QueuedLocks(async (keys, deadline, lose) => {
    const names = keys.map((key) => lockName(prefix, key)).sort();
    const session = new LockSession(new LentConnection(await share.borrow(deadline), share, lose));
    await session.lock(names, deadline);
    return () => session.release();
  });
}
