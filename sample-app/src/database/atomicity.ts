import { postgresLocks } from 'nestjs-etag/locks';
import type { WriteLocks } from 'nestjs-etag/locks';
import type { DataSource } from 'typeorm';

/** Whom the writers of a resource exclude: on PostgreSQL those of all processes; SQLite's file has one process. */
export function atomicityOn(database: DataSource): 'process' | WriteLocks {
  return database.options.type === 'postgres' ? postgresLocks(database) : 'process';
}
