import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';

/** Next to `src` and `dist`, wherever the application was started from. */
const DEFAULT_FILE = resolve(import.meta.dirname, '../../data/sample.sqlite');

/** Where the data are, in the environment. */
export interface DatabaseEnvironment {
  /** A PostgreSQL server, `postgres://user:password@host/database`; without it, SQLite. */
  readonly DATABASE_URL?: string | undefined;
  /** The file of SQLite, or `:memory:` for none. */
  readonly DATA_FILE?: string | undefined;
}

/** How TypeORM reaches the data. */
export function databaseOptions(environment: DatabaseEnvironment): TypeOrmModuleOptions {
  const url = environment.DATABASE_URL;
  const file = environment.DATA_FILE || DEFAULT_FILE;
  if (url) return { type: 'postgres', url, autoLoadEntities: true };
  if (file === ':memory:') return { type: 'sqljs', autoLoadEntities: true };
  mkdirSync(dirname(file), { recursive: true });
  return { type: 'sqljs', location: file, autoLoadEntities: true };
}
