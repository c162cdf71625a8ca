import { agreed, counterOf, isNumeric, touchedBy, unreadable, whole } from './counters.js';
import type { Result } from './counters.js';
import { tellingPart } from './result-lists.js';
import { isRow } from './result-rows.js';
import { perhapsUnexecuted, unfinished } from './unfinished-writes.js';

/**
 * How many rows a write touched, as the result of a driver or an ORM tells it:
 *
 * - a number, or the counter of a result (counters.ts): `{ affected }`, `{ rowCount }`, `{ count }`, `{ matchedCount }`, `{ numUpdatedRows: 0n }`
 * - a number, a result or rows with something beside it (result-lists.ts): `[n, rows]`, `[rows, n]`, `[result, fields]`
 * - a row (result-rows.ts); a list, of rows or of results that agree; `null`, `undefined` or `[]` for none
 *
 * @throws TypeError for everything else, with what to give: a promise, a query that was not executed, a boolean, a
 * string, a result without a counter that is known, a counter that is null because the database does not count.
 */
export function touchedRows(result: unknown): number {
  if (result === null || result === undefined) return 0;
  if (isNumeric(result)) return whole(result, String(result));
  if (typeof result !== 'object' && typeof result !== 'function') {
    throw unreadable(`a ${typeof result}`);
  }
  refuse(unfinished(result, 'settle'));
  if (typeof result === 'function') throw unreadable('a function');
  return Array.isArray(result) ? touchedByList(result) : touchedByObject(result as Result);
}

function touchedByList(list: readonly unknown[]): number {
  const { count } = list as { readonly count?: unknown };
  if (isNumeric(count)) return whole(count, `a list whose count is ${count}`); // postgres.js: the rows, and their number beside them
  const telling = tellingPart(list);
  return telling === undefined ? agreed(list.map(touchedRows)) : touchedRows(telling.part);
}

function touchedByObject(result: Result): number {
  const counter = counterOf(result);
  if (counter !== undefined) return touchedBy(result, counter);
  if (isRow(result)) return 1;
  refuse(perhapsUnexecuted(result, 'settle'));
  throw unreadable(`${described(result)}, which is no result that it knows and looks like no row,`);
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
