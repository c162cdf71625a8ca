type Document = Record<string, unknown>;

interface Update {
  readonly $set?: Document;
  readonly $inc?: Record<string, number>;
}

/**
 * Puts itself in the place of the server: the commands that Mongoose sends to a collection for one document act
 * on a list. They know equality of fields, `$set` and `$inc`; each is one step, as on the server, and
 * answers later.
 */
export function standIn(collection: object): void {
  const documents = new Set<Document>();

  function match(filter: Document): Document | undefined {
    return [...documents].find((document) =>
      Object.entries(filter).every(([name, value]) => document[name] === value),
    );
  }

  function change(filter: Document, { $set = {}, $inc = {} }: Update): Document | undefined {
    const found = match(filter);
    if (found === undefined) return undefined;
    Object.assign(found, $set);
    for (const [name, by] of Object.entries($inc)) found[name] = Number(found[name]) + by;
    return found;
  }

  Object.assign(collection, {
    insertOne: later((document: Document) => {
      if (match({ _id: document['_id'] }) !== undefined) {
        throw Object.assign(new Error('E11000 duplicate key error'), { code: 11_000 });
      }
      documents.add({ ...document });
      return { acknowledged: true, insertedId: document['_id'] };
    }),
    findOne: later((filter: Document) => copyOf(match(filter))),
    findOneAndUpdate: later((filter: Document, update: Update) => copyOf(change(filter, update))),
    updateOne: later((filter: Document, update: Update) => {
      const matchedCount = change(filter, update) === undefined ? 0 : 1;
      return { acknowledged: true, matchedCount, modifiedCount: matchedCount };
    }),
    deleteOne: later((filter: Document) => {
      const found = match(filter);
      return {
        acknowledged: true,
        deletedCount: found !== undefined && documents.delete(found) ? 1 : 0,
      };
    }),
  });
}

function later<Given extends unknown[], Result>(
  run: (...given: Given) => Result,
): (...given: Given) => Promise<Result> {
  return async (...given) => {
    await new Promise(setImmediate);
    return run(...given);
  };
}

function copyOf(document: Document | undefined): Document | null {
  return document === undefined ? null : { ...document };
}
