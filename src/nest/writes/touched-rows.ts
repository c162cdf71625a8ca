/** Counters that no entity would have by accident. */
const COUNTERS = [
  'affected', // TypeORM
  'rowCount', // pg, Drizzle on pg
  'matchedCount', // MongoDB, Mongoose: not modifiedCount, a write that changes nothing is no collision
  'deletedCount', // MongoDB
  'numUpdatedRows', // Kysely
  'numDeletedRows', // Kysely
  'numInsertedOrUpdatedRows', // Kysely
  'affectedRows', // mysql2, mariadb, PGlite
  'rowsAffected', // libSQL; a list for SQL Server
];

/**
 * How many rows a write touched, as the result of a driver or an ORM tells it: a number, `{ affected }`,
 * `{ rowCount }`, `{ count }` (Prisma), `{ matchedCount }`, `{ numUpdatedRows: 0n }`, `[n]` and
 * `[n, rows]` (Sequelize), `[rows, n]` (raw SQL by TypeORM and Sequelize), `[result, fields]` (mysql2),
 * a list of rows, one row, `null` or `undefined` for none.
 *
 * @throws TypeError for a result that does not tell: a boolean, a string, or a driver's counter that is
 * null because the database reports none.
 */
export function touchedRows(result: unknown): number {
  if (result === null || result === undefined) return 0;
  if (isNumeric(result)) return whole(result, String(result));
  if (typeof result !== 'object') throw unreadable(`a ${typeof result}`);
  if (Array.isArray(result)) return touchedByList(result);
  const counter = counterOf(result as Result);
  return counter === undefined ? 1 : touchedBy(counter);
}

function touchedByList(list: readonly unknown[]): number {
  const { count } = list as { readonly count?: unknown };
  if (isNumeric(count)) return Number(count); // postgres.js: the rows, and their number beside them
  const [first, second] = list;
  if (isNumeric(first)) return touchedRows(first);
  const mayBeRows = first === undefined || first === null || Array.isArray(first);
  if (list.length === 2 && mayBeRows && isNumeric(second)) return touchedRows(second);
  if (Array.isArray(first)) return first.length;
  const isResult = typeof first === 'object' && first !== null;
  const counter = isResult ? counterOf(first as Result) : undefined;
  return counter === undefined ? list.length : touchedBy(counter);
}

type Result = Readonly<Record<string, unknown>>;
type Counter = readonly [name: string, count: unknown];

/** `count` and `changes` could be columns of an entity: they count where they stand as in a result. */
function counterOf(result: Result): Counter | undefined {
  const name = COUNTERS.find((each) => each in result);
  if (name !== undefined) return [name, result[name]];
  if ('count' in result && Object.keys(result).length === 1) return ['count', result['count']];
  if ('changes' in result && ('lastInsertRowid' in result || 'lastID' in result)) {
    return ['changes', result['changes']]; // better-sqlite3, node:sqlite, sqlite
  }
  if ('meta' in result && 'success' in result) return nested(result, 'meta', 'changes'); // Cloudflare D1
  if ('lastErrorObject' in result) return nested(result, 'lastErrorObject', 'n'); // MongoDB
  return undefined;
}

function nested(result: Result, within: string, name: string): Counter {
  return [`${within}.${name}`, (result[within] as Result | null | undefined)?.[name]];
}

function touchedBy([name, count]: Counter): number {
  const counts: readonly unknown[] = Array.isArray(count) ? count : [count];
  return counts
    .map((each) => whole(each, `a result whose ${name} is ${String(count)}`))
    .reduce((sum, each) => sum + each, 0);
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A number of rows; a driver that does not count says `null`, `NaN` or `-1`. */
function whole(count: unknown, what: string): number {
  const number = isNumeric(count) ? Number(count) : Number.NaN;
  if (Number.isInteger(number) && number >= 0) return number;
  throw unreadable(what);
}

function unreadable(what: string): TypeError {
  return new TypeError(
    `precondition.settle() cannot tell from ${what} whether the write touched anything: give it the number of rows, the driver's result or the rows themselves`,
  );
}
