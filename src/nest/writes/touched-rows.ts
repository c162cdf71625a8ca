import {
  agreed,
  counterOf,
  hasUpserted,
  isNumeric,
  touchedBy,
  unreadable,
  whole,
} from './counters.js';
import type { Result } from './counters.js';
import { UNKNOWN } from './resource-names.js';
import type { ResourceNames } from './resource-names.js';
import { tellingPart } from './result-lists.js';
import { isRow } from './result-rows.js';
import { perhapsUnexecuted, unfinished } from './unfinished-writes.js';

/** What is known of the resource that a write has written. */
export interface Written {
  readonly names: ResourceNames;
  /** Whether the precondition says that it is there. */
  readonly exists: boolean;
}

/** Nothing is known. */
const ANYTHING: Written = { names: UNKNOWN, exists: false };

/**
 * How many rows a write touched, as the result of a driver or an ORM tells it:
 *
 * - a number, or the counter of a result (counters.ts): `{ affected }`, `{ rowCount }`, `{ count }`, `{ matchedCount }`, `{ numUpdatedRows: 0n }`
 * - a number, a result or rows with something beside it (result-lists.ts): `[n, rows]`, `[rows, n]`, `[result, fields]`
 * - a row (result-rows.ts); a list, of rows or of results that agree; `null`, `undefined` or `[]` for none
 *
 * @throws TypeError for everything else, with what to give: a promise, a query that was not executed, a boolean, a string, a
 * result without a counter that is known, a counter that is null because the database does not count, an upsert that
 * inserted what was to be there.
 */
export function touchedRows(result: unknown, written: Written = ANYTHING): number {
  if (result === null || result === undefined) return 0;
  if (isNumeric(result)) return whole(result, String(result));
  if (typeof result !== 'object' && typeof result !== 'function') {
    throw unreadable(`a ${typeof result}`);
  }
  refuse(unfinished(result, 'settle'));
  if (typeof result === 'function') throw unreadable('a function');
  return Array.isArray(result)
    ? touchedByList(result, written)
    : touchedByObject(result as Result, written);
}

function touchedByList(list: readonly unknown[], written: Written): number {
  const { count } = list as { readonly count?: unknown };
  if (isNumeric(count)) return whole(count, `a list whose count is ${count}`); // postgres.js: the rows, and their number beside them
  const telling = tellingPart(list);
  return telling === undefined
    ? agreed(list.map((each) => touchedRows(each, written)))
    : touchedRows(telling.part, written);
}

function touchedByObject(result: Result, { names, exists }: Written): number {
  // A row may have a column that is called as a counter is.
  if (isRow(result, names)) return 1;
  const counter = counterOf(result);
  if (counter !== undefined) {
    if (exists && hasUpserted(result)) throw upserted();
    return touchedBy(result, counter);
  }
  refuse(perhapsUnexecuted(result, 'settle'));
  const row = names.isUnknown ? 'looks like no row' : 'is no row of what GET reads';
  throw unreadable(`${described(result)}, which is no result that it knows and ${row},`);
}

/** The write is done by then, and nothing was changed that was there. */
function upserted(): TypeError {
  return new TypeError(
    'precondition.settle() was given the result of an upsert that has inserted something, because nothing matched: leave out upsert where the precondition says that it is there',
  );
}

function refuse(mistake: string | undefined): void {
  if (mistake !== undefined) throw new TypeError(`precondition.settle() was given ${mistake}`);
}

function described(result: Result): string {
  const names = Object.keys(result);
  return names.length === 0
    ? 'an object without properties'
    : `{ ${names.slice(0, 8).join(', ')} }`;
}
