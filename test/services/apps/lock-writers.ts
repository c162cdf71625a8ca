import { createPool } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import { Redis } from 'ioredis';
import { mysqlLocks, postgresLocks, processLocks, redisLocks } from 'nestjs-etag/locks';
import type { WriteLocks } from 'nestjs-etag/locks';
import { Pool } from 'pg';
import { Mutex } from 'redis-semaphore';

/** What the test wants of a process of writers. */
export interface WritersSetup {
  /** Who holds the locks; `process` excludes nobody in another process. */
  readonly locks: 'postgres' | 'mysql' | 'redis' | 'process';
  /** Where the locks are. */
  readonly url: string;
  /** The database with the row that is counted up. */
  readonly database: string;
  /** How many writers begin at once. */
  readonly writers: number;
  /** The connections that the locks have. */
  readonly connections: number;
}

/** What a process of writers tells. */
export interface WritersReport {
  readonly kind: 'ready' | 'done';
  readonly errors?: readonly string[];
}

const setup = JSON.parse(process.env['SETUP'] ?? '') as WritersSetup;
const table = openTable(setup.database);
const locks = openLocks(setup);

process.on('message', () => {
  void Promise.all(Array.from({ length: setup.writers }, () => countUp())).then((outcomes) => {
    const errors = outcomes.filter((outcome) => outcome !== undefined);
    process.send?.({ kind: 'done', errors } satisfies WritersReport, () => process.exit());
  });
});
process.send?.({ kind: 'ready' } satisfies WritersReport);

/** Reads a number, and writes the next one: without a version, and without a condition. */
async function countUp(): Promise<string | undefined> {
  try {
    const lock = await locks.acquire('the row', { timeout: 100_000 });
    await table.write((await table.read()) + 1);
    await lock.release();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function openLocks({ locks: kind, url, connections }: WritersSetup): WriteLocks {
  if (kind === 'postgres') {
    return postgresLocks(new Pool({ connectionString: url, max: connections }));
  }
  if (kind === 'mysql') return mysqlLocks(createPool({ uri: url, connectionLimit: connections }));
  return kind === 'redis' ? redisLocks(new Redis(url), { Mutex }) : processLocks();
}

interface Table {
  read(): Promise<number>;
  write(n: number): Promise<unknown>;
}

function openTable(url: string): Table {
  if (url.startsWith('postgres')) {
    const pool = new Pool({ connectionString: url, max: 5 });
    return {
      read: async () => (await pool.query<{ n: number }>('SELECT n FROM counted')).rows[0]!.n,
      write: (n) => pool.query('UPDATE counted SET n = $1', [n]),
    };
  }
  const pool = createPool({ uri: url, connectionLimit: 5 });
  return {
    read: async () => Number((await pool.query<RowDataPacket[]>('SELECT n FROM counted'))[0][0]!.n),
    write: (n) => pool.query('UPDATE counted SET n = ?', [n]),
  };
}
