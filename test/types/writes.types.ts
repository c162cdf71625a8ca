/** Checked by the compiler alone: a wrong type here is a failing test. */
import { SwaggerModule } from '@nestjs/swagger';
import type { INestApplication } from '@nestjs/common';
import { etagCors, IfMatch, ItemETags } from '../../src/index.js';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Knex } from 'knex';
import type { Kysely, UpdateResult as KyselyUpdateResult } from 'kysely';
import type { Model } from 'mongoose';
import type { Repository, UpdateResult } from 'typeorm';
import type { CurrentEntity, IfMatchOptions, Precondition, WriteResult } from '../../src/index.js';
import { documentETags } from '../../src/swagger/index.js';

interface Article {
  readonly id: number;
  readonly version: number;
}

class ArticlesController {
  findOne(id: number): Article {
    return { id, version: 1 };
  }
}

class CurrentArticle implements CurrentEntity {
  current(request: { readonly params: { readonly id: string } }): Article {
    return { id: Number(request.params.id), version: 1 };
  }
}

class NotAProvider {
  find(): Article {
    return { id: 1, version: 1 };
  }
}

const all: Required<IfMatchOptions> = {
  current: 'findOne',
  version: 'version',
  comparison: 'weak',
  required: true,
  creates: false,
  unmodifiedSince: false,
  property: 'etag',
  etag: true,
  key: () => 'articles/1',
};
IfMatch(all);
IfMatch<ArticlesController>({ current: 'findOne' });
IfMatch<ArticlesController>({ current: (controller) => controller.findOne(1) });
IfMatch<ArticlesController, { id: number }>({
  current: (controller, request) => controller.findOne(request.id),
  key: (request) => String(request.id),
});
IfMatch({ current: CurrentArticle });
// @ts-expect-error no handler of this controller
IfMatch<ArticlesController>({ current: 'findNone' });
// @ts-expect-error a provider has a method current(request)
IfMatch<ArticlesController>({ current: NotAProvider });
// @ts-expect-error there are two ways to compare
IfMatch({ comparison: 'loose' });
// @ts-expect-error a switch is true or false
IfMatch({ required: 'yes' });
// @ts-expect-error a switch is true or false
IfMatch({ creates: 1 });
// @ts-expect-error the name of one property
IfMatch({ property: ['etag'] });
// @ts-expect-error a key is a text
IfMatch<ArticlesController, { id: number }>({ key: (request) => request.id });
// @ts-expect-error no such option
IfMatch({ require: true });

ItemETags({ property: 'tag', of: 'findOne', items: 'data' });
// @ts-expect-error the name of a property
ItemETags({ property: 1 });
// @ts-expect-error no such option
ItemETags({ path: 'data' });

/** What a handler does with what the guard verified. */
export function written(precondition: Precondition, bySlug: Precondition<string>): void {
  const criteria: { id: number; version?: number } = precondition.where({ id: 1 });
  const renamed: { id: number; revision?: string } = bySlug.where({ id: 1 }, 'revision');
  const article: Article = precondition.settle<Article | undefined>(undefined);
  const verified: Promise<Article> = precondition.verify<Article | null>(null);
  // @ts-expect-error the version is a number unless it is said to be something else
  const text: string | undefined = precondition.version;
  // @ts-expect-error criteria are an object
  precondition.where('id');
  void [criteria, renamed, article, verified, text];
}

/** What `settle()` takes: results that are there, and nothing that is still to come. */
export function settled(
  precondition: Precondition,
  drizzle: NodePgDatabase,
  kysely: Kysely<{ articles: Article }>,
  knex: Knex,
  typeorm: Repository<Article>,
  mongoose: Model<Article>,
  prisma: { readonly then: PromiseLike<{ count: number }>['then'] },
  read: { readonly unknown: unknown; readonly flushed: undefined },
): void {
  const kyselyUpdate = kysely.updateTable('articles').set({ version: 2 });
  const typeormUpdate = typeorm.createQueryBuilder().update();
  void (async () => {
    const updated: UpdateResult = precondition.settle(await typeorm.update({ id: 1 }, {}));
    const built: UpdateResult = precondition.settle(await typeormUpdate.execute());
    const [kyselyUpdated]: KyselyUpdateResult[] = precondition.settle(await kyselyUpdate.execute());
    const first: Article = precondition.settle(
      await kyselyUpdate.returningAll().executeTakeFirst(),
    );
    const rows: number = precondition.settle(await knex('articles').update({ version: 2 }));
    const document = precondition.settle(await mongoose.findOneAndUpdate({ id: 1 }, {}));
    const saved: number = document.version;
    const many: { count: number } = precondition.settle(await prisma);
    const entity: Article = precondition.settle(await typeorm.findOneBy({ id: 1 }));
    const drizzled = precondition.settle(await drizzle.execute('UPDATE articles SET version = 2'));
    const touched: number | null = drizzled.rowCount;
    const looked = precondition.settle(read.unknown);
    const literals: [number, bigint, readonly [number]] = [
      precondition.settle(1),
      precondition.settle(1n),
      precondition.settle([1] as const),
    ];
    precondition.settle(null);
    precondition.settle(read.flushed);
    void [updated, built, kyselyUpdated, first, rows, saved, many, entity, touched, looked];
    void literals;
  });

  // @ts-expect-error a promise is to be awaited
  void precondition.settle(typeorm.update({ id: 1 }, {}));
  // @ts-expect-error a promise, or not: it may be one
  void precondition.settle(read.unknown as Article | Promise<Article>);
  // @ts-expect-error a query builder of TypeORM is to be executed
  void precondition.settle(typeormUpdate);
  // @ts-expect-error a query builder of Kysely is to be executed
  void precondition.settle(kyselyUpdate);
  // @ts-expect-error its result is to be awaited
  void precondition.settle(kyselyUpdate.executeTakeFirst());
  // @ts-expect-error Knex runs a query when it is awaited
  void precondition.settle(knex('articles').update({ version: 2 }));
  // @ts-expect-error so does Mongoose
  void precondition.settle(mongoose.updateOne({ id: 1 }, {}));
  // @ts-expect-error so does Prisma
  void precondition.settle(prisma);
  // @ts-expect-error so does Drizzle
  void precondition.settle(drizzle.execute('UPDATE articles SET version = 2'));
  // @ts-expect-error what returns nothing says nothing
  void precondition.settle(((): void => undefined)());
  // @ts-expect-error a boolean does not tell how many
  void precondition.settle(read.unknown === 1);
  // @ts-expect-error nor does a text
  void precondition.settle('OK');
  // @ts-expect-error nor does a function
  void precondition.settle(() => 1);
  const sentence: WriteResult<Promise<Article>> = 'await it first: precondition.settle(await …)';
  void sentence;
}

const cors: Parameters<INestApplication['enableCors']>[0] = etagCors();
void cors;

/** The document keeps its type, and the application needs none but Nest's. */
export function documented(app: INestApplication): void {
  const document = SwaggerModule.createDocument(app, {
    info: { title: '', version: '1' },
  } as never);
  const same: typeof document = documentETags(document, app);
  // @ts-expect-error an OpenAPI document has paths
  documentETags({}, app);
  // @ts-expect-error the application is asked for its providers
  documentETags(document, {});
  void same;
}
