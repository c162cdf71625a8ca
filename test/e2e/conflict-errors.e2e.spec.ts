import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  ConflictException,
  Controller,
  Delete,
  Get,
  NotFoundException,
  Param,
  PreconditionFailedException,
  Put,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { tap, throwError } from 'rxjs';
import { ETag, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

interface User {
  name: string;
}

const users = new Map<string, User>();

/** What the handler's ORM throws, and what somebody else did meanwhile. */
let thrown: () => unknown = () => new Error('nothing');
let meanwhile: () => void = () => undefined;

function find(id: string): User {
  const user = users.get(id);
  if (user === undefined) throw new NotFoundException();
  return user;
}

@Controller('users')
@ETag()
class UsersController {
  @Get(':id')
  findOne(@Param('id') id: string): User {
    return find(id);
  }

  @Put(':id')
  @IfMatch({ required: false, creates: true })
  async replace(@Param('id') _id: string, @Body() _change: User): Promise<User> {
    meanwhile();
    await Promise.resolve();
    throw thrown();
  }

  @Delete(':id')
  @IfMatch()
  remove(): unknown {
    meanwhile();
    return throwError(thrown);
  }

  /** Not guarded: none of our business. */
  @Put(':id/unguarded')
  unguarded(): never {
    throw thrown();
  }
}

/** What the interceptors and filters of the application see. */
let filtered: unknown;

function errorNamed(name: string, properties: object = {}): Error {
  return Object.assign(new Error('as the ORM says it'), { name }, properties);
}

const BEFORE = { name: 'before' };
const AFTER = { name: 'somebody else' };
const CURRENT = tagOf(JSON.stringify(BEFORE));
const NEW = tagOf(JSON.stringify(AFTER));

const CONFLICTS: [orm: string, error: () => unknown][] = [
  ['MikroORM', () => errorNamed('OptimisticLockError')],
  [
    'Sequelize',
    () => errorNamed('SequelizeOptimisticLockError', { modelName: 'User', values: {}, where: {} }),
  ],
  ['Mongoose', () => errorNamed('VersionError', { version: 0, modifiedPaths: ['name'] })],
  ['TypeORM', () => errorNamed('OptimisticLockVersionMismatchError')],
  [
    'a service that wraps it',
    () => new Error('could not save', { cause: errorNamed('VersionError') }),
  ],
  [
    'TypeORM around it',
    () => errorNamed('QueryFailedError', { driverError: errorNamed('VersionError') }),
  ],
  [
    'Sequelize around it, twice',
    () => ({ parent: { original: errorNamed('SequelizeOptimisticLockError') } }),
  ],
];

const RETRIES: [database: string, error: () => unknown][] = [
  ['PostgreSQL: serialization failure', () => errorNamed('error', { code: '40001' })],
  ['PostgreSQL: deadlock', () => errorNamed('error', { code: '40P01' })],
  [
    'TypeORM around it',
    () => errorNamed('QueryFailedError', { driverError: { code: '40001' }, code: '40001' }),
  ],
  ['Drizzle around it', () => errorNamed('Error', { cause: { code: '40P01' } })],
  ['Prisma', () => errorNamed('PrismaClientKnownRequestError', { code: 'P2034' })],
  ['Prisma: not found', () => errorNamed('PrismaClientKnownRequestError', { code: 'P2025' })],
  ['SQLite', () => errorNamed('SqliteError', { code: 'SQLITE_BUSY' })],
  ['MariaDB', () => errorNamed('SqlError', { code: 'ER_LOCK_DEADLOCK', errno: 1213 })],
  ['any mistake', () => new TypeError('undefined is not a function')],
  ['a string', () => 'VersionError'],
  ['nothing', () => undefined],
  ['null', () => null],
];

const UNIQUE: [database: string, error: () => unknown][] = [
  ['PostgreSQL', () => errorNamed('error', { code: '23505' })],
  ['TypeORM', () => errorNamed('QueryFailedError', { driverError: { code: '23505' } })],
  ['MariaDB', () => errorNamed('SqlError', { code: 'ER_DUP_ENTRY' })],
  ['SQLite', () => new Error('UNIQUE constraint failed: users.id')],
  ['Prisma', () => errorNamed('PrismaClientKnownRequestError', { code: 'P2002' })],
  ['MongoDB', () => errorNamed('MongoServerError', { code: 11000 })],
];

describeOnEachAdapter('an error that a guarded handler throws', (start) => {
  let app: Running;

  beforeAll(async () => {
    app = await start({
      controllers: [UsersController],
      configure: (application) => {
        application.useGlobalInterceptors({
          intercept: (_: ExecutionContext, next: CallHandler) =>
            next.handle().pipe(tap({ error: (error: unknown) => (filtered = error) })),
        });
      },
    });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    users.clear();
    users.set('1', BEFORE);
    meanwhile = () => undefined;
    filtered = undefined;
  });

  function send(
    line: string,
    headers: Record<string, string> = { 'If-Match': CURRENT },
  ): Promise<RawResponse> {
    const [method = '', path = ''] = line.split(' ');
    return app.send({ method, path, headers, body: method === 'PUT' ? AFTER : undefined });
  }

  describe.each(CONFLICTS)('a conflict that an ORM found: %s', (_, error) => {
    beforeEach(() => {
      thrown = error;
      meanwhile = () => users.set('1', AFTER);
    });

    it.each(['PUT /users/1', 'DELETE /users/1'])(
      'is 412 to %s with If-Match, with the tag as it is now',
      async (line) => {
        const answer = await send(line);
        expect([answer.status, answer.json()['reason']]).toEqual([412, 'changed']);
        expect(answer.headers.etag).toBe(NEW);
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(filtered).toBeInstanceOf(PreconditionFailedException);
        expect((filtered as Error).cause).toBeDefined();
      },
    );

    it('is 412 with If-Match: *', async () => {
      expect((await send('PUT /users/1', { 'If-Match': '*' })).status).toBe(412);
    });

    it('is 409 without If-Match, with no tag to go on with blindly', async () => {
      const answer = await send('PUT /users/1', {});
      expect([answer.status, answer.json()['reason']]).toEqual([409, 'changed']);
      expect(answer.headers.etag).toBeUndefined();
      expect(filtered).toBeInstanceOf(ConflictException);
    });

    it('is 404 when the row was there no more before', async () => {
      expect((await send('DELETE /users/2')).status).toBe(404);
    });

    it('says so when the row went meanwhile', async () => {
      meanwhile = () => users.delete('1');
      const answer = await send('DELETE /users/1');
      expect([answer.status, answer.json()['reason']]).toEqual([412, 'missing-resource']);
      expect(answer.headers.etag).toBeUndefined();
    });

    it('is left alone on a handler that is not guarded', async () => {
      const answer = await send('PUT /users/1/unguarded');
      expect(answer.status).not.toBe(412);
      expect(answer.headers.etag).toBeUndefined();
    });
  });

  it('a conflict never sends the tag back that the client has: it would try for ever', async () => {
    [[, thrown]] = CONFLICTS as [[string, () => unknown]];
    expect((await send('PUT /users/1')).headers.etag).toBeUndefined();
    expect((await send('PUT /users/1', { 'If-Match': `"x", ${CURRENT}` })).headers.etag).toBe(
      undefined,
    );
  });

  describe.each(RETRIES)('what may succeed when tried again, or is no conflict: %s', (_, error) => {
    it('is passed on as it is', async () => {
      thrown = error;
      for (const headers of [{ 'If-Match': CURRENT }, { 'If-Match': '*' }, {}]) {
        const answer = await send('PUT /users/1', headers);
        expect([answer.status, answer.headers.etag]).toEqual([500, undefined]);
      }
    });
  });

  describe.each(UNIQUE)('a unique violation: %s', (_, error) => {
    beforeEach(() => {
      thrown = error;
    });

    it('is 412 to a creation by If-None-Match: *: it is there already', async () => {
      meanwhile = () => users.set('2', AFTER);
      const answer = await send('PUT /users/2', { 'If-None-Match': '*' });
      expect([answer.status, answer.json()['reason']]).toEqual([412, 'exists']);
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    it('is passed on with If-Match, and without either: some other value is taken', async () => {
      for (const headers of [{ 'If-Match': CURRENT }, {}]) {
        expect((await send('PUT /users/1', headers)).status).toBe(500);
      }
    });
  });

  it('an exception of Nest is passed on, and carries no tag', async () => {
    thrown = () => new ConflictException('not now');
    const answer = await send('PUT /users/1');
    expect([answer.status, answer.json()['message']]).toEqual([409, 'not now']);
    expect(answer.headers.etag).toBeUndefined();
  });
});
