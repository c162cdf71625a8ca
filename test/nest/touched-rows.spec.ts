import { describe, expect, it } from '@jest/globals';
import { touchedRows } from '../../src/nest/writes/touched-rows.js';

/** postgres.js answers with the list of rows, and the number of rows that were touched beside it. */
function postgresJs(rows: readonly unknown[], count: number): unknown {
  return Object.assign([...rows], { count, command: 'UPDATE' });
}

describe('how many rows a write touched', () => {
  const results: [string, none: unknown, some: unknown][] = [
    ['a number (Knex, MikroORM, ioredis)', 0, 1],
    ['a bigint', 0n, 1n],
    ['TypeORM', { raw: [], affected: 0 }, { raw: [], affected: 1, generatedMaps: [] }],
    ['pg', { rowCount: 0, rows: [], command: 'UPDATE' }, { rowCount: 2, rows: [] }],
    ['Prisma updateMany', { count: 0 }, { count: 1 }],
    [
      'MongoDB',
      { acknowledged: true, matchedCount: 0, modifiedCount: 0, upsertedCount: 0 },
      { acknowledged: true, matchedCount: 1, modifiedCount: 0, upsertedCount: 0 },
    ],
    ['MongoDB delete', { acknowledged: true, deletedCount: 0 }, { deletedCount: 1 }],
    [
      'MongoDB findOneAndUpdate with its metadata',
      { value: null, ok: 1, lastErrorObject: { n: 0, updatedExisting: false } },
      { value: { _id: 1 }, ok: 1, lastErrorObject: { n: 1, updatedExisting: true } },
    ],
    ['Kysely update', { numUpdatedRows: 0n }, { numUpdatedRows: 1n, numChangedRows: 0n }],
    ['Kysely execute()', [{ numUpdatedRows: 0n }], [{ numUpdatedRows: 1n }]],
    ['Kysely delete', { numDeletedRows: 0n }, { numDeletedRows: 1n }],
    ['mysql2', [{ affectedRows: 0 }, undefined], [{ affectedRows: 1, changedRows: 0 }, undefined]],
    ['mysql2 rows', [[], [{ name: 'id' }]], [[{ id: 1 }], [{ name: 'id' }]]],
    ['mariadb', { affectedRows: 0, insertId: 0n }, { affectedRows: 1, insertId: 0n }],
    ['libSQL', { rows: [], rowsAffected: 0 }, { rows: [], rowsAffected: 1 }],
    ['SQL Server', { recordset: [], rowsAffected: [0] }, { recordset: [], rowsAffected: [1] }],
    ['better-sqlite3', { changes: 0, lastInsertRowid: 7 }, { changes: 1, lastInsertRowid: 7 }],
    ['sqlite', { changes: 0, lastID: 7 }, { changes: 1, lastID: 7 }],
    [
      'Cloudflare D1',
      { success: true, results: [], meta: { changes: 0, duration: 1 } },
      { success: true, results: [], meta: { changes: 1, duration: 1 } },
    ],
    ['Sequelize update', [0], [1]],
    ['Sequelize update returning', [0, []], [1, [{ id: 1 }]]],
    ['a raw UPDATE by TypeORM or Sequelize on PostgreSQL', [[], 0], [[], 1]],
    ['a raw UPDATE by Sequelize', [undefined, 0], [undefined, 1]],
    ['postgres.js without RETURNING', postgresJs([], 0), postgresJs([], 1)],
    ['postgres.js with RETURNING', postgresJs([], 0), postgresJs([{ id: 1 }], 1)],
    ['rows (Drizzle, Knex, Kysely with RETURNING)', [], [{ id: 1, version: 2 }]],
    ['rows as lists', [], [['1', 2]]],
    ['a row, or null (Mongoose)', null, { _id: 1, name: 'x' }],
    ['a row, or undefined', undefined, { id: 1 }],
    ['a row with columns that are named as counters are', [], [{ id: 1, count: 0, changes: 0 }]],
  ];

  it.each(results)('none, and some: %s', (_, none, some) => {
    expect(touchedRows(none)).toBe(0);
    expect(touchedRows(some)).toBeGreaterThan(0);
  });

  it('takes a row for a row, whatever its columns are called', () => {
    expect(touchedRows({ id: 1, count: 0 })).toBe(1);
    expect(touchedRows({ id: 1, changes: 0 })).toBe(1);
    expect(touchedRows({ id: 1, meta: { changes: 0 } })).toBe(1);
  });

  it.each<[string, unknown, string]>([
    ['true', true, 'a boolean'],
    ['false', false, 'a boolean'],
    ['a string', 'OK', 'a string'],
    ['a function', () => 1, 'a function'],
    ['NaN', Number.NaN, 'NaN'],
    ['a negative number', -1, '-1'],
    ['a driver that does not count', { rowCount: null }, 'a result whose rowCount is null'],
    ['a database that does not count', { affected: undefined }, 'affected is undefined'],
    ['a counter that is no number', { affectedRows: '1' }, 'affectedRows is 1'],
  ])('refuses what does not tell: %s', (_, result, what) => {
    expect(() => touchedRows(result)).toThrow(TypeError);
    expect(() => touchedRows(result)).toThrow(what);
    expect(() => touchedRows(result)).toThrow(/give it the number of rows/);
  });
});
