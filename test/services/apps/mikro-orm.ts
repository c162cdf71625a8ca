import { LockMode } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { MikroORM } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Precondition } from 'nestjs-etag';
import { outliveServer } from './pool.js';
import { CONNECTIONS } from './store.js';
import type { ArticleRow, Change, NoteRow, Store, Table } from './store.js';

@Entity({ tableName: 'articles' })
class Article {
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Property({ type: 'text' })
  title!: string;

  @Property({ type: 'integer' })
  edits!: number;

  @Property({ type: 'integer', version: true })
  version!: number;
}

@Entity({ tableName: 'notes' })
export class Note {
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Property({ type: 'text' })
  title!: string;

  @Property({ type: 'integer' })
  edits!: number;
}

class Articles implements Table<ArticleRow> {
  constructor(private readonly entities: SqlEntityManager) {}

  find(id: number): Promise<ArticleRow | null> {
    return this.entities.fork().findOne(Article, { id });
  }

  async insert(row: NoteRow): Promise<ArticleRow> {
    await this.entities.fork().insert(Article, { ...row, version: 1 });
    return { ...row, version: 1 };
  }

  async update(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    const rows = await this.entities
      .fork()
      .createQueryBuilder(Article)
      .update(change)
      .where(precondition.where({ id }))
      .returning('*')
      .getResultList();
    return precondition.settle(rows)[0]!;
  }

  async remove(id: number, precondition: Precondition): Promise<void> {
    const em = this.entities.fork();
    precondition.settle(await em.nativeDelete(Article, precondition.where({ id })));
  }

  /** MikroORM's own check, pinned to what the guard verified: its `OptimisticLockError` becomes 412. */
  async pin(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    const em = this.entities.fork();
    const article = precondition.settle(await em.findOne(Article, { id }));
    await em.lock(article, LockMode.OPTIMISTIC, precondition.version);
    em.assign(article, change);
    await em.flush();
    return article;
  }

  async overwrite(id: number, change: Change): Promise<ArticleRow> {
    const em = this.entities.fork();
    const article = await em.findOneOrFail(Article, { id });
    em.assign(article, change);
    await em.flush();
    return article;
  }
}

class Notes implements Table<NoteRow> {
  constructor(private readonly entities: SqlEntityManager) {}

  find(id: number): Promise<NoteRow | null> {
    return this.entities.fork().findOne(Note, { id });
  }

  async insert(row: NoteRow): Promise<NoteRow> {
    await this.entities.fork().insert(Note, row);
    return row;
  }

  update(id: number, change: Change, precondition: Precondition): Promise<NoteRow> {
    return this.entities.fork().transactional(async (em) => {
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const note = await precondition.verify(await em.findOne(Note, { id }, { lockMode }));
      return em.assign(note, change);
    });
  }

  remove(id: number, precondition: Precondition): Promise<void> {
    return this.entities.fork().transactional(async (em) => {
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const note = await precondition.verify(await em.findOne(Note, { id }, { lockMode }));
      em.remove(note);
    });
  }
}

export function connect(url: string): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: url,
    entities: [Article, Note],
    pool: { max: CONNECTIONS },
    driverOptions: { onPoolCreated: outliveServer },
  });
}

export async function open(url: string): Promise<Store> {
  const orm = await connect(url);
  return {
    articles: new Articles(orm.em),
    notes: new Notes(orm.em),
    close: () => orm.close(),
  };
}
