import type { Result } from './counters.js';

/** Names that results have and rows do not, whatever stands beside them. */
const OF_RESULTS: ReadonlySet<string> = new Set([
  '$metadata', // AWS
  '[applied]', // Cassandra
  '_shards', // Elasticsearch
  'acknowledged', // MongoDB
  'changedRows', // mysql2
  'generatedMaps', // TypeORM
  'insertId', // mysql2, mariadb, Kysely
  'insertedId', // MongoDB
  'lastInsertRowid', // SQLite
  'modifiedCount', // MongoDB
  'nModified', // MongoDB
  'numChangedRows', // Kysely
  'rowLength', // Cassandra
  'warningStatus', // mysql2, mariadb
]);

/** The words that names of results are made of: `ok`, `rowsUpdated`, `modified_count`, `statusText`. */
const WORDS_OF_RESULTS: ReadonlySet<string> = new Set(
  `acknowledged affected applied change changed changes code columns command count counters created data
  deleted duration elapsed error errors failed fields found info inserted is items length matched message
  messages meta metadata ms modified n num number of oid ok operation raw reason records removed replaced response
  result results row rows rowset size statement status success succeeded summary text time took total touched
  updated upserted value values warning warnings write written`.split(/\s+/),
);

/**
 * Whether an object is a row or an entity. It is told by the names of its properties alone, not by their values, so that
 * one kind of entity is never taken for a row today and refused tomorrow: it has at least one name that is not made
 * of the words of results, and none that only results have. Own properties count, and getters of its class.
 *
 * So `{ id }` and `{ name, count }` are rows; `{ ok }`, `{ rowsUpdated }`, `{ command, rows }` and `{}` are not, and
 * neither are a Map, an Error, a Date or a Buffer.
 */
export function isRow(object: Result): boolean {
  if (Object.prototype.toString.call(object) !== '[object Object]') return false;
  const names = namesOf(object);
  return names.some((name) => !isOfResults(name)) && !names.some((name) => OF_RESULTS.has(name));
}

/** The names of what holds something: its own properties, unless they are methods, and the getters of its class. */
function namesOf(object: object): readonly string[] {
  const names = Object.entries(Object.getOwnPropertyDescriptors(object))
    .filter(([, { enumerable, value }]) => enumerable === true && typeof value !== 'function')
    .map(([name]) => name);
  for (
    let type: object | null = Object.getPrototypeOf(object);
    type !== null && type !== Object.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    const properties = Object.entries(Object.getOwnPropertyDescriptors(type));
    for (const [name, { get }] of properties) if (get !== undefined) names.push(name);
  }
  return names;
}

function isOfResults(name: string): boolean {
  const words = name.replaceAll(/([a-z])(?=[A-Z])/g, '$1 ').match(/[A-Za-z]+/g) ?? [];
  return words.length > 0 && words.every((word) => WORDS_OF_RESULTS.has(word.toLowerCase()));
}
