/**
 * The part of the generated client that the fixture uses, so that the types can be checked before there is
 * a client. It is generated from ../schema.prisma when the applications are built.
 */
import type { ArticleRow, NoteRow } from '../../store.js';

interface Where {
  id: number;
  version?: number;
}

interface Model<Row> {
  findUnique(query: { where: Where }): Promise<Row | null>;
  create(query: { data: NoteRow }): Promise<Row>;
  update(query: { where: Where; data: object }): Promise<Row>;
  updateManyAndReturn(query: { where: Where; data: object }): Promise<Row[]>;
  delete(query: { where: Where }): Promise<Row>;
  deleteMany(query: { where: Where }): Promise<{ count: number }>;
}

interface Client {
  article: Model<ArticleRow>;
  note: Model<NoteRow>;
  $queryRaw<Rows>(query: TemplateStringsArray, ...values: unknown[]): Promise<Rows>;
}

export declare class PrismaClient implements Client {
  constructor(options: { adapter: object });
  article: Model<ArticleRow>;
  note: Model<NoteRow>;
  $queryRaw<Rows>(query: TemplateStringsArray, ...values: unknown[]): Promise<Rows>;
  $transaction<Result>(run: (tx: Client) => Promise<Result>, options?: object): Promise<Result>;
  $disconnect(): Promise<void>;
}
