import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { BadRequestException, ConflictException, NotFoundException } from '@nestjs/common';
import { isOptimisticLockError, isUniqueViolation } from '../../src/nest/writes/orm-conflict.js';
import { isRecordNotFoundError } from '../../src/nest/writes/orm-not-found.js';
import { decode } from '../services/apps/settle/recorded.js';
import type { Report } from '../services/apps/settle/report.js';

/** Errors in the shape in which the ORMs throw them, without their packages. */
function errorNamed(name: string, properties: object = {}, message = 'boom'): Error {
  return Object.assign(new Error(message), { name }, properties);
}

/** Some ORMs name only the class, and leave `name` at `Error`. */
class OptimisticLockVersionMismatchError extends Error {}
class NoResultError extends Error {}
class EntityNotFoundError extends Error {}

describe('a conflict that an ORM found', () => {
  it.each<[string, unknown]>([
    [
      'MikroORM',
      errorNamed('OptimisticLockError', {}, 'The optimistic lock on entity User failed'),
    ],
    [
      'Sequelize',
      errorNamed(
        'SequelizeOptimisticLockError',
        { modelName: 'User', values: {}, where: {} },
        'Attempting to update a stale model instance: User',
      ),
    ],
    ['Mongoose', errorNamed('VersionError', { version: 0, modifiedPaths: ['name'] })],
    ['TypeORM', errorNamed('OptimisticLockVersionMismatchError')],
    ['TypeORM, by its class alone', new OptimisticLockVersionMismatchError('x')],
  ])('is recognised: %s', (_, error) => {
    expect(isOptimisticLockError(error)).toBe(true);
  });

  it.each(['cause', 'driverError', 'parent', 'original', 'originalError', 'previous'])(
    'is recognised as the %s of another error, and deeper',
    (link) => {
      const conflict = errorNamed('VersionError');
      expect(isOptimisticLockError(errorNamed('Error', { [link]: conflict }))).toBe(true);
      expect(
        isOptimisticLockError(errorNamed('Error', { [link]: { cause: { [link]: conflict } } })),
      ).toBe(true);
    },
  );

  it.each<[string, unknown]>([
    ['PostgreSQL: serialization failure', errorNamed('error', { code: '40001' })],
    ['PostgreSQL: deadlock', errorNamed('error', { code: '40P01' })],
    ['PostgreSQL: lock not available', errorNamed('error', { code: '55P03' })],
    ['Prisma: write conflict', errorNamed('PrismaClientKnownRequestError', { code: 'P2034' })],
    [
      'Prisma: nothing found, or a version that is stale, or a relation',
      errorNamed('PrismaClientKnownRequestError', {
        code: 'P2025',
        meta: { modelName: 'User', operation: 'an update' },
      }),
    ],
    ['SQLite: busy', errorNamed('SqliteError', { code: 'SQLITE_BUSY' })],
    ['SQLite: busy snapshot', errorNamed('SqliteError', { code: 'SQLITE_BUSY_SNAPSHOT' })],
    ['MySQL: deadlock', errorNamed('Error', { code: 'ER_LOCK_DEADLOCK', errno: 1213 })],
    ['MySQL: lock wait timeout', errorNamed('Error', { code: 'ER_LOCK_WAIT_TIMEOUT' })],
    [
      'TypeORM around PostgreSQL',
      errorNamed('QueryFailedError', { driverError: { code: '40001' }, code: '40001' }),
    ],
    ['Drizzle around PostgreSQL', errorNamed('Error', { cause: { code: '40P01' } })],
    ['Mongoose: no document', errorNamed('DocumentNotFoundError')],
    ['an ordinary error', new Error('OptimisticLockError')],
    ['a string', 'VersionError'],
    ['nothing', undefined],
    ['null', null],
  ])('is not: %s', (_, error) => {
    expect([isOptimisticLockError(error), isUniqueViolation(error)]).toEqual([false, false]);
  });

  it('is looked for in a chain that leads back to itself', () => {
    const error = errorNamed('Error');
    Object.assign(error, { cause: error, original: { parent: error } });
    expect(isOptimisticLockError(error)).toBe(false);
  });
});

describe('a unique violation', () => {
  it.each<[string, unknown]>([
    ['PostgreSQL', errorNamed('error', { code: '23505', constraint: 'users_pkey' })],
    [
      'TypeORM around PostgreSQL',
      errorNamed('QueryFailedError', { driverError: { code: '23505' } }),
    ],
    [
      'TypeORM around sql.js',
      errorNamed('QueryFailedError', {
        driverError: new Error('UNIQUE constraint failed: user.id'),
      }),
    ],
    [
      'TypeORM around sqlite3',
      errorNamed(
        'QueryFailedError',
        { driverError: { errno: 19, code: 'SQLITE_CONSTRAINT' } },
        'SQLITE_CONSTRAINT: UNIQUE constraint failed: user.id',
      ),
    ],
    [
      'better-sqlite3: unique',
      errorNamed('SqliteError', { code: 'SQLITE_CONSTRAINT_UNIQUE' }, 'UNIQUE constraint failed'),
    ],
    [
      'better-sqlite3: primary key',
      errorNamed('SqliteError', { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }),
    ],
    [
      'node:sqlite',
      errorNamed(
        'Error',
        { code: 'ERR_SQLITE_ERROR', errcode: 1555 },
        'UNIQUE constraint failed: user.id',
      ),
    ],
    [
      'libSQL',
      errorNamed(
        'LibsqlError',
        { code: 'SQLITE_CONSTRAINT' },
        'SQLITE_CONSTRAINT: SQLite error: UNIQUE constraint failed: user.id',
      ),
    ],
    ['MySQL', errorNamed('Error', { code: 'ER_DUP_ENTRY', errno: 1062 })],
    [
      'Sequelize',
      errorNamed('SequelizeUniqueConstraintError', {
        parent: { code: 'ER_DUP_ENTRY' },
        original: { code: 'ER_DUP_ENTRY' },
      }),
    ],
    [
      'SQL Server',
      errorNamed(
        'RequestError',
        { code: 'EREQUEST', number: 2627 },
        "Violation of PRIMARY KEY constraint 'PK_user'.",
      ),
    ],
    [
      'SQL Server: unique index',
      errorNamed('QueryFailedError', { driverError: { code: 'EREQUEST', number: 2601 } }),
    ],
    ['Prisma', errorNamed('PrismaClientKnownRequestError', { code: 'P2002' })],
    ['MongoDB', errorNamed('MongoServerError', { code: 11000, keyPattern: { _id: 1 } })],
    ['Drizzle', errorNamed('Error', { cause: { code: '23505' } }, 'Failed query')],
    ['MikroORM', errorNamed('UniqueConstraintViolationException', { code: '23505', previous: {} })],
  ])('is recognised: %s', (_, error) => {
    expect([isUniqueViolation(error), isOptimisticLockError(error)]).toEqual([true, false]);
  });

  it.each<[string, unknown]>([
    ['a foreign key', errorNamed('error', { code: '23503' })],
    ['NOT NULL', errorNamed('error', { code: '23502' })],
    [
      'SQLite NOT NULL',
      errorNamed('Error', { code: 'SQLITE_CONSTRAINT' }, 'NOT NULL constraint failed: user.id'),
    ],
    ['the user wrote so', new Error('The title "UNIQUE constraint failed" is taken')],
  ])('is not: %s', (_, error) => {
    expect(isUniqueViolation(error)).toBe(false);
  });
});

describe('what an ORM does not find', () => {
  it.each<[string, unknown]>([
    ['Mongoose', errorNamed('DocumentNotFoundError', { filter: { _id: 1 } })],
    ['TypeORM', errorNamed('EntityNotFoundError', { criteria: { id: 1 } })],
    ['TypeORM, as the application named it', new (class ArticleNotFound extends EntityNotFoundError {})()], // prettier-ignore
    ['Kysely, by its class alone', new NoResultError('no result')],
    ['Prisma', errorNamed('PrismaClientKnownRequestError', { code: 'P2025' })],
    ['Prisma 4', errorNamed('NotFoundError', { code: 'P2025' })],
    ['Sequelize', errorNamed('SequelizeEmptyResultError')],
    ['MikroORM', errorNamed('NotFoundError', { getEntity: () => undefined })],
    ['Objection', errorNamed('NotFoundError', { modelClass: class {}, statusCode: 404 })],
    ['DynamoDB', errorNamed('ConditionalCheckFailedException', { $fault: 'client' })],
    [
      'DynamoDB, before version 3',
      errorNamed('Error', { code: 'ConditionalCheckFailedException' }),
    ],
    [
      'DynamoDB, a transaction',
      errorNamed('TransactionCanceledException', {
        CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
      }),
    ],
    ['the cause of another', errorNamed('Error', { cause: errorNamed('EntityNotFoundError') })],
  ])('is recognised, and is no conflict: %s', (_, error) => {
    expect(isRecordNotFoundError(error)).toBe(true);
    expect([isOptimisticLockError(error), isUniqueViolation(error)]).toEqual([false, false]);
  });

  it.each<[string, unknown]>([
    [
      'a 404 of http-errors',
      errorNamed('NotFoundError', { status: 404, statusCode: 404, expose: true }),
    ],
    ["the DOM's", new DOMException('x', 'NotFoundError')],
    ['a domain of its own', errorNamed('NotFoundError')],
    ['Prisma: a unique violation', errorNamed('Error', { code: 'P2002' })],
    ['a file', errorNamed('Error', { code: 'ENOENT' })],
    [
      'DynamoDB, another transaction',
      errorNamed('TransactionCanceledException', {
        CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'TransactionConflict' }],
      }),
    ],
    ['an ordinary error', new Error('EntityNotFoundError')],
    ['a string', 'EntityNotFoundError'],
    ['nothing', undefined],
  ])('is not: %s', (_, error) => {
    expect(isRecordNotFoundError(error)).toBe(false);
  });
});

describe('an error that an ORM has really thrown', () => {
  const record = JSON.parse(
    readFileSync(new URL('settle-results.json', import.meta.url), 'utf8'),
  ) as readonly Report[];
  const failures = record.flatMap(({ library, failures: thrown }) =>
    thrown.map(({ call, ...failure }) => [`${library}: ${call}`, failure] as const),
  );

  it.each(failures)('is known for what it is: %s', (_, { error, meaning }) => {
    expect(meaningsOf(decode(error))).toEqual([meaning]);
  });

  it.each(failures)(
    'is the answer that somebody made of it, in an HttpException: %s',
    (_, failure) => {
      const cause = decode(failure.error);
      expect(meaningsOf(new ConflictException('told otherwise', { cause }))).toEqual([]);
      expect(meaningsOf(new Error('told otherwise', { cause }))).toEqual([failure.meaning]);
    },
  );

  it.each(failures)('means "try again" when that is its cause: %s', (_, failure) => {
    for (const code of ['40001', '40P01', '55P03', 'P2034', 'SQLITE_BUSY', 'ER_LOCK_DEADLOCK']) {
      const cause = Object.assign(new Error('again'), { code });
      const error = Object.assign(decode(failure.error) as Error, { cause });
      expect(meaningsOf(error)).toEqual([]);
    }
  });
});

describe('an HttpException with the name of a conflict', () => {
  class VersionError extends BadRequestException {}
  class OptimisticLockError extends ConflictException {}
  class EntityNotFoundErrorOfNest extends NotFoundException {
    override name = 'EntityNotFoundError';
  }
  /** An exception of another copy of Nest, which is no instance of this one's. */
  class SequelizeOptimisticLockError extends Error {
    getStatus = (): number => 418;
    getResponse = (): string => 'teapot';
  }
  const exceptions: [string, Error][] = [
    ['its class', new VersionError('apiVersion 9 is not supported')],
    ['its class, as MikroORM names it', new OptimisticLockError()],
    ['its name', new EntityNotFoundErrorOfNest()],
    ['another copy of Nest', new SequelizeOptimisticLockError()],
    ['its code', Object.assign(new BadRequestException(), { code: '23505' })],
    ['a code of Prisma', Object.assign(new BadRequestException(), { code: 'P2025' })],
    ['its message', new BadRequestException('UNIQUE constraint failed: user.id')],
  ];

  it.each(exceptions)('is what it was thrown as: %s', (_, exception) => {
    expect(meaningsOf(exception)).toEqual([]);
  });

  it.each(exceptions)('is that as the cause of another error, too: %s', (_, exception) => {
    expect(meaningsOf(errorNamed('Error', { cause: exception }))).toEqual([]);
    expect(meaningsOf(errorNamed('Error', { original: { parent: exception } }))).toEqual([]);
  });

  it('is told by what it can do: the same error without getStatus() is a conflict', () => {
    const error = new SequelizeOptimisticLockError();
    expect(meaningsOf(Object.assign(error, { getStatus: undefined }))).toEqual(['conflict']);
  });
});

function meaningsOf(error: unknown): readonly string[] {
  return [
    ...(isRecordNotFoundError(error) ? ['not found'] : []),
    ...(isOptimisticLockError(error) ? ['conflict'] : []),
    ...(isUniqueViolation(error) ? ['duplicate'] : []),
  ];
}
