import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ResourceNames, namesWithin } from '../../src/nest/writes/resource-names.js';
import { touchedRows } from '../../src/nest/writes/touched-rows.js';
import type { Written } from '../../src/nest/writes/touched-rows.js';
import { decode } from '../services/apps/settle/recorded.js';
import type { Recorded } from '../services/apps/settle/recorded.js';

/** postgres.js answers with the list of rows, and the number of rows that were touched beside it. */
function postgresJs(rows: readonly unknown[], count: number): unknown {
  return Object.assign([...rows], { count, command: 'UPDATE' });
}

/** What mysql2 says of the columns of its rows. */
const FIELDS = [{ name: 'id', columnType: 3, columnLength: 11 }];

/** mysql2's answer to a write; one object for each number, as Sequelize gives it twice. */
const HEADERS = [0, 1].map((affectedRows) => ({ fieldCount: 0, affectedRows, changedRows: 0 }));
const HEADER = (affectedRows: number): unknown => HEADERS[affectedRows];

/** An article that was read before it was written. */
const ARTICLE: Written = {
  names: new ResourceNames(
    namesWithin({ id: 1, title: 'x', status: 'draft', created: 0, updated: 0, version: 3 }),
  ),
  exists: true,
};

/** The rows that were recorded. */
const RECORDED: Written = {
  names: new ResourceNames(['id', 'title', 'edits', 'version']),
  exists: true,
};

/** What one library has answered, and what settle() says of it. */
interface Report {
  readonly library: string;
  readonly answers: readonly {
    readonly write: string;
    readonly hit: Recorded;
    readonly none: Recorded;
    readonly expected: unknown;
  }[];
}

/** What the services test has recorded of the real drivers and ORMs. */
const RECORD = JSON.parse(
  readFileSync(new URL('settle-results.json', import.meta.url), 'utf8'),
) as readonly Report[];

describe('how many rows a write touched, as drivers and ORMs have said it', () => {
  const ways = RECORD.flatMap(({ library, answers }) =>
    answers.map(({ write, ...answer }) => [`${library}: ${write}`, answer] as const),
  );

  it('was recorded', () => {
    expect(ways.length).toBeGreaterThan(120);
  });

  it.each(ways)('%s', (_, { hit, none, expected }) => {
    // A document is recorded without the getters of its class, by which it is known.
    const isDocument = /"(_doc|dataValues)"/.test(JSON.stringify(hit));
    const written = isDocument ? undefined : RECORDED;
    const said = { hit: verdictOn(decode(hit), written), none: verdictOn(decode(none), written) };
    expect(said).toEqual(expected);
  });
});

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
    ['mysql2 rows', [[], FIELDS], [[{ id: 1 }], FIELDS]],
    ['mysql2 in Sequelize', [HEADER(0), HEADER(0)], [HEADER(1), HEADER(1)]],
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
    ['Kysely raw SQL', { numAffectedRows: 0n, rows: [] }, { numAffectedRows: 1n, rows: [] }],
    [
      'Kysely raw SQL on MySQL, that changes nothing',
      { numAffectedRows: 0n, numChangedRows: 0n, rows: [] },
      { numAffectedRows: 1n, numChangedRows: 0n, rows: [] },
    ],
    ['Kysely raw SQL on SQLite', { rows: [] }, { rows: [{ id: 1 }] }],
    ['raw SQL by Sequelize', [[], { rowCount: 0, rows: [] }], [[], { rowCount: 1, rows: [] }]],
    [
      'raw SQL by Sequelize on SQLite',
      [undefined, { changes: 0, lastID: 1 }],
      [undefined, { changes: 1, lastID: 1 }],
    ],
    ['Sequelize increment', [[[], 0]], [[[{ id: 1 }], 1]]],
    ['Sequelize increment on MySQL', [[undefined, 0]], [[undefined, 1]]],
    [
      'libSQL, which counts no rows that it returns',
      { rows: [], rowsAffected: 0, columns: ['id'] },
      { rows: [{ id: 1 }], rowsAffected: 0, columns: ['id'] },
    ],
    ['Prisma $transaction([updateMany()])', [{ count: 0 }], [{ count: 1 }]],
    ['several statements that agree', [{ count: 0 }, { count: 0 }], [{ count: 1 }, { count: 2 }]],
    ['SQL Server, several statements', { rowsAffected: [0, 0] }, { rowsAffected: [1, 3] }],
    [
      'MongoDB bulkWrite that deletes',
      { insertedCount: 0, matchedCount: 0, deletedCount: 0, upsertedCount: 0 },
      { insertedCount: 0, matchedCount: 0, deletedCount: 1, upsertedCount: 0 },
    ],
    ['Redis MULTI', [[null, 0]], [[null, 1]]],
    ['node:sqlite', { changes: 0, lastInsertRowid: 0n }, { changes: 1n, lastInsertRowid: 1n }],
    ['Expo', { changes: 0, lastInsertRowId: 0 }, { changes: 1, lastInsertRowId: 1 }],
    [
      'the RDS Data API',
      { numberOfRecordsUpdated: 0, $metadata: {} },
      { numberOfRecordsUpdated: 1 },
    ],
    ['a row, or null (Mongoose)', null, { _id: 1, name: 'x' }],
    ['a row, or undefined', undefined, { id: 1 }],
  ];

  it.each(results)('none, and some: %s', (_, none, some) => {
    expect(touchedRows(none)).toBe(0);
    expect(touchedRows(some)).toBeGreaterThan(0);
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

  it.each<[string, unknown]>([
    ['MongoDB, without a counter', { acknowledged: true }],
    ['MongoDB, unacknowledged', { acknowledged: false, matchedCount: undefined }],
    ['MongoDB insertOne', { acknowledged: true, insertedId: 1 }],
    ['MongoDB before 4', { ok: 1, n: 1, nModified: 1 }],
    ['pg without its counter', { command: 'UPDATE', oid: null, rows: [], fields: [] }],
    ['rows with a command', { command: 'UPDATE', rows: [{ id: 1 }] }],
    ['changed rows alone', { changedRows: 1 }],
    ['Kysely, changed rows alone', { numChangedRows: 1n }],
    ['TypeORM insert', { identifiers: [{ id: 1 }], generatedMaps: [{ id: 1 }], raw: [] }],
    ['TypeORM, with a driver that does not count', { generatedMaps: [], raw: [] }],
    ['an insert of MySQL', { insertId: 7n }],
    ['DynamoDB', { $metadata: { httpStatusCode: 200 }, Attributes: { id: 1 } }],
    ['Neo4j', { records: [], summary: { counters: {} } }],
    ['Cassandra', { info: {}, rows: [], rowLength: 0, columns: [], pageState: null }],
    ['Cassandra, a row of it', { '[applied]': false, id: 1 }],
    ['Elasticsearch', { _index: 'a', _id: '1', result: 'noop', _shards: {} }],
    ['Supabase', { data: null, error: null, count: null, status: 204, statusText: '' }],
    ['a flag', { ok: true }],
    ['a flag of success', { success: true }],
    ['a counter that nobody knows', { rowsUpdated: 0 }],
    ['the same in other spelling', { rows_updated: 0 }],
    ['a count among other words', { count: 1, status: 'ok' }],
    ['a wrapped result', { result: { affected: 0 } }],
    ['a settled promise', { status: 'fulfilled', value: { affected: 0 } }],
    ['an empty object', {}],
    ['a Map', new Map([['id', 1]])],
    ['a Date', new Date(0)],
    ['a Buffer', Buffer.from('1')],
    ['an error', new Error('no')],
    ['a symbol', Symbol('id')],
    ['a list with something unknown', [{ ok: true }]],
    ['Redis MULTI, what is no number', [[null, 'OK']]],
    ['Redis MULTI, an error', [[new Error('no'), undefined]]],
    ['Sequelize upsert', [{ id: 1 }, true]],
    ['MongoDB bulkWrite that only inserts', { matchedCount: 0, deletedCount: 0, insertedCount: 1 }],
  ])('refuses what looks like a result that it does not know: %s', (_, result) => {
    expect(() => touchedRows(result)).toThrow(TypeError);
    expect(() => touchedRows(result)).toThrow(/give it the number of rows/);
  });

  it.each<[string, unknown]>([
    ['results', [{ count: 0 }, { count: 1 }]],
    ['results, the other way around', [{ affectedRows: 1 }, { affectedRows: 0 }]],
    ['numbers', [0, 1]],
    ['a result and a row', [{ count: 0 }, { id: 1 }]],
    ['a row that was not found, and one that was made', [null, { id: 1 }]],
    ['statements of SQL Server', { rowsAffected: [0, 1] }],
    ['commands of Redis', [[null, 0], [null, 1]]], // prettier-ignore
  ])('refuses several that disagree, one of which may be the lost race: %s', (_, result) => {
    expect(() => touchedRows(result)).toThrow('several results, some of which touched nothing');
  });

  it.each<[string, object]>([
    ['a key alone', { id: 1 }],
    ['names of results among others', { id: 1, title: 'x', author: 'y', status: 'ok', data: {} }],
    ['no prototype', Object.assign(Object.create(null) as object, { id: 0 })],
    ['a class', new (class Article { id = 1; })()], // prettier-ignore
    ['getters alone', new (class Article { get id(): number { return 1; } })()], // prettier-ignore
    ['a method that executes', new (class Job { id = 1; execute(): void {} })()], // prettier-ignore
    ['a method that runs', new (class Payroll { id = 1; run(): void {} finalize(): void {} })()], // prettier-ignore
    ['a method of another name', new (class Job { id = 1; exec(): void {} })()], // prettier-ignore
    ['a method that subscribes', new (class Plan { id = 1; subscribe(): void {} })()], // prettier-ignore
    ['methods that run', new (class Race { id = 1; run(): void {} all(): void {} })()], // prettier-ignore
    ['a method of its own that executes', { id: 1, execute: () => undefined }],
    ['methods of its own', { id: 1, save: () => undefined, update: () => undefined }],
  ])('takes an entity for a row: %s', (_, entity) => {
    for (const written of [undefined, ARTICLE]) {
      expect(touchedRows(entity, written)).toBe(1);
      expect(touchedRows([entity, entity], written)).toBe(2);
    }
  });

  it.each<[string, object, object]>([
    ['what GET reads', { id: 1, title: 'x' }, { id: 1, title: 'x' }],
    ['a part of it', { id: 1, title: 'x' }, { id: 1 }],
    [
      'more than GET reads',
      { id: 1, title: 'x' },
      { id: 1, title: 'x', deleted: false, hidden: 1 },
    ],
    ['columns in snake case', { authorId: 1, createdAt: 0 }, { author_id: 1, created_at: 0 }],
    ['a document', { id: 1 }, { _id: 1, __v: 3 }],
    ['a key and a value', { key: 'theme', value: 'dark' }, { key: 'theme', value: 'dark' }],
    ['columns that are called as counters are', { id: 1, count: 0, changes: 0 }, { id: 1, count: 0, changes: 0 }], // prettier-ignore
    ["a column of a driver's name", { id: 1, affected: 0 }, { id: 1, affected: 0 }],
    ['a column that is a flag', { id: 1, ok: false }, { id: 1, ok: false }],
    ['numbers alone', { retries: 0, timeout: 0 }, { retries: 0, timeout: 0 }],
    ['an envelope around it', { data: { id: 1, status: 'x' } }, { id: 1, status: 'y' }],
    ['a list of them', [{ id: 1, status: 'x' }], { id: 1, status: 'y' }],
    ['a page of them', { items: [{ id: 1, status: 'x' }], total: 1 }, { id: 1, status: 'y' }],
  ])('knows a row by what GET reads: %s', (_, read, row) => {
    const written = { names: new ResourceNames(namesWithin(read)), exists: true };
    expect(touchedRows(row, written)).toBe(1);
    expect(touchedRows([row], written)).toBe(1);
  });

  it.each<[string, object]>([
    ['nothing of it', { headline: 'x' }],
    ['its key and a result', { id: 1, modified: 0 }],
    ['its key and a verdict', { id: 1, result: 'noop' }],
    ['its key and a flag', { id: 1, ok: false }],
    ['its key and an error', { id: 1, error: 'conflict', reason: 'Document update conflict.' }],
    ['words of results that it has, too', { status: 'x' }],
  ])('takes for no row what has %s', (_, object) => {
    expect(() => touchedRows(object, ARTICLE)).toThrow(TypeError);
    expect(() => touchedRows(object, ARTICLE)).toThrow('is no row of what GET reads');
    expect(() => touchedRows([object], ARTICLE)).toThrow(TypeError);
  });

  it('tells rows by names alone: their values make no difference', () => {
    const verdict = (row: object, written?: Written): boolean => {
      try {
        return touchedRows(row, written) === 1;
      } catch {
        return false;
      }
    };
    for (const value of [0, 1, null, undefined, '', 'x', true, [], {}, new Date(0)]) {
      for (const written of [undefined, ARTICLE]) {
        expect([verdict({ title: value }, written), verdict({ total: value }, written)]).toEqual([
          true,
          false,
        ]);
      }
    }
  });
});

/** What stores answer that no table above has: a write that was done, and one that was not. */
describe('what other stores answer', () => {
  type Said = number | 'refused';
  const ES = { took: 5, timed_out: false, total: 1, deleted: 0, batches: 1, noops: 0, retries: { bulk: 0, search: 0 }, throttled_millis: 0, requests_per_second: -1, throttled_until_millis: 0, failures: [] }; // prettier-ignore
  const RETHINK = { deleted: 0, errors: 0, inserted: 0, unchanged: 0 };
  const NEO4J = { nodesCreated: 0, nodesDeleted: 0, relationshipsCreated: 0, labelsAdded: 0 };

  it.each<[store: string, done: unknown, saysDone: Said, not: unknown, saysNot: Said]>([
    [
      'etcd: a transaction',
      { header: { revision: '9' }, succeeded: true, responses: [{}] },
      'refused',
      { header: { revision: '9' }, succeeded: false, responses: [] },
      'refused',
    ],
    [
      'RethinkDB',
      { ...RETHINK, replaced: 1, skipped: 0 },
      'refused',
      { ...RETHINK, replaced: 0, skipped: 1 },
      'refused',
    ],
    [
      'Elasticsearch: updateByQuery()',
      { ...ES, updated: 1, version_conflicts: 0 },
      'refused',
      { ...ES, updated: 0, version_conflicts: 1 },
      'refused',
    ],
    [
      'Elasticsearch: update()',
      { _index: 'a', _id: '1', _version: 2, result: 'updated', _shards: {}, _seq_no: 1 },
      'refused',
      { _index: 'a', _id: '1', _version: 2, result: 'noop', _shards: {}, _seq_no: 1 },
      'refused',
    ],
    [
      'Elasticsearch, what tells of it',
      { _index: 'a', _id: '1', _version: 2, result: 'updated' },
      'refused',
      { _index: 'a', _id: '1', _version: 2, result: 'noop' },
      'refused',
    ],
    [
      'Elasticsearch: bulk()',
      { took: 1, errors: false, items: [{ update: { status: 200 } }] },
      'refused',
      { took: 1, errors: true, items: [{ update: { status: 409 } }] },
      'refused',
    ],
    [
      'Hasura',
      { affected_rows: 1, returning: [{ id: 1 }] },
      1,
      { affected_rows: 0, returning: [] },
      0,
    ],
    [
      'Hasura, with the name of its mutation',
      { update_articles: { affected_rows: 1 } },
      'refused',
      { update_articles: { affected_rows: 0 } },
      'refused',
    ],
    [
      'GraphQL',
      { data: { updateArticle: { id: 1 } } },
      'refused',
      { data: { updateArticle: null }, errors: [] },
      'refused',
    ],
    [
      'Supabase',
      { data: [{ id: 1 }], error: null, count: 1, status: 200, statusText: 'OK' },
      'refused',
      { data: [], error: null, count: 0, status: 200, statusText: 'OK' },
      'refused',
    ],
    ['Supabase: its data', [{ id: 1 }], 1, [], 0],
    [
      'Cassandra',
      { info: {}, rows: [{ '[applied]': true }], rowLength: 1, columns: [], pageState: null },
      'refused',
      {
        info: {},
        rows: [{ '[applied]': false, id: 1 }],
        rowLength: 1,
        columns: [],
        pageState: null,
      },
      'refused',
    ],
    [
      'Cassandra: its rows',
      [{ '[applied]': true }],
      'refused',
      [{ '[applied]': false, id: 1, version: 2 }],
      'refused',
    ],
    [
      'Cassandra: its mapper',
      { wasApplied: () => true, length: 0, _rs: {} },
      'refused',
      { wasApplied: () => false, length: 1, _rs: {} },
      'refused',
    ],
    [
      'DynamoDB',
      { $metadata: {}, Attributes: { id: { S: '1' } } },
      'refused',
      { $metadata: {} },
      'refused',
    ],
    ['DynamoDB: its attributes', { id: '1', version: 4 }, 1, undefined, 0],
    ['Firestore', { _writeTime: { _seconds: 1 } }, 'refused', null, 0],
    ['Couchbase', { cas: '1', token: {} }, 'refused', null, 0],
    [
      'CouchDB',
      { ok: true, id: '1', rev: '2-x' },
      'refused',
      { id: '1', error: 'conflict', reason: 'Document update conflict.' },
      'refused',
    ],
    [
      'CouchDB: bulk()',
      [{ ok: true, id: '1', rev: '2-x' }],
      'refused',
      [{ id: '1', error: 'conflict', reason: 'x' }],
      'refused',
    ],
    [
      'ArangoDB, which fails where it has lost',
      { _id: 'a/1', _key: '1', _rev: '2', _oldRev: '1' },
      1,
      null,
      0,
    ],
    ['Neo4j', { records: [{}], summary: {} }, 'refused', { records: [], summary: {} }, 'refused'],
    [
      'Neo4j: counters',
      { ...NEO4J, propertiesSet: 1 },
      'refused',
      { ...NEO4J, propertiesSet: 0 },
      'refused',
    ],
    ['SurrealDB', [[{ id: 'a:1' }]], 1, [[]], 0],
    [
      'SurrealDB: queryRaw()',
      [{ status: 'OK', time: '1ms', result: [{ id: 1 }] }],
      'refused',
      [{ status: 'OK', time: '1ms', result: [] }],
      'refused',
    ],
    [
      'ClickHouse',
      { query_id: 'x', summary: { written_rows: '1' }, response_headers: {} },
      'refused',
      { query_id: 'x', summary: { written_rows: '0' }, response_headers: {} },
      'refused',
    ],
    [
      'Cosmos DB',
      { resource: { id: 1 }, headers: {}, statusCode: 200, diagnostics: {} },
      'refused',
      null,
      0,
    ],
    [
      'cloud functions of WeChat',
      { stats: { updated: 1 }, errMsg: 'ok' },
      'refused',
      { stats: { updated: 0 }, errMsg: 'ok' },
      'refused',
    ],
    [
      'MongoDB: bulkWrite()',
      { insertedCount: 0, matchedCount: 1, deletedCount: 0, upsertedCount: 0 },
      1,
      { insertedCount: 0, matchedCount: 0, deletedCount: 0, upsertedCount: 0 },
      0,
    ],
    ['Redis: WATCH and MULTI', [[null, 1]], 1, null, 0],
    ['fetch()', { ok: true, status: 204 }, 'refused', { ok: false, status: 409 }, 'refused'],
    [
      'axios',
      { status: 200, statusText: 'OK', headers: {}, config: {}, data: {} },
      'refused',
      { status: 204, statusText: '', headers: {}, config: {}, data: '' },
      'refused',
    ],
    ['a flag', { success: true, id: 1 }, 'refused', { success: false, id: 1 }, 'refused'],
    [
      'a flag beside a row',
      { applied: true, id: 1, title: 'x' },
      'refused',
      { applied: false, id: 1, title: 'x' },
      'refused',
    ],
  ])(
    'is known or refused, and never taken for what it is not: %s',
    (_, done, saysDone, not, saysNot) => {
      // prettier-ignore
      expect([verdictOn(done, ARTICLE), verdictOn(not, ARTICLE)]).toEqual([saysDone, saysNot]);
      // Of a resource that nothing is known of, what failed is no success either.
      expect([0, 'refused']).toContain(verdictOn(not));
    },
  );

  it.each<[string, unknown]>([
    [
      'updateOne()',
      { acknowledged: true, matchedCount: 0, modifiedCount: 0, upsertedCount: 1, upsertedId: 'x' },
    ],
    ['bulkWrite()', { matchedCount: 1, deletedCount: 0, insertedCount: 0, upsertedCount: 1 }],
    [
      'findOneAndUpdate()',
      { value: null, ok: 1, lastErrorObject: { n: 1, updatedExisting: false, upserted: 'x' } },
    ],
  ])(
    'an upsert of MongoDB that has inserted is no success where something was to be there: %s',
    (_, result) => {
      // prettier-ignore
      expect(() => touchedRows(result, ARTICLE)).toThrow(TypeError);
      expect(() => touchedRows(result, ARTICLE)).toThrow('leave out upsert');
      expect(touchedRows(result, { ...ARTICLE, exists: false })).toBeGreaterThan(0);
    },
  );

  it('says what to give', () => {
    expect(() => touchedRows({ ok: true, id: 1 }, ARTICLE)).toThrow(
      'precondition.settle() cannot tell from { ok, id }, which is no result that it knows and is no row of what GET reads, whether the write touched anything: give it the number of rows',
    );
  });
});

function verdictOn(result: unknown, written?: Written): number | 'refused' {
  try {
    return touchedRows(result, written);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return 'refused';
  }
}
