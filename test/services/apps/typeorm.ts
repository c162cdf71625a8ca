import type { Precondition } from 'nestjs-etag';
import { Column, DataSource, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import type { EntityTarget, Repository } from 'typeorm';
import { CONNECTIONS } from './store.js';
import type { ArticleRow, Change, NoteRow, Store, Table } from './store.js';

@Entity('articles')
export class Article {
  @PrimaryColumn()
  id!: number;

  @Column()
  title!: string;

  @Column()
  edits!: number;

  @VersionColumn()
  version!: number;
}

@Entity('notes')
export class Note {
  @PrimaryColumn()
  id!: number;

  @Column()
  title!: string;

  @Column()
  edits!: number;
}

export class Articles implements Table<ArticleRow> {
  protected readonly articles: Repository<Article>;

  constructor(protected readonly database: DataSource) {
    this.articles = database.getRepository(Article);
  }

  find(id: number): Promise<Article | null> {
    return this.articles.findOneBy({ id });
  }

  async insert(row: NoteRow): Promise<ArticleRow> {
    await this.articles.insert(row);
    return { ...row, version: 1 };
  }

  update(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    return this.database.transaction(async (manager) => {
      precondition.settle(await manager.update(Article, precondition.where({ id }), change));
      return manager.findOneByOrFail(Article, { id }); // our own write has locked it: nobody was faster
    });
  }

  async remove(id: number, precondition: Precondition): Promise<void> {
    precondition.settle(await this.articles.delete(precondition.where({ id })));
  }

  /** With a version in the body, as a form may carry it, TypeORM compares when it reads; never when it saves. */
  async overwrite(
    id: number,
    { version, ...change }: Change & { version?: number },
  ): Promise<Article> {
    const article = await this.articles.findOneOrFail({
      where: { id },
      ...(version === undefined ? {} : { lock: { mode: 'optimistic', version } }),
    });
    return this.articles.save(Object.assign(article, change));
  }

  /** `save()` writes the version that the entity has, whatever the row has by then. */
  async forget(_id: number, change: Change, precondition: Precondition): Promise<Article> {
    const article = precondition.representation as Article;
    return precondition.settle(await this.articles.save(Object.assign(article, change)));
  }
}

export class Notes implements Table<NoteRow> {
  constructor(private readonly database: DataSource) {}

  find(id: number): Promise<Note | null> {
    return this.database.manager.findOneBy(Note, { id });
  }

  async insert(row: NoteRow): Promise<NoteRow> {
    await this.database.manager.insert(Note, row);
    return row;
  }

  update(id: number, change: Change, precondition: Precondition): Promise<NoteRow> {
    return this.database.transaction(async (manager) => {
      const locked = await manager.findOne(Note, {
        where: { id },
        lock: { mode: 'pessimistic_write' },
      });
      const note = await precondition.verify(locked);
      return manager.save(Object.assign(note, change));
    });
  }

  remove(id: number, precondition: Precondition): Promise<void> {
    return this.database.transaction(async (manager) => {
      const locked = await manager.findOne(Note, {
        where: { id },
        lock: { mode: 'pessimistic_write' },
      });
      await manager.remove(await precondition.verify(locked));
    });
  }
}

export async function open(url: string): Promise<Store> {
  const database = await connect('postgres', url);
  return {
    articles: new Articles(database),
    notes: new Notes(database),
    close: () => database.destroy(),
  };
}

export function connect(type: 'postgres' | 'mariadb', url: string): Promise<DataSource> {
  const entities: EntityTarget<object>[] = [Article, Note];
  const extra = type === 'postgres' ? { max: CONNECTIONS } : { connectionLimit: CONNECTIONS };
  return new DataSource({ type, url, entities: entities as never, extra }).initialize();
}
