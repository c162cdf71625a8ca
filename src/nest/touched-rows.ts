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
  'rowsAffected', // libSQL
];

/**
 * How many rows a write touched, as the result of a driver or an ORM tells it: a number, `{ affected }`,
 * `{ rowCount }`, `{ count }` (Prisma), `{ matchedCount }`, `{ numUpdatedRows: 0n }`, `[n]` and
 * `[n, rows]` (Sequelize), `[result, fields]` (mysql2), a list of rows, one row, `null` or
 * `undefined` for none.
 *
 * @throws TypeError for a result that does not tell: a boolean, a string, or a driver's counter that is
 * null because the database reports none.
 */
export function touchedRows(result: unknown): number {
  if (result === null || result === undefined) return 0;
  if (typeof result === 'number' || typeof result === 'bigint') return Number(result);
  if (typeof result !== 'object') throw unreadable(`a ${typeof result}`);
  if (Array.isArray(result)) return touchedByList(result);
  const counter = counterOf(result as Record<string, unknown>);
  return counter === undefined ? 1 : countIn(counter, result as Record<string, unknown>);
}

function touchedByList(list: readonly unknown[]): number {
  const [first] = list;
  if (typeof first === 'number' || typeof first === 'bigint' || Array.isArray(first)) {
    return touchedRows(Array.isArray(first) ? first.length : first);
  }
  const isResult =
    typeof first === 'object' &&
    first !== null &&
    counterOf(first as Record<string, unknown>) !== undefined;
  return isResult ? touchedRows(first) : list.length;
}

/** `count` and `changes` could be columns of an entity: they count where they stand as in a result. */
function counterOf(result: Record<string, unknown>): string | undefined {
  const counter = COUNTERS.find((name) => name in result);
  if (counter !== undefined) return counter;
  if ('count' in result && Object.keys(result).length === 1) return 'count';
  return 'changes' in result && 'lastInsertRowid' in result ? 'changes' : undefined;
}

function countIn(counter: string, result: Record<string, unknown>): number {
  const count = result[counter];
  if (typeof count === 'number' || typeof count === 'bigint') return Number(count);
  throw unreadable(`a result whose ${counter} is ${String(count)}`);
}

function unreadable(what: string): TypeError {
  return new TypeError(
    `precondition.settle() cannot tell from ${what} whether the write touched anything: give it the number of rows, the driver's result or the rows themselves`,
  );
}
