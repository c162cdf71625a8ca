/**
 * Locks for `atomicity`: who may write a resource, among all processes of an application. Nothing of Nest, and
 * no driver, is imported here: pass what your application has.
 */
export { LockLostError } from './lock-lost-error.js';
export { LockTimeoutError } from './lock-timeout-error.js';
export { mysqlLocks, type MysqlLocksOptions } from './mysql-locks.js';
export type { MysqlDataSource, MysqlPool } from './mysql-pool.js';
export { postgresLocks, type PostgresLocksOptions } from './postgres-locks.js';
export type { PostgresClient, PostgresDataSource, PostgresPool } from './postgres-pool.js';
export { processLocks } from './process-locks.js';
export type { IoRedisClient, NodeRedisClient } from './redis-client.js';
export type { RedisMutex, RedisMutexClass } from './redis-lease.js';
export { redisLocks, type RedisLocksOptions } from './redis-locks.js';
export type { LockKeyOptions } from './lock-key.js';
export type { LockWait, WriteLock, WriteLocks } from './write-locks.js';
