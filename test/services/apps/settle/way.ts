/** One way to write, with what it answers when it touched rows and when it touched none. */
export interface Way {
  /** The call, as a user writes it. */
  readonly write: string;
  /**
   * Writes the rows of this number: there is one with 1 and none with 404.
   *
   * @returns what the driver or the ORM answers, as it comes.
   */
  readonly run: (id: number) => unknown;
  /** What `settle()` must say of it; {@link ONE_OR_NONE} unless something else is said. */
  readonly says?: Verdicts;
}

/** A number of rows, or `'refused'` where the result does not tell. */
export type Verdict = number | 'refused';

export interface Verdicts {
  readonly hit: Verdict;
  readonly none: Verdict;
}

export const ONE_OR_NONE: Verdicts = { hit: 1, none: 0 };
export const REFUSED: Verdicts = { hit: 'refused', none: 'refused' };
/** SQL that returns no rows, by a call that answers with rows alone: a write that was done looks like none. */
export const ALWAYS_NONE: Verdicts = { hit: 0, none: 0 };

/** All the ways of one driver or ORM, on one database. */
export interface Library {
  readonly name: string;
  readonly ways: readonly Way[];
  /** Puts the table back to its one row, number 1. */
  reset(): Promise<unknown>;
  /** Calls that find nothing and fail then; by the call, as a user writes it. */
  readonly failures?: Readonly<Record<string, () => Promise<unknown>>>;
  /** Calls that find another version than they were told. */
  readonly conflicts?: Readonly<Record<string, () => Promise<unknown>>>;
  /** Calls that make what is there already. */
  readonly duplicates?: Readonly<Record<string, () => Promise<unknown>>>;
  close(): Promise<unknown>;
}

/** The table, as each database understands it. */
export const CREATE =
  'CREATE TABLE articles (id integer PRIMARY KEY, title varchar(200), edits integer, version integer)';
export const DELETE = 'DELETE FROM articles';
export const INSERT = `INSERT INTO articles VALUES (1, 'untouched', 0, 1)`;

/** The same writes in SQL, for drivers and for the raw queries of ORMs. */
export const SQL = {
  update: (id: number) => `UPDATE articles SET version = version + 1 WHERE id = ${id}`,
  unchanged: (id: number) => `UPDATE articles SET edits = 0 WHERE id = ${id}`,
  delete: (id: number) => `DELETE FROM articles WHERE id = ${id}`,
  returning: (id: number) =>
    `UPDATE articles SET version = version + 1 WHERE id = ${id} RETURNING *`,
  deleteReturning: (id: number) => `DELETE FROM articles WHERE id = ${id} RETURNING *`,
  /** An upsert that changes the row that is there only where its version is the one that was verified. */
  upsert: (id: number) =>
    `INSERT INTO articles VALUES (1, 'x', 0, 1) ON CONFLICT (id) DO UPDATE SET edits = 1 WHERE articles.version = ${id}`,
  ignore: (id: number) =>
    `INSERT INTO articles VALUES (${id === 1 ? 2 : 1}, 'x', 0, 1) ON CONFLICT DO NOTHING`,
};
