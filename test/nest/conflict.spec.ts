import { describe, expect, it } from '@jest/globals';
import { isOptimisticLockError, isUniqueViolation } from '../../src/nest/writes/orm-conflict.js';

/** Errors in the shape in which the ORMs throw them, without their packages. */
function errorNamed(name: string, properties: object = {}, message = 'boom'): Error {
  return Object.assign(new Error(message), { name }, properties);
}

/** Some ORMs name only the class, and leave `name` at `Error`. */
class OptimisticLockVersionMismatchError extends Error {}

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
