/**
 * Conflict errors of ORMs, told by name and code along the chain of causes. Never by `instanceof`: an
 * application may have two copies of its ORM, and this library imports none.
 */

/** What an optimistic lock throws when another writer was faster. */
const OPTIMISTIC_LOCK_ERRORS: ReadonlySet<string> = new Set([
  'OptimisticLockError', // MikroORM
  'SequelizeOptimisticLockError',
  'VersionError', // Mongoose
  'OptimisticLockVersionMismatchError', // TypeORM
]);

/** A unique violation, as drivers and ORMs code it. */
const UNIQUE_VIOLATIONS: ReadonlySet<unknown> = new Set([
  '23505', // PostgreSQL
  'ER_DUP_ENTRY', // MySQL, MariaDB
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  'P2002', // Prisma
  11000, // MongoDB
]);

/** What SQL Server numbers so: one for constraints, one for indexes. Its `code` is the same for all errors. */
const UNIQUE_VIOLATION_NUMBERS: ReadonlySet<unknown> = new Set([2627, 2601]);

/** All that SQLite's drivers agree on; some put a code before it. */
const SQLITE_UNIQUE_VIOLATION =
  /^(?:SQLITE_CONSTRAINT\w*: )?(?:SQLite error: )?UNIQUE constraint failed/;

/** Where an error keeps the one that caused it. */
const CAUSES = ['cause', 'driverError', 'parent', 'original', 'originalError', 'previous'] as const;

/** Deeper chains than any ORM makes; a bound for chains that lead back to themselves. */
const LONGEST_CHAIN = 16;

/** Whether an error says that another writer was faster. */
export function isOptimisticLockError(error: unknown): boolean {
  return chainOf(error).some(({ name, constructor }) =>
    [name, (constructor as { name?: unknown } | undefined)?.name].some((each) =>
      OPTIMISTIC_LOCK_ERRORS.has(each as string),
    ),
  );
}

/** Whether an error says that what should be created is there already. */
export function isUniqueViolation(error: unknown): boolean {
  return chainOf(error).some(
    ({ code, number, message }) =>
      UNIQUE_VIOLATIONS.has(code) ||
      UNIQUE_VIOLATION_NUMBERS.has(number) ||
      (typeof message === 'string' && SQLITE_UNIQUE_VIOLATION.test(message)),
  );
}

type Link = Record<string, unknown>;

function chainOf(error: unknown): readonly Link[] {
  const chain: Link[] = [];
  let links = [error];
  while (links.length > 0 && chain.length < LONGEST_CHAIN) {
    const objects = links.filter(isObject);
    chain.push(...objects);
    links = objects.flatMap((link) => CAUSES.map((name) => link[name]));
  }
  return chain;
}

function isObject(value: unknown): value is Link {
  return typeof value === 'object' && value !== null;
}
