import type { Precondition } from 'nestjs-etag';

/** What has a version column: its tag is made of the version, and its writes name it. */
export interface ArticleRow {
  id: number;
  title: string;
  /** What clients count up: read it, add one, write it back under the tag that was read. */
  edits: number;
  version: number;
}

/** What has none: its tag is made of all of it, and its writes lock the row. */
export type NoteRow = Omit<ArticleRow, 'version'>;

/** What a client may change. */
export interface Change {
  title?: string;
  edits?: number;
}

/** A table as one ORM reads and writes it. Each `update` and each `remove` is a recipe of docs/concurrency.md. */
export interface Table<Row> {
  find(id: number): Promise<Row | null>;
  insert(row: NoteRow): Promise<Row>;
  update(id: number, change: Change, precondition: Precondition): Promise<Row>;
  remove(id: number, precondition: Precondition): Promise<void>;
  /** The check that the ORM has of its own, pinned to the version that the guard verified. */
  pin?(id: number, change: Change, precondition: Precondition): Promise<Row>;
  /** A mistake: loads the row again and saves it, by the check that the ORM has of its own, if any. */
  overwrite?(id: number, change: Change & { version?: number }): Promise<Row>;
  /** A mistake: does not raise the version. */
  forget?(id: number, change: Change, precondition: Precondition): Promise<Row>;
}

/** One ORM, connected. A class, so that Nest can inject it. */
export abstract class Store {
  abstract readonly articles: Table<ArticleRow>;
  abstract readonly notes: Table<NoteRow>;
  abstract readonly close: () => Promise<unknown>;
}

/** Connections that one process may have: fewer than there are writers, so that some have to wait. */
export const CONNECTIONS = 5;
