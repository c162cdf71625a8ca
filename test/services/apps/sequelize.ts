import type { Precondition } from 'nestjs-etag';
import { DataTypes, Model, Sequelize, literal } from 'sequelize';
import type { ModelAttributes, ModelStatic, Options } from 'sequelize';
import { CONNECTIONS } from './store.js';
import type { ArticleRow, Change, NoteRow, Store, Table } from './store.js';

interface Article extends Model<ArticleRow, NoteRow>, ArticleRow {}
interface Note extends Model<NoteRow, NoteRow>, NoteRow {}

const columns: ModelAttributes = {
  id: { type: DataTypes.INTEGER, primaryKey: true },
  title: DataTypes.TEXT,
  edits: DataTypes.INTEGER,
};

class Articles implements Table<ArticleRow> {
  constructor(private readonly articles: ModelStatic<Article>) {}

  async find(id: number): Promise<ArticleRow | null> {
    return (await this.articles.findByPk(id))?.toJSON() ?? null;
  }

  async insert(row: NoteRow): Promise<ArticleRow> {
    await this.articles.create(row);
    return { ...row, version: 1 };
  }

  async update(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    const written = await this.articles.update(
      { ...change, version: literal('version + 1') },
      { where: precondition.where({ id }), returning: true },
    );
    return precondition.settle(written)[1][0]!.toJSON();
  }

  async remove(id: number, precondition: Precondition): Promise<void> {
    precondition.settle(await this.articles.destroy({ where: precondition.where({ id }) }));
  }

  async overwrite(id: number, change: Change): Promise<ArticleRow> {
    const article = await this.articles.findByPk(id, { rejectOnEmpty: true });
    return (await article.update(change)).toJSON();
  }

  /** `update()` of a model raises no version, as that of an instance does. */
  async forget(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    const where = precondition.where({ id });
    const written = await this.articles.update(change, { where, returning: true });
    return precondition.settle(written)[1][0]!.toJSON();
  }
}

class Notes implements Table<NoteRow> {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly notes: ModelStatic<Note>,
  ) {}

  async find(id: number): Promise<NoteRow | null> {
    return (await this.notes.findByPk(id))?.toJSON() ?? null;
  }

  async insert(row: NoteRow): Promise<NoteRow> {
    return (await this.notes.create(row)).toJSON();
  }

  update(id: number, change: Change, precondition: Precondition): Promise<NoteRow> {
    return this.sequelize.transaction(async (transaction) => {
      const locked = await this.notes.findByPk(id, { transaction, lock: true });
      await precondition.verify(locked?.toJSON());
      return (await locked!.update(change, { transaction })).toJSON();
    });
  }

  remove(id: number, precondition: Precondition): Promise<void> {
    return this.sequelize.transaction(async (transaction) => {
      const locked = await this.notes.findByPk(id, { transaction, lock: true });
      await precondition.verify(locked?.toJSON());
      await locked!.destroy({ transaction });
    });
  }
}

/** On MariaDB no UPDATE returns rows: the row is read again while this transaction has it locked. */
class ArticlesOnMariaDB extends Articles {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly model: ModelStatic<Article>,
  ) {
    super(model);
  }

  override update(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    return this.sequelize.transaction(async (transaction) => {
      const where = precondition.where({ id });
      const values = { ...change, version: literal('version + 1') };
      precondition.settle(await this.model.update(values, { where, transaction }));
      return (await this.model.findByPk(id, { transaction, rejectOnEmpty: true })).toJSON();
    });
  }
}

export async function open(url: string): Promise<Store> {
  const dialect = url.startsWith('postgres') ? 'postgres' : 'mysql';
  const options: Options = { dialect, logging: false, pool: { max: CONNECTIONS } };
  const sequelize = new Sequelize(url.replace(/^\w+:/, `${dialect}:`), options);
  const model = <M extends Model>(name: string, version: boolean): ModelStatic<M> =>
    sequelize.define<M>(name, columns, { tableName: name, timestamps: false, version });
  const articles = model<Article>('articles', true);
  return {
    articles:
      dialect === 'postgres' ? new Articles(articles) : new ArticlesOnMariaDB(sequelize, articles),
    notes: new Notes(sequelize, model<Note>('notes', false)),
    close: () => sequelize.close(),
  };
}
