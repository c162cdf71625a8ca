import knex from 'knex';
import type { Knex } from 'knex';
import type { Precondition } from 'nestjs-etag';
import { CONNECTIONS } from './store.js';
import type { ArticleRow, Change, NoteRow, Store, Table } from './store.js';

class Articles implements Table<ArticleRow> {
  constructor(private readonly database: Knex) {}

  async find(id: number): Promise<ArticleRow | null> {
    return (await this.database<ArticleRow>('articles').where({ id }).first()) ?? null;
  }

  async insert(row: NoteRow): Promise<ArticleRow> {
    await this.database<NoteRow>('articles').insert(row);
    return { ...row, version: 1 };
  }

  /** MariaDB has no UPDATE … RETURNING. */
  update(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    return this.database.transaction(async (tx) => {
      const update = tx('articles').where(precondition.where({ id })).update(change);
      precondition.settle(await update.increment('version'));
      return tx('articles').where({ id }).first(); // this transaction has locked it: nobody was faster
    });
  }

  async remove(id: number, precondition: Precondition): Promise<void> {
    precondition.settle(await this.database('articles').where(precondition.where({ id })).delete());
  }
}

class Notes implements Table<NoteRow> {
  constructor(private readonly database: Knex) {}

  async find(id: number): Promise<NoteRow | null> {
    return (await this.database<NoteRow>('notes').where({ id }).first()) ?? null;
  }

  async insert(row: NoteRow): Promise<NoteRow> {
    await this.database<NoteRow>('notes').insert(row);
    return row;
  }

  update(id: number, change: Change, precondition: Precondition): Promise<NoteRow> {
    return this.database.transaction(async (tx) => {
      const locked = await tx<NoteRow>('notes').where({ id }).forUpdate().first();
      const note = await precondition.verify(locked);
      await tx('notes').where({ id }).update(change);
      return { ...note, ...change };
    });
  }

  remove(id: number, precondition: Precondition): Promise<void> {
    return this.database.transaction(async (tx) => {
      await precondition.verify(await tx('notes').where({ id }).forUpdate().first());
      await tx('notes').where({ id }).delete();
    });
  }
}

/** Knex on mysql2, against MariaDB. */
export async function open(url: string): Promise<Store> {
  const connection = url.replace(/^\w+:/, 'mysql:');
  const database = knex({ client: 'mysql2', connection, pool: { max: CONNECTIONS } });
  return {
    articles: new Articles(database),
    notes: new Notes(database),
    close: () => database.destroy(),
  };
}
