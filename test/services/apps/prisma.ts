import { PrismaPg } from '@prisma/adapter-pg';
import type { Precondition } from 'nestjs-etag';
import { PrismaClient } from './prisma/generated/client.js';
import { CONNECTIONS } from './store.js';
import type { ArticleRow, Change, NoteRow, Store, Table } from './store.js';

class Articles implements Table<ArticleRow> {
  constructor(private readonly prisma: PrismaClient) {}

  find(id: number): Promise<ArticleRow | null> {
    return this.prisma.article.findUnique({ where: { id } });
  }

  insert(row: NoteRow): Promise<ArticleRow> {
    return this.prisma.article.create({ data: row });
  }

  async update(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    const rows = await this.prisma.article.updateManyAndReturn({
      where: precondition.where({ id }),
      data: { ...change, version: { increment: 1 } },
    });
    return precondition.settle(rows)[0]!;
  }

  async remove(id: number, precondition: Precondition): Promise<void> {
    const where = precondition.where({ id });
    precondition.settle(await this.prisma.article.deleteMany({ where }));
  }
}

class Notes implements Table<NoteRow> {
  constructor(private readonly prisma: PrismaClient) {}

  find(id: number): Promise<NoteRow | null> {
    return this.prisma.note.findUnique({ where: { id } });
  }

  insert(row: NoteRow): Promise<NoteRow> {
    return this.prisma.note.create({ data: row });
  }

  update(id: number, change: Change, precondition: Precondition): Promise<NoteRow> {
    return this.prisma.$transaction(async (tx) => {
      const [locked] = await tx.$queryRaw<
        NoteRow[]
      >`SELECT * FROM notes WHERE id = ${id} FOR UPDATE`;
      await precondition.verify(locked);
      return tx.note.update({ where: { id }, data: change });
    }, PATIENT);
  }

  async remove(id: number, precondition: Precondition): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      const [locked] = await tx.$queryRaw<
        NoteRow[]
      >`SELECT * FROM notes WHERE id = ${id} FOR UPDATE`;
      await precondition.verify(locked);
      await tx.note.delete({ where: { id } });
    }, PATIENT);
  }
}

/** Prisma gives up on a connection after 2 seconds and on a transaction after 5, unless told otherwise. */
const PATIENT = { maxWait: 30_000, timeout: 30_000 };

export function connect(url: string): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: CONNECTIONS }),
  });
}

export async function open(url: string): Promise<Store> {
  const prisma = connect(url);
  return {
    articles: new Articles(prisma),
    notes: new Notes(prisma),
    close: () => prisma.$disconnect(),
  };
}
