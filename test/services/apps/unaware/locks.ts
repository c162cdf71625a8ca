import { createPool } from 'mysql2/promise';
import { Redis } from 'ioredis';
import { mysqlLocks, postgresLocks, redisLocks } from 'nestjs-etag/locks';
import type { MysqlPool, PostgresPool, WriteLocks } from 'nestjs-etag/locks';
import { Pool } from 'pg';
import { Mutex } from 'redis-semaphore';
import type { UnawareNotes } from './notes.js';

/** Who holds the locks of an application. */
export interface LocksSetup {
  readonly kind: 'process' | 'postgres' | 'mysql' | 'redis';
  /** Where the locks are; unless it is given, the connections are those that the ORM works with. */
  readonly url?: string;
  readonly prefix?: string;
}

/** The connections that locks have when they have a pool of their own. */
const CONNECTIONS = 4;

/** Locks, and what closes what they have opened. */
export interface OpenedLocks {
  readonly atomicity: 'process' | WriteLocks;
  close(): Promise<unknown>;
}

export function openLocks(setup: LocksSetup, notes: UnawareNotes): OpenedLocks {
  const { kind, url, prefix } = setup;
  const options = prefix === undefined ? {} : { prefix };
  const close = async (): Promise<void> => undefined;
  if (kind === 'process') return { atomicity: 'process', close };
  if (url === undefined) {
    const { pool } = notes;
    return kind === 'postgres'
      ? { atomicity: postgresLocks(pool as PostgresPool, options), close }
      : { atomicity: mysqlLocks(pool as MysqlPool, options), close };
  }
  if (kind === 'postgres') {
    const pool = new Pool({ connectionString: url, max: CONNECTIONS });
    pool.on('error', () => undefined);
    return { atomicity: postgresLocks(pool, options), close: () => pool.end() };
  }
  if (kind === 'mysql') {
    const pool = createPool({ uri: url, connectionLimit: CONNECTIONS });
    return { atomicity: mysqlLocks(pool, options), close: () => pool.end() };
  }
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  return { atomicity: redisLocks(redis, { Mutex, ...options }), close: () => redis.quit() };
}
