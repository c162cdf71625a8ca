import { chainOf, isRetryable, isNamed } from './orm-error.js';

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

/** Whether an error says that another writer was faster. */
export function isOptimisticLockError(error: unknown): boolean {
  const chain = chainOf(error);
  return chain.some((link) => isNamed(link, OPTIMISTIC_LOCK_ERRORS)) && !isRetryable(chain);
}

/** Whether an error says that what should be created is there already. */
export function isUniqueViolation(error: unknown): boolean {
  const chain = chainOf(error);
  const isViolation = chain.some(
    ({ code, number, message }) =>
      UNIQUE_VIOLATIONS.has(code) ||
      UNIQUE_VIOLATION_NUMBERS.has(number) ||
      (typeof message === 'string' && SQLITE_UNIQUE_VIOLATION.test(message)),
  );
  return isViolation && !isRetryable(chain);
}
