import { Mongoose, Schema } from 'mongoose';
import { openStandIn } from './mongodb-stand-in.js';
import { REFUSED } from './way.js';
import type { Library } from './way.js';

interface Article {
  _id: number;
  title: string;
  edits: number;
}

export async function mongoose(): Promise<Library> {
  const { url, server } = await openStandIn();
  const client = new Mongoose();
  await client.connect(url, { serverApi: '1', autoCreate: false, autoIndex: false });
  const schema = new Schema<Article>(
    { _id: Number, title: String, edits: Number },
    { optimisticConcurrency: true, autoCreate: false, autoIndex: false },
  );
  const articles = client.model<Article>('Article', schema, 'articles');
  const driver = client.connection.collection<Article>('articles');
  const change = { $set: { edits: 1 } };
  return {
    name: 'Mongoose, stand-in for MongoDB',
    reset: async () => undefined,
    ways: [
      { write: 'updateOne()', run: (id) => articles.updateOne({ _id: id }, change) },
      {
        write: 'updateOne() to what it is',
        run: (id) => articles.updateOne({ _id: id }, { $set: { edits: 0 } }),
      },
      { write: 'updateMany()', run: (id) => articles.updateMany({ _id: id }, change) },
      { write: 'replaceOne()', run: (id) => articles.replaceOne({ _id: id }, { edits: 1 }) },
      { write: 'deleteOne()', run: (id) => articles.deleteOne({ _id: id }) },
      { write: 'findOneAndUpdate()', run: (id) => articles.findOneAndUpdate({ _id: id }, change) },
      {
        write: 'findOneAndUpdate().lean()',
        run: (id) => articles.findOneAndUpdate({ _id: id }, change).lean(),
      },
      {
        write: 'findOneAndUpdate({ includeResultMetadata })',
        run: (id) =>
          articles.findOneAndUpdate({ _id: id }, change, { includeResultMetadata: true }),
      },
      { write: 'findOneAndDelete()', run: (id) => articles.findOneAndDelete({ _id: id }) },
      { write: 'findById()', run: (id) => articles.findById(id) },
      {
        write: 'bulkWrite([updateOne])',
        run: (id) => articles.bulkWrite([{ updateOne: { filter: { _id: id }, update: change } }]),
      },
      {
        write: 'bulkWrite([deleteOne])',
        run: (id) => articles.bulkWrite([{ deleteOne: { filter: { _id: id } } }]),
      },
      {
        write: 'bulkWrite([insertOne])',
        run: () => articles.bulkWrite([{ insertOne: { document: { _id: 2 } as Article } }]),
        says: REFUSED,
      },
      {
        write: 'updateOne({ upsert })',
        run: (id) => articles.updateOne({ _id: id }, change, { upsert: true }),
        // What was to be there was made instead.
        says: { hit: 1, none: 'refused' },
      },
      {
        write: 'updateOne({ writeConcern: { w: 0 } })',
        run: (id) => articles.updateOne({ _id: id }, change, { writeConcern: { w: 0 } }),
        says: REFUSED,
      },
      { write: 'driver: updateOne()', run: (id) => driver.updateOne({ _id: id }, change) },
      { write: 'driver: deleteOne()', run: (id) => driver.deleteOne({ _id: id }) },
      {
        write: 'driver: findOneAndUpdate()',
        run: (id) => driver.findOneAndUpdate({ _id: id }, change),
      },
      {
        write: 'driver: insertOne()',
        run: () => driver.insertOne({ _id: 2, title: 'x', edits: 0 }),
        says: REFUSED,
      },
    ],
    failures: {
      'findById().orFail()': () => articles.findById(404).orFail().exec(),
      'findOneAndUpdate().orFail()': () =>
        articles.findOneAndUpdate({ _id: 404 }, change).orFail().exec(),
      'updateOne().orFail()': () => articles.updateOne({ _id: 404 }, change).orFail().exec(),
    },
    conflicts: {
      'save() of what is not there': async () => {
        const article = articles.hydrate({ _id: 404, title: 'x', edits: 0 });
        await article.set({ edits: 1 }).save();
      },
    },
    close: async () => {
      await client.disconnect();
      server.close();
    },
  };
}
