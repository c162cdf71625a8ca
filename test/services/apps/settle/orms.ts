import { LockMode, MikroORM } from '@mikro-orm/postgresql';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { PrismaPg } from '@prisma/adapter-pg';
import { DataTypes, QueryTypes, Sequelize, literal } from 'sequelize';
import type { ModelAttributes } from 'sequelize';
import { Column, DataSource, Entity as TypeORMEntity, PrimaryColumn, VersionColumn } from 'typeorm';
import { PrismaClient } from '../prisma/generated/client.js';
import { ALWAYS_NONE, CREATE, DELETE, INSERT, SQL } from './way.js';
import type { Library, Way } from './way.js';

@TypeORMEntity('articles')
class Article {
  @PrimaryColumn() id!: number;
  @Column() title!: string;
  @Column() edits!: number;
  @VersionColumn() version!: number;
}

export async function typeorm(
  type: 'postgres' | 'mariadb' | 'sqljs',
  url?: string,
): Promise<Library> {
  const options = type === 'sqljs' ? { type } : { type, url };
  const database = await new DataSource({ ...options, entities: [Article] } as never).initialize();
  if (type === 'sqljs') await database.query(CREATE);
  const articles = database.getRepository(Article);
  const returning: Way[] = [
    {
      write: 'createQueryBuilder().update() … returning(*).execute()',
      run: (id) =>
        articles
          .createQueryBuilder()
          .update()
          .set({ edits: 1 })
          .where({ id })
          .returning('*')
          .execute(),
    },
    { write: 'query(update … returning)', run: (id) => database.query(SQL.returning(id)) },
  ];
  return {
    name: `TypeORM on ${type}`,
    reset: async () => {
      await database.query(DELETE);
      await database.query(INSERT);
    },
    ways: [
      { write: 'update()', run: (id) => articles.update({ id }, { edits: 1 }) },
      { write: 'update() to what it is', run: (id) => articles.update({ id }, { edits: 0 }) },
      { write: 'delete()', run: (id) => articles.delete({ id }) },
      { write: 'increment()', run: (id) => articles.increment({ id }, 'edits', 1) },
      { write: 'findOneBy()', run: (id) => articles.findOneBy({ id }) },
      {
        write: 'createQueryBuilder().update() … execute()',
        run: (id) =>
          articles.createQueryBuilder().update().set({ edits: 1 }).where({ id }).execute(),
      },
      {
        write: 'createQueryBuilder().delete() … execute()',
        run: (id) => articles.createQueryBuilder().delete().where({ id }).execute(),
      },
      {
        write: 'query(update)',
        run: (id) => database.query(SQL.update(id)),
        ...(type === 'sqljs' ? { says: ALWAYS_NONE } : {}),
      },
      ...(type === 'postgres' ? returning : []),
    ],
    failures: {
      'findOneByOrFail()': () => articles.findOneByOrFail({ id: 404 }),
      'findOneOrFail()': () => articles.findOneOrFail({ where: { id: 404 } }),
    },
    conflicts: {
      'findOne({ lock: optimistic })': () =>
        articles.findOne({ where: { id: 1 }, lock: { mode: 'optimistic', version: 77 } }),
    },
    duplicates: {
      'insert()': () => articles.insert({ id: 1, title: 'x', edits: 0 }),
    },
    close: () => database.destroy(),
  };
}

/** More of the generated client than the stores use. */
interface PrismaArticles {
  update(query: object): Promise<unknown>;
  updateMany(query: object): Promise<unknown>;
  updateManyAndReturn(query: object): Promise<unknown>;
  delete(query: object): Promise<unknown>;
  deleteMany(query: object): Promise<unknown>;
  findUnique(query: object): Promise<unknown>;
  findUniqueOrThrow(query: object): Promise<unknown>;
  findFirstOrThrow(query: object): Promise<unknown>;
  createMany(query: object): Promise<unknown>;
}

export function prisma(url: string): Library {
  const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
  const { $executeRawUnsafe, $queryRawUnsafe } = client as unknown as {
    $executeRawUnsafe(sql: string): Promise<unknown>;
    $queryRawUnsafe(sql: string): Promise<unknown>;
  };
  const execute = $executeRawUnsafe.bind(client);
  const query = $queryRawUnsafe.bind(client);
  const article = client.article as unknown as PrismaArticles;
  const data = { edits: { increment: 1 } };
  const where = { id: 404 };
  return {
    name: 'Prisma on pg',
    reset: async () => {
      await execute(DELETE);
      await execute(INSERT);
    },
    ways: [
      { write: 'updateMany()', run: (id) => article.updateMany({ where: { id }, data }) },
      {
        write: 'updateManyAndReturn()',
        run: (id) => article.updateManyAndReturn({ where: { id }, data }),
      },
      { write: 'deleteMany()', run: (id) => article.deleteMany({ where: { id } }) },
      { write: 'findUnique()', run: (id) => article.findUnique({ where: { id } }) },
      {
        write: 'createMany({ skipDuplicates })',
        run: (id) =>
          article.createMany({
            data: [{ id: id === 1 ? 2 : 1, title: 'x', edits: 0 }],
            skipDuplicates: true,
          }),
      },
      { write: '$executeRaw`update`', run: (id) => execute(SQL.update(id)) },
      { write: '$queryRaw`update … returning`', run: (id) => query(SQL.returning(id)) },
      { write: '$queryRaw`update`', run: (id) => query(SQL.update(id)), says: ALWAYS_NONE },
      {
        write: '$transaction([updateMany()])',
        run: async (id) =>
          client.$transaction([article.updateMany({ where: { id }, data })] as never),
      },
    ],
    failures: {
      'update()': () => article.update({ where, data }),
      'delete()': () => article.delete({ where }),
      'findUniqueOrThrow()': () => article.findUniqueOrThrow({ where }),
      'findFirstOrThrow()': () => article.findFirstOrThrow({ where }),
    },
    duplicates: {
      'createMany()': () => article.createMany({ data: [{ id: 1, title: 'x', edits: 0 }] }),
    },
    close: () => client.$disconnect(),
  };
}

@Entity({ tableName: 'articles' })
class MikroArticle {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Property({ type: 'text' }) title!: string;
  @Property({ type: 'integer' }) edits!: number;
  @Property({ type: 'integer', version: true }) version!: number;
}

export async function mikroOrm(url: string): Promise<Library> {
  const orm = await MikroORM.init({ clientUrl: url, entities: [MikroArticle] });
  const em = () => orm.em.fork();
  const execute = (sql: string, mode: 'all' | 'get' | 'run') =>
    orm.em.getConnection().execute(sql, [], mode);
  return {
    name: 'MikroORM on pg',
    reset: async () => {
      await execute(DELETE, 'run');
      await execute(INSERT, 'run');
    },
    ways: [
      {
        write: 'nativeUpdate()',
        run: (id) => em().nativeUpdate(MikroArticle, { id }, { edits: 1 }),
      },
      { write: 'nativeDelete()', run: (id) => em().nativeDelete(MikroArticle, { id }) },
      { write: 'findOne()', run: (id) => em().findOne(MikroArticle, { id }) },
      {
        write: 'createQueryBuilder().update() … execute()',
        run: (id) =>
          em().createQueryBuilder(MikroArticle).update({ edits: 1 }).where({ id }).execute(),
      },
      {
        write: `createQueryBuilder().update() … execute('get')`,
        run: (id) =>
          em().createQueryBuilder(MikroArticle).update({ edits: 1 }).where({ id }).execute('get'),
        says: ALWAYS_NONE,
      },
      {
        write: `createQueryBuilder().update() … execute('all')`,
        run: (id) =>
          em().createQueryBuilder(MikroArticle).update({ edits: 1 }).where({ id }).execute('all'),
        says: ALWAYS_NONE,
      },
      {
        write: 'createQueryBuilder().update() … returning(*).getResultList()',
        run: (id) =>
          em()
            .createQueryBuilder(MikroArticle)
            .update({ edits: 1 })
            .where({ id })
            .returning('*')
            .getResultList(),
      },
      {
        write: 'createQueryBuilder().delete() … execute()',
        run: (id) => em().createQueryBuilder(MikroArticle).delete({ id }).execute(),
      },
      { write: `execute(update, 'run')`, run: (id) => execute(SQL.update(id), 'run') },
      {
        write: `execute(update … returning, 'run')`,
        run: (id) => execute(SQL.returning(id), 'run'),
      },
      {
        write: `execute(update … returning, 'all')`,
        run: (id) => execute(SQL.returning(id), 'all'),
      },
      {
        write: `execute(update … returning, 'get')`,
        run: (id) => execute(SQL.returning(id), 'get'),
      },
      {
        write: `execute(update, 'all')`,
        run: (id) => execute(SQL.update(id), 'all'),
        says: ALWAYS_NONE,
      },
      {
        write: `execute(update, 'get')`,
        run: (id) => execute(SQL.update(id), 'get'),
        says: ALWAYS_NONE,
      },
    ],
    failures: {
      'findOneOrFail()': () => em().findOneOrFail(MikroArticle, { id: 404 }),
      'findOneOrFail({ strict })': () =>
        em().findOneOrFail(MikroArticle, { id: 404 }, { strict: true }),
    },
    conflicts: {
      'lock(OPTIMISTIC)': async () => {
        const entities = em();
        const article = await entities.findOneOrFail(MikroArticle, { id: 1 });
        await entities.lock(article, LockMode.OPTIMISTIC, 77);
      },
      'flush() after another writer': async () => {
        const entities = em();
        const article = await entities.findOneOrFail(MikroArticle, { id: 1 });
        await execute(SQL.update(1), 'run');
        article.edits = 1;
        await entities.flush();
      },
    },
    duplicates: {
      'insert()': () => em().insert(MikroArticle, { id: 1, title: 'x', edits: 0, version: 1 }),
    },
    close: () => orm.close(),
  };
}

const COLUMNS: ModelAttributes = {
  id: { type: DataTypes.INTEGER, primaryKey: true },
  title: DataTypes.TEXT,
  edits: DataTypes.INTEGER,
  version: DataTypes.INTEGER,
};

export function sequelize(dialect: 'postgres' | 'mysql', url: string): Library {
  const client = new Sequelize(url.replace(/^\w+:/, `${dialect}:`), { dialect, logging: false });
  const articles = client.define('articles', COLUMNS, { timestamps: false });
  const { version: _, ...columns } = COLUMNS;
  const versioned = client.define('versioned', columns, {
    tableName: 'articles',
    timestamps: false,
    version: true,
  });
  const values = { version: literal('version + 1') };
  const returning: Way[] = [
    {
      write: 'update({ returning })',
      run: (id) => articles.update(values, { where: { id }, returning: true }),
    },
    { write: 'query(update … returning)', run: (id) => client.query(SQL.returning(id)) },
    {
      write: 'query(update … returning, { type: SELECT })',
      run: (id) => client.query(SQL.returning(id), { type: QueryTypes.SELECT }),
    },
    {
      write: 'query(update … returning, { type: UPDATE })',
      run: (id) => client.query(SQL.returning(id), { type: QueryTypes.UPDATE }),
    },
  ];
  return {
    name: `Sequelize on ${dialect}`,
    reset: async () => {
      await client.query(DELETE);
      await client.query(INSERT);
    },
    ways: [
      { write: 'update()', run: (id) => articles.update(values, { where: { id } }) },
      {
        write: 'update() to what it is',
        run: (id) => articles.update({ edits: 0 }, { where: { id } }),
        // It connects to MySQL without FOUND_ROWS: rows that a write leaves as they are do not count.
        ...(dialect === 'mysql' ? { says: ALWAYS_NONE } : {}),
      },
      { write: 'destroy()', run: (id) => articles.destroy({ where: { id } }) },
      { write: 'increment()', run: (id) => articles.increment('edits', { where: { id } }) },
      { write: 'decrement()', run: (id) => articles.decrement('edits', { where: { id } }) },
      { write: 'findByPk()', run: (id) => articles.findByPk(id) },
      { write: 'query(update)', run: (id) => client.query(SQL.update(id)) },
      {
        write: 'query(update, { type: UPDATE })',
        run: (id) => client.query(SQL.update(id), { type: QueryTypes.UPDATE }),
      },
      {
        write: 'query(update, { type: BULKUPDATE })',
        run: (id) => client.query(SQL.update(id), { type: QueryTypes.BULKUPDATE }),
      },
      {
        write: 'query(delete, { type: BULKDELETE })',
        run: (id) => client.query(SQL.delete(id), { type: QueryTypes.BULKDELETE }),
      },
      {
        write: 'query(update, { type: RAW })',
        run: (id) => client.query(SQL.update(id), { type: QueryTypes.RAW }),
      },
      {
        write: 'getQueryInterface().bulkUpdate()',
        run: (id) => client.getQueryInterface().bulkUpdate('articles', { edits: 1 }, { id }),
      },
      ...(dialect === 'postgres' ? returning : []),
    ],
    failures: {
      'findByPk({ rejectOnEmpty })': () => articles.findByPk(404, { rejectOnEmpty: true }),
    },
    conflicts: {
      'save() after another writer': async () => {
        const article = await versioned.findByPk(1, { rejectOnEmpty: true });
        await client.query(SQL.update(1));
        await article.update({ edits: 1 });
      },
    },
    duplicates: {
      'create()': () => articles.create({ id: 1, title: 'x', edits: 0 }),
    },
    close: () => client.close(),
  };
}
