import { isObject } from '../checks/objects.js';
import { COUNTERS, DOCUMENT_COUNTERS, counterOf } from './counters.js';
import type { Result } from './counters.js';
import { namesOf } from './resource-names.js';
import type { ResourceNames } from './resource-names.js';

/** Names that results have, whatever stands beside them: a row has one only where its resource has it, spelled so. */
const OF_RESULTS: ReadonlySet<string> = new Set([
  ...COUNTERS,
  ...DOCUMENT_COUNTERS,
  '$metadata', // AWS
  '[applied]', // Cassandra
  '_index', // Elasticsearch
  '_shards', // Elasticsearch
  'acknowledged', // MongoDB
  'applied',
  'changedRows', // mysql2
  'generatedMaps', // TypeORM
  'insertId', // mysql2, mariadb, Kysely
  'insertedId', // MongoDB
  'lastInsertRowid', // SQLite
  'modifiedCount', // MongoDB
  'nModified', // MongoDB
  'numChangedRows', // Kysely
  'ok', // CouchDB, MongoDB
  'rowLength', // Cassandra
  'succeeded', // etcd
  'success',
  'successful',
  'warningStatus', // mysql2, mariadb
  'wasApplied', // Cassandra
]);

/** The words that names of results are made of: `ok`, `rowsUpdated`, `modified_count`, `statusText`. */
const WORDS_OF_RESULTS: ReadonlySet<string> = new Set(
  `
    aborted acknowledged added affected applied batches changed changes code columns command conflict
    conflicts count counters created data deleted duration elapsed err error errors executed failed failure
    failures fields found header headers info inserted is items labels length matched message messages meta
    metadata millis modified ms msg n nodes noop noops num number of oid ok operation per properties query raw
    reason records rejected relationships removed replaced requests response responses result results retries
    returning row rows rowset second set size skipped statement stats status succeeded success successful
    summary text throttled time timed took total touched unchanged until updated upserted value values warning
    warnings write written
  `.match(/\w+/g),
);

/**
 * Whether an object is a row of a resource. It is told by the names of its properties alone, not by their values, so that one
 * kind of entity is never taken for a row today and refused tomorrow: it has a name of the resource that is not made of the
 * words of results, more names of the resource than names of results that the resource has not, and none that only
 * results have. Of a resource that nothing is known of, every name counts that is not made of the words of results. Own properties
 * count, and getters of its class.
 *
 * So `{ id }` and `{ id, title, status }` are rows of an article; `{ id, updated }`, `{ id, ok }`, `{ rowsUpdated }`,
 * `{ header, responses }` and `{}` are not, and neither are a Map, an Error, a Date or a Buffer.
 */
export function isRow(object: Result, resource: ResourceNames): boolean {
  if (Object.prototype.toString.call(object) !== '[object Object]') return false;
  const names = namesOf(object);
  if (names.some((name) => OF_RESULTS.has(name) && !resource.hasExactly(name))) return false;
  if (holdsResultsAlone(object)) return false;
  const shared = names.filter((name) =>
    resource.isUnknown ? !isOfResults(name) : resource.has(name),
  );
  const doubtful = names.filter((name) => isOfResults(name) && !resource.has(name));
  return shared.some((name) => !isOfResults(name)) && shared.length > doubtful.length;
}

/** GraphQL names results: `{ update_articles: { affected_rows: 0 } }`. */
function holdsResultsAlone(object: Result): boolean {
  const values = Object.values(Object.getOwnPropertyDescriptors(object)).map(
    ({ value }) => value as unknown,
  );
  return (
    values.length > 0 && values.every((value) => isObject(value) && counterOf(value) !== undefined)
  );
}

function isOfResults(name: string): boolean {
  const words = name.replaceAll(/([a-z])(?=[A-Z])/g, '$1 ').match(/[A-Za-z]+/g) ?? [];
  return words.length > 0 && words.every((word) => WORDS_OF_RESULTS.has(word.toLowerCase()));
}
