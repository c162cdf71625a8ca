/**
 * Errors of ORMs and drivers, told by name and code along the chain of causes. Never by `instanceof`: an
 * application may have two copies of its ORM, and this library imports none.
 */

/** An error, or what stands where an error keeps its cause. */
export type ErrorLink = Readonly<Record<string, unknown>>;

/** Where an error keeps the one that caused it. */
const CAUSES = ['cause', 'driverError', 'parent', 'original', 'originalError', 'previous'] as const;

/** Deeper chains than any ORM makes; a bound for chains that lead back to themselves. */
const LONGEST_CHAIN = 16;

/** Serialization failures, deadlocks and locks that were not to be had: the same may succeed when tried again. */
const RETRYABLE: ReadonlySet<unknown> = new Set([
  '40001', // PostgreSQL, and the SQL standard: serialization failure
  '40P01', // PostgreSQL: deadlock
  '55P03', // PostgreSQL: lock not available
  'P2034', // Prisma: write conflict or deadlock
  'ER_LOCK_DEADLOCK', // MySQL, MariaDB
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD', // MariaDB: the record has changed since it was read
  1205, // SQL Server: deadlock; MySQL: lock wait timeout
  1213, // MySQL: deadlock
  112, // MongoDB: write conflict
]);

/** Where an error has its code: of the driver, of SQL, of the driver under Prisma's adapter. */
const CODES = ['code', 'originalCode', 'sqlState', 'number', 'errno'] as const;

const SQLITE_BUSY = /^SQLITE_(?:BUSY|LOCKED)/;

/**
 * An error and what caused it, the error first.
 *
 * An `HttpException`, of whatever copy of Nest, is no part of it, and neither is what caused that: somebody has decided
 * what the client is told.
 */
export function chainOf(error: unknown): readonly ErrorLink[] {
  const chain: ErrorLink[] = [];
  let links = [error];
  while (links.length > 0 && chain.length < LONGEST_CHAIN) {
    const errors = links.filter(isError);
    chain.push(...errors);
    links = errors.flatMap((link) => CAUSES.map((name) => link[name]));
  }
  return chain;
}

/** Whether an error has one of these names, or its class or one above that has. Some ORMs leave `name` at `Error`. */
export function isNamed(link: ErrorLink, names: ReadonlySet<string>): boolean {
  if (names.has(link['name'] as string)) return true;
  for (
    let type: ErrorLink | null = Object.getPrototypeOf(link);
    type !== null;
    type = Object.getPrototypeOf(type)
  ) {
    if (names.has((type['constructor'] as { name?: string } | undefined)?.name ?? '')) return true;
  }
  return false;
}

/** Whether any error of a chain means "try again": then it is neither a conflict nor "not found". */
export function isRetryable(chain: readonly ErrorLink[]): boolean {
  return chain.some((link) =>
    CODES.some((name) => RETRYABLE.has(link[name]) || SQLITE_BUSY.test(String(link[name]))),
  );
}

function isError(value: unknown): value is ErrorLink {
  return typeof value === 'object' && value !== null && !isHttpException(value);
}

function isHttpException(value: object): boolean {
  const { getStatus, getResponse } = value as ErrorLink;
  return typeof getStatus === 'function' && typeof getResponse === 'function';
}
