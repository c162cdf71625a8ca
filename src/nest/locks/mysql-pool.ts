import { describeValue, propertyOf } from './describe-value.js';
import type { BreakableConnection } from './lent-connection.js';

/** A statement, as `mysql2` takes it. */
export interface MysqlStatement {
  readonly sql: string;
  readonly values: unknown[];
  /** How long the answer may take, in milliseconds. */
  readonly timeout?: number;
}

type Callback<Result> = (error: Error | null, result: Result) => void;

/** What the locks use of a connection of `mysql2`, with callbacks. */
export interface MysqlConnection extends BreakableConnection {
  query(statement: MysqlStatement, callback: Callback<unknown>): unknown;
  release(): void;
  destroy(): void;
}

/** What the locks use of a pool of `mysql2`, with callbacks. */
export interface MysqlCallbackPool {
  getConnection(callback: Callback<MysqlConnection>): unknown;
  readonly config: { readonly connectionLimit: number };
}

/**
 * A pool of `mysql2`, of its interface with callbacks or of `mysql2/promise`.
 *
 * @publicApi
 */
export type MysqlPool =
  { getConnection(callback: never): unknown; readonly config: object } | { readonly pool: object };

/**
 * A `DataSource` of TypeORM for MySQL or MariaDB that is initialized: its driver has a pool of `mysql2`.
 *
 * @publicApi
 */
export interface MysqlDataSource {
  readonly driver: object;
  readonly isInitialized: boolean;
}

/** @throws TypeError for anything else than a pool of `mysql2`, or a data source that has one. */
export function mysqlPoolOf(given: unknown): MysqlCallbackPool {
  const ofPromises = propertyOf(given, 'pool');
  const ofDataSource = propertyOf(propertyOf(given, 'driver'), 'pool');
  const pool = [given, ofPromises, ofDataSource].find(isPool);
  if (pool === undefined) throw new TypeError(`mysqlLocks() ${adviceFor(given)}`);
  return pool;
}

/** The pool of `mysql2/promise` has `getConnection` too, without a callback: the one inside it is taken. */
function isPool(value: unknown): value is MysqlCallbackPool {
  return (
    typeof propertyOf(value, 'getConnection') === 'function' &&
    typeof propertyOf(propertyOf(value, 'config'), 'connectionLimit') === 'number'
  );
}

function adviceFor(given: unknown): string {
  if (propertyOf(given, 'isInitialized') === false) {
    return 'was called with a data source that is not initialized: call it after `await dataSource.initialize()`, or inject the DataSource of @nestjs/typeorm';
  }
  if (propertyOf(given, 'isInitialized') === true) {
    return 'needs a data source of MySQL or MariaDB, without replication, and this one has another driver: write postgresLocks(dataSource) for PostgreSQL';
  }
  if (propertyOf(given, 'em') !== undefined) {
    return 'takes the pool of MikroORM, not MikroORM itself: write mysqlLocks(await orm.em.getConnection().getNativeClient())';
  }
  return `takes a pool of mysql2, or a DataSource of TypeORM, and was called with ${describeValue(given)}: write mysqlLocks(createPool({ uri, connectionLimit: 4 })), with createPool of mysql2`;
}
