/**
 * Writes in every way that is known, with a row and without one, and says what came of it: the result as the library
 * gave it, as JSON, and what `settle()` makes of the value itself. For each library a line.
 */
import { encode } from './recorded.js';
import {
  drizzleOnLibsql,
  drizzleOnMysql2,
  drizzleOnPg,
  drizzleOnPglite,
} from './query-builders.js';
import { drizzleOnPostgresJs, knexOnMysql, knexOnPostgres } from './query-builders.js';
import { kyselyOnMysql, kyselyOnPostgres } from './query-builders.js';
import { libsql, mariadb, mysql2, pg, pglite, postgresJs } from './drivers.js';
import { mongoose } from './mongoose.js';
import { mikroOrm, prisma, sequelize, typeorm } from './orms.js';
import { ONE_OR_NONE } from './way.js';
import type { Answered, Failed, Meaning, Report } from './report.js';
import type { Library, Verdict } from './way.js';

/** The functions under test, from the build. */
interface Functions {
  touchedRows(result: unknown, written: object): number;
  readonly ResourceNames: new (names: readonly string[]) => object;
  isRecordNotFoundError(error: unknown): boolean;
  isOptimisticLockError(error: unknown): boolean;
  isUniqueViolation(error: unknown): boolean;
}

const {
  POSTGRES_URL: onPostgres,
  MARIADB_URL: onMariaDB,
  WRITES: built,
} = process.env as Record<string, string>;
const functions: Functions = Object.assign(
  {},
  ...(await Promise.all(
    ['touched-rows', 'resource-names', 'orm-not-found', 'orm-conflict'].map(
      (name) => import(`${built}/${name}.js`),
    ),
  )),
);

/** What the guard knows of the rows: GET has read one. */
const WRITTEN = {
  names: new functions.ResourceNames(['id', 'title', 'edits', 'version']),
  exists: true,
};

const LIBRARIES: readonly (() => Library | Promise<Library>)[] = [
  () => pg(onPostgres!),
  () => postgresJs(onPostgres!),
  () => mysql2(onMariaDB!),
  () => mariadb(onMariaDB!),
  pglite,
  libsql,
  () => typeorm('postgres', onPostgres),
  () => typeorm('mariadb', onMariaDB),
  () => typeorm('sqljs'),
  () => prisma(onPostgres!),
  () => mikroOrm(onPostgres!),
  mongoose,
  () => sequelize('postgres', onPostgres!),
  () => sequelize('mysql', onMariaDB!),
  () => drizzleOnPg(onPostgres!),
  () => drizzleOnPostgresJs(onPostgres!),
  () => drizzleOnPglite(),
  () => drizzleOnMysql2(onMariaDB!),
  () => drizzleOnLibsql(),
  () => kyselyOnPostgres(onPostgres!),
  () => kyselyOnMysql(onMariaDB!),
  () => knexOnPostgres(onPostgres!),
  () => knexOnMysql(onMariaDB!),
];

for (const open of LIBRARIES) {
  const library = await open();
  process.stdout.write(`${JSON.stringify(await reportOf(library))}\n`);
  await library.close();
}

async function reportOf(library: Library): Promise<Report> {
  const answers: Answered[] = [];
  for (const { write, run, says = ONE_OR_NONE } of library.ways) {
    await library.reset();
    const hit = await run(1);
    await library.reset();
    const none = await run(404);
    answers.push({
      write,
      expected: says,
      said: { hit: verdictOn(hit), none: verdictOn(none) },
      hit: encode(hit),
      none: encode(none),
    });
  }
  return {
    library: library.name,
    answers,
    failures: [
      ...(await failuresOf('not found', library, library.failures)),
      ...(await failuresOf('conflict', library, library.conflicts)),
      ...(await failuresOf('duplicate', library, library.duplicates)),
    ],
  };
}

function verdictOn(result: unknown): Verdict {
  try {
    return functions.touchedRows(result, WRITTEN);
  } catch (error) {
    if (error instanceof TypeError) return 'refused';
    throw error;
  }
}

async function failuresOf(
  meaning: Meaning,
  library: Library,
  calls: Library['failures'] = {},
): Promise<readonly Failed[]> {
  const failures: Failed[] = [];
  for (const [call, run] of Object.entries(calls)) {
    await library.reset();
    const error: unknown = await run().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    failures.push({ call, meaning, error: encode(error), said: meaningsOf(error) });
  }
  return failures;
}

function meaningsOf(error: unknown): readonly Meaning[] {
  const { isRecordNotFoundError, isOptimisticLockError, isUniqueViolation } = functions;
  return [
    ...(isRecordNotFoundError(error) ? (['not found'] as const) : []),
    ...(isOptimisticLockError(error) ? (['conflict'] as const) : []),
    ...(isUniqueViolation(error) ? (['duplicate'] as const) : []),
  ];
}
