import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createMariaDatabase, createPostgresDatabase } from './engines.js';
import type { Engine } from './engines.js';

export type Server = 'PostgreSQL' | 'MariaDB';
export type TableName = 'articles' | 'notes';

/** A row of either table; a note has no version. */
export interface Row {
  readonly id: number;
  readonly title: string;
  readonly edits: number;
  readonly version?: number;
}

/** A transaction of the test's own, which can get in the application's way. */
export interface Transaction {
  run(sql: string): Promise<void>;
  end(how: 'COMMIT' | 'ROLLBACK'): Promise<void>;
}

const TABLES = [
  'CREATE TABLE articles (id integer PRIMARY KEY, title varchar(200) NOT NULL, edits integer NOT NULL, version integer NOT NULL DEFAULT 1)',
  'CREATE TABLE notes (id integer PRIMARY KEY, title varchar(200) NOT NULL, edits integer NOT NULL)',
  'CREATE TABLE entangled (id integer PRIMARY KEY)',
  'INSERT INTO entangled VALUES (1)',
];

const ADVISORY_LOCKS = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** A database of its own for one suite, as the test sees it: past the application. */
export class Database {
  /** What the test has begun and not ended: forgotten, it would block all that comes after. */
  private readonly open = new Set<Transaction>();

  private constructor(private readonly engine: Engine) {}

  /**
   * A database with its tables, under a name that nobody else uses.
   *
   * @param url of the server; of the one that all tests share unless it is given.
   */
  static async create(server: Server, url?: string): Promise<Database> {
    const name = `nestjs_etag_${process.pid}_${randomBytes(4).toString('hex')}`;
    const create = server === 'PostgreSQL' ? createPostgresDatabase : createMariaDatabase;
    const engine = await create(name, url);
    for (const table of TABLES) await engine.run(table);
    return new Database(engine);
  }

  /** Its address, for the application. */
  get url(): string {
    return this.engine.url;
  }

  async run(sql: string): Promise<void> {
    await this.engine.run(sql);
  }

  /** Puts one row into a table, whatever was there under its number. */
  async put(table: TableName, id: number): Promise<void> {
    await this.remove(table, id);
    await this.run(`INSERT INTO ${table} (id, title, edits) VALUES (${id}, 'untouched', 0)`);
  }

  async remove(table: TableName, id: number): Promise<void> {
    await this.run(`DELETE FROM ${table} WHERE id = ${id}`);
  }

  async find(table: TableName, id: number): Promise<Row | undefined> {
    const rows = await this.engine.run(`SELECT * FROM ${table} WHERE id = ${id}`);
    return rows[0] as Row | undefined;
  }

  async begin(): Promise<Transaction> {
    const { run, end } = await this.engine.begin();
    const transaction: Transaction = {
      run: async (sql) => {
        await run(sql);
      },
      end: async (how) => {
        if (this.open.delete(transaction)) await end(how);
      },
    };
    this.open.add(transaction);
    return transaction;
  }

  /** Locks one row until the transaction ends. */
  async hold(table: TableName, id: number): Promise<Transaction> {
    const transaction = await this.begin();
    await transaction.run(`SELECT * FROM ${table} WHERE id = ${id} FOR UPDATE`);
    return transaction;
  }

  /** Ends the transactions that a test has left open. */
  async letGo(): Promise<void> {
    await Promise.all([...this.open].map((transaction) => transaction.end('ROLLBACK')));
  }

  /** Resolves when a statement waits for a lock that somebody else holds. */
  blocked(): Promise<void> {
    return this.until(async () => (await this.engine.waiting()).length > 0);
  }

  /** Resolves when nobody is in the middle of a statement or a transaction. */
  idle(): Promise<void> {
    return this.until(async () => (await this.engine.busy()).length === 0);
  }

  /** The connections that hold a lock of a resource, as `postgresLocks()` takes them. */
  async lockHolders(): Promise<number[]> {
    const rows = await this.engine.run(ADVISORY_LOCKS);
    return (rows as { pid: number }[]).map(({ pid }) => pid);
  }

  /** Ends the connections that hold locks of resources. */
  async terminateLockHolders(): Promise<void> {
    for (const connection of await this.lockHolders()) await this.engine.terminate(connection);
  }

  /** Resolves when that many connections hold locks of resources. */
  lockHoldersAre(count: number): Promise<void> {
    return this.until(async () => (await this.lockHolders()).length === count);
  }

  /** Ends the connections that wait for a lock, as an administrator or a crash does. */
  async terminateBlocked(): Promise<void> {
    for (const connection of await this.engine.waiting()) await this.engine.terminate(connection);
  }

  async drop(): Promise<void> {
    await this.letGo();
    await this.engine.drop();
  }

  /** Asks again and again; the time limit of the test ends it. */
  private async until(isSo: () => Promise<boolean>): Promise<void> {
    do await setTimeout(this.engine.pause);
    while (!(await isSo()));
  }
}
