/** Checked by the compiler alone: a wrong type here is a failing test. */
import type { INestApplication } from '@nestjs/common';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Knex } from 'knex';
import type { Kysely, UpdateResult as KyselyUpdateResult } from 'kysely';
import type { Model } from 'mongoose';
import type { Repository, UpdateResult } from 'typeorm';
import { etagCors } from '../../src/index.js';
import type { Precondition, WriteResult } from '../../src/index.js';

interface Article {
  readonly id: number;
  readonly version: number;
}

/** Entities with methods of the domain. */
interface Job extends Article {
  execute(): void;
}
interface Plan extends Article {
  subscribe(): void;
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
  { job, plan }: { readonly job: Job; readonly plan: Plan },
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

  // Entities may have methods of such names.
  void precondition.settle<Job>(job).execute();
  void precondition.settle<Plan>(plan).subscribe();

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
