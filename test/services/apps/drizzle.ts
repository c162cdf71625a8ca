import { and, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Precondition } from 'nestjs-etag';
import { openPool } from './pool.js';
import type { ArticleRow, Change, NoteRow, Store, Table } from './store.js';

const articles = pgTable('articles', {
  id: integer().primaryKey(),
  title: text().notNull(),
  edits: integer().notNull(),
  version: integer().notNull().default(1),
});

const notes = pgTable('notes', {
  id: integer().primaryKey(),
  title: text().notNull(),
  edits: integer().notNull(),
});

class Articles implements Table<ArticleRow> {
  constructor(private readonly database: NodePgDatabase) {}

  async find(id: number): Promise<ArticleRow | null> {
    const [row] = await this.database.select().from(articles).where(eq(articles.id, id));
    return row ?? null;
  }

  async insert(row: NoteRow): Promise<ArticleRow> {
    await this.database.insert(articles).values(row);
    return { ...row, version: 1 };
  }

  async update(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    const { version } = precondition;
    const isCurrent = version === undefined ? undefined : eq(articles.version, version);
    const rows = await this.database
      .update(articles)
      .set({ ...change, version: sql`${articles.version} + 1` })
      .where(and(eq(articles.id, id), isCurrent))
      .returning();
    return precondition.settle(rows)[0]!;
  }

  async remove(id: number, precondition: Precondition): Promise<void> {
    const { version } = precondition;
    const isCurrent = version === undefined ? undefined : eq(articles.version, version);
    precondition.settle(
      await this.database.delete(articles).where(and(eq(articles.id, id), isCurrent)),
    );
  }
}

class Notes implements Table<NoteRow> {
  constructor(private readonly database: NodePgDatabase) {}

  async find(id: number): Promise<NoteRow | null> {
    const [row] = await this.database.select().from(notes).where(eq(notes.id, id));
    return row ?? null;
  }

  async insert(row: NoteRow): Promise<NoteRow> {
    await this.database.insert(notes).values(row);
    return row;
  }

  update(id: number, change: Change, precondition: Precondition): Promise<NoteRow> {
    return this.database.transaction(async (tx) => {
      const [locked] = await tx.select().from(notes).where(eq(notes.id, id)).for('update');
      await precondition.verify(locked);
      const [note] = await tx.update(notes).set(change).where(eq(notes.id, id)).returning();
      return note!;
    });
  }

  remove(id: number, precondition: Precondition): Promise<void> {
    return this.database.transaction(async (tx) => {
      const [locked] = await tx.select().from(notes).where(eq(notes.id, id)).for('update');
      await precondition.verify(locked);
      await tx.delete(notes).where(eq(notes.id, id));
    });
  }
}

export async function open(url: string): Promise<Store> {
  const pool = openPool(url);
  const database = drizzle({ client: pool });
  return {
    articles: new Articles(database),
    notes: new Notes(database),
    close: () => pool.end(),
  };
}
