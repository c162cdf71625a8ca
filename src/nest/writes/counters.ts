/** What a driver or an ORM answered; never a list. */
export type Result = Readonly<Record<string, unknown>>;

/** Where a result keeps the number of rows, as a message can name it, and what stands there. */
export type Counter = readonly [name: string, count: unknown];

/** Counters that no entity would have by accident. Those that count changes are not among them: a write that changes nothing is no collision. */
export const COUNTERS: readonly string[] = [
  'affected', // TypeORM
  'rowCount', // pg, Drizzle on pg
  'numUpdatedRows', // Kysely
  'numDeletedRows', // Kysely
  'numInsertedOrUpdatedRows', // Kysely
  'numAffectedRows', // Kysely, for raw SQL
  'affected_rows', // Hasura
  'affectedRows', // mysql2, mariadb, PGlite, MikroORM
  'rowsAffected', // libSQL, PlanetScale, Oracle; a list for SQL Server
  'numberOfRecordsUpdated', // the RDS Data API
];

/** What MongoDB counts of the documents that were there. What it inserts beside them says nothing about those. */
export const DOCUMENT_COUNTERS: readonly string[] = [
  'matchedCount',
  'deletedCount',
  'upsertedCount',
];

/** What SQLite's drivers answer beside `changes`, which could be a column. */
const BESIDE_CHANGES = ['lastInsertRowid', 'lastInsertRowId', 'lastID'];

/**
 * The counter of a result, or `undefined` if it has none that is known. `count`, `changes` and `rows` could be
 * columns of an entity: they count where they stand as in a result.
 */
export function counterOf(result: Result): Counter | undefined {
  const name = COUNTERS.find((each) => each in result);
  if (name !== undefined) return [name, result[name]];
  if ('matchedCount' in result || 'deletedCount' in result) return documentsIn(result);
  if (hasOnly(result, 'count')) return ['count', result['count']]; // Prisma
  if (hasOnly(result, 'rows') && Array.isArray(result['rows'])) {
    return ['rows', result['rows'].length]; // Kysely on SQLite, for raw SQL that returns rows
  }
  if ('changes' in result && BESIDE_CHANGES.some((each) => each in result)) {
    return ['changes', result['changes']]; // better-sqlite3, node:sqlite, sqlite, Expo
  }
  if ('meta' in result && 'success' in result) return nested(result, 'meta', 'changes'); // Cloudflare D1
  if ('lastErrorObject' in result) return nested(result, 'lastErrorObject', 'n'); // MongoDB
  return undefined;
}

/** Whether a write of MongoDB has inserted what it was to change, because it found nothing. */
export function hasUpserted(result: Result): boolean {
  const { upserted } = (result['lastErrorObject'] ?? {}) as { readonly upserted?: unknown };
  return Number(result['upsertedCount'] ?? 0) > 0 || (upserted !== undefined && upserted !== null);
}

/** How many rows the counter of a result says; more than it says where the result has more rows (libSQL counts none that it returns). */
export function touchedBy(result: Result, [name, count]: Counter): number {
  const { rows } = result;
  if (Array.isArray(rows) && rows.length > 0) return rows.length;
  const counts: readonly unknown[] = Array.isArray(count) ? count : [count];
  return agreed(counts.map((each) => whole(each, `a result whose ${name} is ${String(count)}`)));
}

/**
 * What several statements have touched together. One that touched nothing may be the one that depends on the
 * version, and another one must not hide that.
 *
 * @throws TypeError when some have touched rows and some have not.
 */
export function agreed(counts: readonly number[]): number {
  const isMixed = counts.includes(0) && counts.some((each) => each > 0);
  if (isMixed) throw unreadable('several results, some of which touched nothing,');
  return counts.reduce((sum, each) => sum + each, 0);
}

/** A number of rows; a driver that does not count says `null`, `NaN` or `-1`. */
export function whole(count: unknown, what: string): number {
  const number = isNumeric(count) ? Number(count) : Number.NaN;
  if (Number.isInteger(number) && number >= 0) return number;
  throw unreadable(what);
}

/** Whether a value can be a number of rows, as drivers of either kind say it. */
export function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** What `settle()` throws for a result that does not tell. */
export function unreadable(what: string): TypeError {
  return new TypeError(
    `precondition.settle() cannot tell from ${what} whether the write touched anything: give it the number of rows, the driver's result or the rows themselves`,
  );
}

/** A bulk that inserted and touched nothing else does not tell whether it should have. */
function documentsIn(result: Result): Counter {
  const counts = DOCUMENT_COUNTERS.filter((each) => each in result);
  const sum = counts.reduce((total, each) => total + Number(result[each]), 0);
  const isUnclear = sum === 0 && Number(result['insertedCount'] ?? 0) > 0;
  return [counts.join(' + '), isUnclear ? undefined : sum];
}

function nested(result: Result, within: string, name: string): Counter {
  return [`${within}.${name}`, (result[within] as Result | null | undefined)?.[name]];
}

function hasOnly(result: Result, name: string): boolean {
  return name in result && Object.keys(result).length === 1;
}
