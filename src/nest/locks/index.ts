/**
 * Locks for `atomicity`: who may write a resource, among all processes of an application. Nothing of Nest, and
 * no driver, is imported here: pass what your application has.
 */
export { LockLostError } from './lock-lost-error.js';
export { LockTimeoutError } from './lock-timeout-error.js';
export { processLocks } from './process-locks.js';
export { postgresLocks, type PostgresLocksOptions } from './postgres-locks.js';
export type { PostgresDataSource, PostgresPool, PostgresClient } from './postgres-pool.js';
export type { LockWait, WriteLock, WriteLocks } from './write-locks.js';
