import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit, Provider } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Pool } from 'pg';
import type { PoolClient } from 'pg';
import { NOTES, POSTGRES_URL, TABLE } from './database.js';

export interface Row {
  readonly id: number;
  readonly title: string;
}

/** The pool of the application, small, as the variant may say. */
export const POOL = 'POOL';

export function poolOf(max: number): Provider {
  return { provide: POOL, useFactory: () => new Pool({ connectionString: POSTGRES_URL, max }) };
}

/** Notes in PostgreSQL; writes inside of `transaction()` go through its connection. */
@Injectable()
export class PostgresNotes implements OnModuleInit, OnApplicationShutdown {
  readonly #transactions = new AsyncLocalStorage<PoolClient>();

  constructor(@Inject(POOL) private readonly pool: Pool) {}

  async onModuleInit(): Promise<void> {
    await this.pool.query(`CREATE TABLE ${TABLE} (id int PRIMARY KEY, title text NOT NULL)`);
    await this.pool.query(
      `INSERT INTO ${TABLE} SELECT id, 'untitled' FROM generate_series(1, ${NOTES}) id`,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.query(`DROP TABLE ${TABLE}`);
    await this.pool.end();
  }

  /** Reads through the pool, also within a transaction: whoever holds all connections and reads waits for ever. */
  async find(id: number): Promise<Row | undefined> {
    const { rows } = await this.pool.query<Row>(`SELECT * FROM ${TABLE} WHERE id = $1`, [id]);
    return rows[0];
  }

  async write(id: number, title: string): Promise<Row | undefined> {
    const database = this.#transactions.getStore() ?? this.pool;
    const { rows } = await database.query<Row>(
      `UPDATE ${TABLE} SET title = $2 WHERE id = $1 RETURNING *`,
      [id, title],
    );
    return rows[0];
  }

  /** Runs `work` in a transaction, which is committed when it is done. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const result = await this.#transactions.run(client, work);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }
}
