import { counterOf, isNumeric } from './counters.js';
import type { Result } from './counters.js';

/**
 * The part of a list of two that says how many rows a write touched, where the other part is only beside it;
 * `undefined` for every other list.
 *
 * - `[n, rows]`: Sequelize's `update({ returning: true })`
 * - `[rows, n]`: raw SQL by TypeORM on PostgreSQL, and by Sequelize with a type; `rows` may be undefined
 * - `[rows, result]`: raw SQL by Sequelize, where `rows` are empty although rows were touched
 * - `[rows, fields]`: mysql2, for SQL that returns rows
 * - `[result, undefined]`: mysql2; `[result, result]`, twice the same: raw SQL by Sequelize on MySQL
 */
export function tellingPart(list: readonly unknown[]): { readonly part: unknown } | undefined {
  if (list.length !== 2) return undefined;
  const [first, second] = list;
  if (second === undefined || (first === second && isResult(first))) return { part: first };
  if (isNumeric(first) && Array.isArray(second)) return { part: first };
  if (Array.isArray(first) && isFields(second)) return { part: first };
  const mayBeRows = first === undefined || first === null || Array.isArray(first);
  return mayBeRows && isTelling(second) ? { part: second } : undefined;
}

function isTelling(part: unknown): boolean {
  return isNumeric(part) || isResult(part);
}

function isResult(part: unknown): boolean {
  return isObject(part) && counterOf(part) !== undefined;
}

/** Whether a list describes columns, as mysql2 does; rows have no such pair of names. */
function isFields(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((each) => isObject(each) && 'name' in each && 'columnType' in each)
  );
}

function isObject(value: unknown): value is Result {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
