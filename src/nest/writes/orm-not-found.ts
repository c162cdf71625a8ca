import { chainOf, isNamed, isRetryable } from './orm-error.js';
import type { ErrorLink } from './orm-error.js';

/** What an ORM throws when it finds nothing and was told to fail then. */
const NOT_FOUND_ERRORS: ReadonlySet<string> = new Set([
  'DocumentNotFoundError', // Mongoose
  'EntityNotFoundError', // TypeORM
  'NoResultError', // Kysely, whose `name` is `Error`
  'SequelizeEmptyResultError',
  'ConditionalCheckFailedException', // DynamoDB
]);

/** A name that others use as well (a 404 of `http-errors`, the DOM's): MikroORM and Objection say more. */
const COMMON_NAME: ReadonlySet<string> = new Set(['NotFoundError']);

/** The same, as Prisma and version 2 of the AWS SDK code it. */
const NOT_FOUND_CODES: ReadonlySet<unknown> = new Set(['P2025', 'ConditionalCheckFailedException']);

/**
 * Whether an error says that an ORM found nothing to write or to read: what it was told to look for is not there,
 * or its version is another, or something that belongs to it is missing. The three look the same.
 */
export function isRecordNotFoundError(error: unknown): boolean {
  const chain = chainOf(error);
  return chain.some(isNotFound) && !isRetryable(chain);
}

function isNotFound(link: ErrorLink): boolean {
  return (
    isNamed(link, NOT_FOUND_ERRORS) ||
    NOT_FOUND_CODES.has(link['code']) ||
    (isNamed(link, COMMON_NAME) &&
      (typeof link['getEntity'] === 'function' || 'modelClass' in link)) ||
    isCancelledByCondition(link)
  );
}

/** A transaction of DynamoDB of which a condition did not hold, and that was not cancelled for another one's sake as well. */
function isCancelledByCondition(link: ErrorLink): boolean {
  const reasons: unknown = link['CancellationReasons'];
  if (!Array.isArray(reasons)) return false;
  const codes = reasons.map((each: { Code?: unknown } | null) => each?.Code);
  return codes.includes('ConditionalCheckFailed') && !codes.includes('TransactionConflict');
}
