import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Generated } from 'kysely';
import type { Precondition } from 'nestjs-etag';
import { openPool } from './pool.js';
import type { ArticleRow, Change, NoteRow, Store, Table } from './store.js';

interface Tables {
  articles: NoteRow & { version: Generated<number> };
  notes: NoteRow;
}

class Articles implements Table<ArticleRow> {
  constructor(private readonly database: Kysely<Tables>) {}

  async find(id: number): Promise<ArticleRow | null> {
    const query = this.database.selectFrom('articles').selectAll().where('id', '=', id);
    return (await query.executeTakeFirst()) ?? null;
  }

  insert(row: NoteRow): Promise<ArticleRow> {
    const query = this.database.insertInto('articles').values(row).returningAll();
    return query.executeTakeFirstOrThrow();
  }

  async update(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    const row = await this.database
      .updateTable('articles')
      .set({ ...change, version: sql`version + 1` })
      .where(({ and }) => and(precondition.where({ id })))
      .returningAll()
      .executeTakeFirst();
    return precondition.settle(row);
  }

  async remove(id: number, precondition: Precondition): Promise<void> {
    const deletion = this.database
      .deleteFrom('articles')
      .where(({ and }) => and(precondition.where({ id })));
    precondition.settle(await deletion.executeTakeFirst());
  }
}

class Notes implements Table<NoteRow> {
  constructor(private readonly database: Kysely<Tables>) {}

  async find(id: number): Promise<NoteRow | null> {
    const query = this.database.selectFrom('notes').selectAll().where('id', '=', id);
    return (await query.executeTakeFirst()) ?? null;
  }

  insert(row: NoteRow): Promise<NoteRow> {
    const query = this.database.insertInto('notes').values(row).returningAll();
    return query.executeTakeFirstOrThrow();
  }

  update(id: number, change: Change, precondition: Precondition): Promise<NoteRow> {
    return this.database.transaction().execute(async (tx) => {
      const row = tx.selectFrom('notes').selectAll().where('id', '=', id).forUpdate();
      await precondition.verify(await row.executeTakeFirst());
      const update = tx.updateTable('notes').set(change).where('id', '=', id).returningAll();
      return update.executeTakeFirstOrThrow();
    });
  }

  async remove(id: number, precondition: Precondition): Promise<void> {
    await this.database.transaction().execute(async (tx) => {
      const row = tx.selectFrom('notes').selectAll().where('id', '=', id).forUpdate();
      await precondition.verify(await row.executeTakeFirst());
      await tx.deleteFrom('notes').where('id', '=', id).execute();
    });
  }
}

export async function open(url: string): Promise<Store> {
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: openPool(url) }) });
  return {
    articles: new Articles(database),
    notes: new Notes(database),
    close: () => database.destroy(),
  };
}
