import { describeValue, propertyOf } from './describe-value.js';
import type { BreakableConnection } from './lent-connection.js';

/** What the locks use of a connection of `pg`. */
export interface PostgresClient extends BreakableConnection {
  query(statement: { text: string; query_timeout: number }): Promise<unknown>;
  release(error?: Error | boolean): void;
}

/**
 * A pool of `pg`, by the parts of it that the locks use.
 *
 * @publicApi
 */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
  query(text: string, values: unknown[]): Promise<unknown>;
  readonly options: { readonly max?: number };
}

/**
 * A `DataSource` of TypeORM for PostgreSQL that is initialized: its driver has a pool of `pg`.
 *
 * @publicApi
 */
export interface PostgresDataSource {
  readonly driver: object;
  readonly isInitialized: boolean;
}

/** @throws TypeError for anything else than a pool of `pg`, or a data source that has one. */
export function postgresPoolOf(given: unknown): PostgresPool & { options: { max: number } } {
  if (isPool(given)) return given;
  const driver = propertyOf(given, 'driver');
  const ofDataSource = propertyOf(driver, 'master');
  if (isPool(ofDataSource)) return ofDataSource;
  throw new TypeError(`postgresLocks() ${adviceFor(given, driver)}`);
}

function isPool(value: unknown): value is PostgresPool & { options: { max: number } } {
  return (
    typeof propertyOf(value, 'connect') === 'function' &&
    typeof propertyOf(value, 'query') === 'function' &&
    typeof propertyOf(propertyOf(value, 'options'), 'max') === 'number'
  );
}

function adviceFor(given: unknown, driver: unknown): string {
  if (propertyOf(given, 'isInitialized') === false) {
    return 'was called with a data source that is not initialized: call it after `await dataSource.initialize()`, or inject the DataSource of @nestjs/typeorm';
  }
  if (driver !== undefined && propertyOf(given, 'isInitialized') === true) {
    return 'needs a data source of PostgreSQL with the driver `pg`, and this one has another: write mysqlLocks(dataSource) for MySQL and MariaDB';
  }
  if ([propertyOf(given, 'em'), propertyOf(given, 'getNativeClient')].some(isGiven)) {
    return 'takes the pool of MikroORM, not MikroORM itself: write postgresLocks(await orm.em.getConnection().getNativeClient())';
  }
  if (typeof propertyOf(given, 'connect') === 'function') {
    return 'needs a pool, not a single connection: write postgresLocks(new Pool({ connectionString, max: 4 })), with Pool of pg';
  }
  return `takes a pool of pg, or a DataSource of TypeORM, and was called with ${describeValue(given)}: write postgresLocks(new Pool({ connectionString, max: 4 })), with Pool of pg`;
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}
