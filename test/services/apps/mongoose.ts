import { Mongoose, Schema } from 'mongoose';
import type { HydratedDocument, Model } from 'mongoose';
import type { Precondition } from 'nestjs-etag';
import { standIn } from './mongoose-collection.js';
import type { ArticleRow, Change, NoteRow, Store, Table } from './store.js';

interface Article {
  _id: number;
  title: string;
  edits: number;
  __v: number;
}

const schema = new Schema<Article>(
  { _id: Number, title: String, edits: Number },
  { optimisticConcurrency: true, autoCreate: false, autoIndex: false },
);

class Articles implements Table<ArticleRow> {
  constructor(private readonly articles: Model<Article>) {}

  async find(id: number): Promise<ArticleRow | null> {
    const article = await this.articles.findById(id);
    return article === null ? null : rowOf(article);
  }

  async insert({ id, ...row }: NoteRow): Promise<ArticleRow> {
    return rowOf(await this.articles.create({ _id: id, ...row }));
  }

  async update(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    const article = await this.articles.findOneAndUpdate(
      precondition.where({ _id: id }, '__v'),
      { $set: change, $inc: { __v: 1 } },
      { returnDocument: 'after' },
    );
    return rowOf(precondition.settle(article));
  }

  async remove(id: number, precondition: Precondition): Promise<void> {
    precondition.settle(await this.articles.deleteOne(precondition.where({ _id: id }, '__v')));
  }

  /** With a version in the body, the document is as somebody knew it then. */
  async overwrite(
    id: number,
    { version, ...change }: Change & { version?: number },
  ): Promise<ArticleRow> {
    const article = await this.articles.findById(id).orFail();
    if (version !== undefined) article.set('__v', version);
    return rowOf(await article.set(change).save());
  }
}

function rowOf({ _id, title, edits, __v }: HydratedDocument<Article>): ArticleRow {
  return { id: _id, title, edits, version: __v };
}

/** All is Mongoose's own but the server: documents are kept in this process. */
export function open(): Store {
  const mongoose = new Mongoose();
  const articles = mongoose.model<Article>('Article', schema);
  standIn(articles.collection);
  return {
    articles: new Articles(articles),
    notes: NO_ROW_LOCKS,
    close: () => mongoose.disconnect(),
  };
}

const NO_ROW_LOCKS = new Proxy({} as Table<NoteRow>, {
  get: () => {
    throw new Error('MongoDB locks no rows');
  },
});
