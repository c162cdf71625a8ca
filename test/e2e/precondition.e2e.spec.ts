import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Injectable,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Put,
  Res,
} from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { ETag, IfMatch, LastModified, Precondition } from '../../src/index.js';
import { describeOnEachAdapter, itOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { gate, meetingOf } from '../support/gate.js';
import type { RawResponse } from '../support/raw-request.js';

interface Row {
  id: number;
  name: string;
  version: number;
  changedAt: string;
}

interface Criteria {
  readonly id: number;
  readonly version?: number;
}

/** A database as far as it matters here: it decides, and takes its time before. */
const database = {
  rows: new Map<number, Row>(),
  /** Runs between the guard and each write. */
  beforeWriting: (): Promise<void> | void => undefined,
  criteria: [] as object[],
  lock: Promise.resolve(),

  find(id: number): Row | undefined {
    const row = this.rows.get(id);
    return row && { ...row };
  },

  async update(criteria: Criteria, change: Partial<Row>): Promise<{ affected: number }> {
    this.criteria.push(criteria);
    await this.beforeWriting();
    const row = this.rows.get(criteria.id);
    const isMatch = !('version' in criteria) || row?.version === criteria.version;
    return { affected: isMatch && (await this.change(criteria.id, change)) ? 1 : 0 };
  },

  change(id: number, change: Partial<Row>): Promise<boolean> {
    const row = this.rows.get(id);
    if (row !== undefined) this.rows.set(id, { ...row, ...change, version: row.version + 1 });
    return Promise.resolve(row !== undefined);
  },

  /** `SELECT … FOR UPDATE`: nobody else writes the row before the work is done. */
  async locking<T>(id: number, work: (row: Row | undefined) => Promise<T>): Promise<T> {
    await this.beforeWriting();
    const before = this.lock;
    const { opened, open } = gate();
    this.lock = opened;
    await before;
    return work(this.find(id)).finally(open);
  },

  async delete(criteria: Criteria): Promise<number> {
    const { affected } = await this.update(criteria, {});
    if (affected === 1) this.rows.delete(criteria.id);
    return affected;
  },
};

function found(id: number): Row {
  const row = database.find(id);
  if (row === undefined) throw new NotFoundException();
  return row;
}

const seen: unknown[] = [];
/** How often somebody read, and what happens then. */
let whileReading: () => Promise<void> | void = () => undefined;

@Controller('users')
@ETag({ version: 'version' })
class UsersController {
  @Get(':id')
  async findOne(@Param('id', ParseIntPipe) id: number): Promise<Row> {
    const row = found(id);
    await whileReading();
    return row;
  }

  @Put(':id')
  @IfMatch()
  async replace(
    @Param('id', ParseIntPipe) id: number,
    @Body() { name }: Pick<Row, 'name'>,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    precondition.settle(await database.update(precondition.where({ id }), { name }));
    return found(id);
  }

  @Patch(':id/name')
  @IfMatch({ current: 'findOne' })
  async locked(
    @Param('id', ParseIntPipe) id: number,
    @Body() { name }: Pick<Row, 'name'>,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    await database.locking(id, async (locked) => {
      const row = await precondition.verify(locked);
      await database.change(id, { name: `${name} after ${row.name}` });
    });
    return found(id);
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch()
  async remove(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<void> {
    precondition.settle(await database.delete(precondition.where({ id })));
  }

  @Put(':id/seen')
  @IfMatch({ current: 'findOne' })
  see(@Param('id') _: string, @Precondition() precondition: Precondition): Row {
    const { version, etag, isWildcard, representation } = precondition;
    seen.push({ version, etag, isWildcard, representation });
    return found(1);
  }

  @Put(':id/failing')
  @IfMatch({ current: 'findOne' })
  failing(@Precondition() precondition: Precondition): never {
    return precondition.fail();
  }

  @Put(':id/unused')
  @IfMatch({ current: 'findOne' })
  async unused(
    @Param('id', ParseIntPipe) id: number,
    @Body() { name }: Pick<Row, 'name'>,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    await database.update(precondition.where({ id }), { name });
    return found(id);
  }

  @Put(':id/unused-and-failing')
  @IfMatch({ current: 'findOne' })
  unusedAndFailing(@Precondition() _precondition: Precondition): never {
    throw new NotFoundException();
  }

  /** What TypeORM's `save()` does: the version goes back to where the entity was loaded. */
  @Put(':id/rewinding')
  @IfMatch({ current: 'findOne' })
  rewinding(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Row {
    precondition.settle([precondition.where({ id })]);
    database.rows.set(id, { ...found(id), version: 1 });
    return found(id);
  }

  @Put(':id/settled-only')
  @IfMatch({ current: 'findOne' })
  async settledOnly(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    precondition.settle(await database.update({ id }, { name: 'settled' }));
    return found(id);
  }

  /** Somebody else wins between the check of the guard and the write, and the handler answers as if nothing was. */
  @Put(':id/swallowing/:how')
  @IfMatch({ current: 'findOne' })
  async swallowing(
    @Param('id', ParseIntPipe) id: number,
    @Param('how') how: string,
    @Precondition() precondition: Precondition,
    @Res({ passthrough: true }) response: { status(code: number): unknown },
  ): Promise<Row> {
    await database.beforeWriting();
    try {
      if (how === 'verify') await precondition.verify(found(id));
      if (how === 'fail' && found(id).version !== precondition.version) precondition.fail();
      precondition.settle(await database.update(precondition.where({ id }), { name: 'mine' }));
    } catch (error) {
      if (how === 'nothing') throw error;
      if (how === 'told') response.status(409);
    }
    return found(id);
  }

  /** Somebody else wins between the check of the guard and that of the handler, which does not wait for it. */
  @Put(':id/unawaited')
  @IfMatch({ current: 'findOne' })
  async unawaited(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    await database.update({ id }, { name: 'by somebody else' });
    void precondition.verify(found(id));
    await database.update({ id }, { name: 'unawaited' });
    return found(id);
  }

  @Put(':id/renamed')
  @IfMatch({ current: 'findOne', version: (row: Row) => row.version })
  async byFunction(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<{ saved: boolean }> {
    const criteria = precondition.where({ id }, 'version');
    precondition.settle(await database.update(criteria, { name: 'renamed' }));
    return { saved: true };
  }

  @Put(':id/created')
  @IfMatch({ current: 'findOne', creates: true })
  create(@Param('id', ParseIntPipe) id: number, @Precondition() _precondition: Precondition): Row {
    database.rows.set(id, { id, name: 'created', version: 1, changedAt: '' });
    return found(id);
  }
}

/** Tagged by their bytes; the version is only for the write. */
@Controller('contents')
@ETag()
class ContentsController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Row {
    return found(id);
  }

  @Put(':id')
  @IfMatch({ version: 'version' })
  async replace(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    precondition.settle(await database.update(precondition.where({ id }), { name: 'new' }));
    return found(id);
  }

  @Put(':id/locked')
  @IfMatch({ current: 'findOne' })
  async locked(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    await database.locking(id, async (row) => {
      await precondition.verify(row);
      await database.change(id, { name: 'locked' });
    });
    return found(id);
  }

  @Put(':id/nowhere')
  @IfMatch({ current: 'findOne' })
  nowhere(@Precondition() precondition: Precondition): unknown {
    return precondition.version;
  }

  @Put(':id/missing')
  @IfMatch({ current: 'findOne', version: 'revision' })
  missing(@Precondition() precondition: Precondition): unknown {
    return precondition.where({ id: 1 });
  }

  @Put(':id/failing-version')
  @IfMatch({
    current: 'findOne',
    etag: false,
    version: (row: { name: string; id?: number }) => {
      if (row.id === undefined) throw new Error('no row');
      return row.id;
    },
  })
  failingVersion(@Precondition() precondition: Precondition): object {
    precondition.settle(1);
    return { saved: true };
  }
}

/** Dates, and tags that the handler sets itself. */
@Controller('dated')
@ETag({ version: 'version' })
@LastModified('changedAt')
class DatedController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Row {
    return found(id);
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch()
  async remove(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<void> {
    precondition.settle(await database.delete(precondition.where({ id })));
  }
}

@Injectable()
class UserVersion {
  validate({ params }: { params: { id: string } }): number | null {
    return database.find(Number(params.id))?.version ?? null;
  }
}

@Controller('own')
class OwnController {
  @Get(':id')
  @ETag()
  ownTag(
    @Param('id', ParseIntPipe) id: number,
    @Res({ passthrough: true }) response: { header(name: string, value: string): void },
  ): Row {
    const row = found(id);
    response.header('ETag', `"v${row.version}"`);
    return row;
  }

  @Put(':id')
  @IfMatch()
  async replaceOwnTag(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    return precondition.verify(found(id));
  }

  @Get(':id/validated')
  @ETag({ validator: UserVersion })
  validated(@Param('id', ParseIntPipe) id: number): Row {
    return found(id);
  }

  @Put(':id/validated')
  @IfMatch()
  async replaceValidated(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    precondition.settle(await database.update(precondition.where({ id }), { name: 'new' }));
    return found(id);
  }

  @Put(':id/verified')
  @IfMatch({ current: 'validated' })
  async verifyValidated(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    return precondition.verify(found(id));
  }

  @Put(':id/versioned')
  @IfMatch({ current: 'validated', version: 'version' })
  async verifyVersioned(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<Row> {
    await database.beforeWriting();
    return precondition.verify(found(id));
  }
}

const errors: string[] = [];
const logger = {
  error: (message: unknown) => errors.push(String(message)),
  warn: () => undefined,
  log: () => undefined,
} as unknown as LoggerService;

const controllers = [UsersController, ContentsController, DatedController, OwnController];
const providers = [UserVersion];

describeOnEachAdapter("@Precondition(), with atomicity: 'database'", (start) => {
  let app: Running;

  beforeAll(async () => {
    app = await start({
      controllers,
      providers,
      etag: { atomicity: 'database' },
      configure: (application) => {
        application.useLogger(logger);
      },
    });
  });
  afterAll(() => app.close());

  beforeEach(() => {
    database.rows.clear();
    const changedAt = '2026-11-21T10:00:00.000Z';
    database.rows.set(1, { id: 1, name: 'Ada', version: 7, changedAt });
    database.beforeWriting = () => undefined;
    database.criteria = [];
    whileReading = () => undefined;
    seen.length = 0;
    errors.length = 0;
  });

  async function tagOfGet(path = '/users/1'): Promise<string> {
    return (await app.send(`GET ${path}`)).headers.etag as string;
  }

  function write(line: string, etag?: string, name = 'new'): Promise<RawResponse> {
    const [method = '', path = ''] = line.split(' ');
    const headers = etag === undefined ? {} : { 'If-Match': etag };
    return app.send({ method, path, headers, body: method === 'DELETE' ? undefined : { name } });
  }

  /** Somebody else writes between the guard and the write. */
  function somebodyElseWrites(change: Partial<Row> = { name: 'somebody else' }): void {
    database.beforeWriting = () => {
      database.beforeWriting = () => undefined;
      const row = found(1);
      database.rows.set(1, { ...row, ...change, version: row.version + 1 });
    };
  }

  describe('gives the handler', () => {
    it('the version, the tag and the representation that were compared with', async () => {
      const etag = await tagOfGet();
      await write('PUT /users/1/seen', etag);
      expect(seen).toEqual([
        { version: 7, etag, isWildcard: false, representation: database.find(1) },
      ]);
    });

    it('of a list of tags the one that was current', async () => {
      const etag = await tagOfGet();
      await write('PUT /users/1', `"x", ${etag}, "y"`);
      expect(database.criteria).toEqual([{ id: 1, version: 7 }]);
    });

    it('no version for *', async () => {
      await write('PUT /users/1/seen', '*');
      expect(seen).toMatchObject([{ version: undefined, isWildcard: true }]);
      await write('PUT /users/1', '*');
      expect(database.criteria).toEqual([{ id: 1 }]);
    });

    it('no version without a precondition, where none is required', async () => {
      expect((await write('DELETE /users/1')).status).toBe(204);
      expect(database.criteria).toEqual([{ id: 1 }]);
    });

    it('the version where a date decided, and none where the date was ignored', async () => {
      const remove = (date: string): Promise<RawResponse> =>
        app.send({
          method: 'DELETE',
          path: '/dated/1',
          headers: { 'If-Unmodified-Since': date },
        });
      expect((await remove('Sat, 21 Nov 2026 10:00:00 GMT')).status).toBe(204);
      database.rows.set(1, { id: 1, name: 'Ada', version: 8, changedAt: '2026-11-21T10:00:00Z' });
      expect((await remove('today')).status).toBe(204);
      expect(database.criteria).toEqual([{ id: 1, version: 7 }, { id: 1 }]);
    });

    it.each(['PUT /contents/1', 'PUT /users/1/renamed', 'PUT /own/1/validated'])(
      'the version from where it was said to be: %s',
      async (line) => {
        const [, path = ''] = line.split(' ');
        const etag = await tagOfGet(path === '/users/1/renamed' ? '/users/1' : path);
        expect((await write(line, etag)).status).toBe(200);
        expect(database.criteria).toEqual([{ id: 1, version: 7 }]);
        expect((await write(line, etag)).status).toBe(412);
      },
    );
  });

  describe('makes the write itself conditional', () => {
    it('and its answer has the tag that GET then sends', async () => {
      const answer = await write('PUT /users/1', await tagOfGet());
      expect([answer.status, answer.headers.etag]).toEqual([200, await tagOfGet()]);
      expect((await write('PUT /users/1', answer.headers.etag)).status).toBe(200);
      expect(errors).toEqual([]);
    });

    it.each<[string, string, number]>([
      ['settle()', 'PUT /users/1', 412],
      ['verify()', 'PATCH /users/1/name', 412],
      ['settle() of a DELETE', 'DELETE /users/1', 412],
    ])('so that %s finds out who was faster', async (_, line, status) => {
      const etag = await tagOfGet();
      somebodyElseWrites();
      const answer = await write(line, etag);
      expect([answer.status, answer.json()['reason']]).toEqual([status, 'changed']);
      expect(answer.headers.etag).toBe(await tagOfGet());
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(found(1)).toMatchObject({ name: 'somebody else', version: 8 });
    });

    it('and verify() compares tags of bytes as well', async () => {
      const etag = await tagOfGet('/contents/1');
      somebodyElseWrites();
      const refused = await write('PUT /contents/1/locked', etag);
      expect([refused.status, refused.headers.etag]).toEqual([412, await tagOfGet('/contents/1')]);
      const passed = await write('PUT /contents/1/locked', refused.headers.etag);
      expect(passed.status).toBe(200);
    });

    it('and verify() compares with what a validator said, where the version is said', async () => {
      const etag = await tagOfGet('/own/1/validated');
      expect((await write('PUT /own/1/versioned', etag)).status).toBe(200);
      somebodyElseWrites();
      expect((await write('PUT /own/1/versioned', etag)).status).toBe(412);
    });

    it('and the resource may be gone in the meantime', async () => {
      const etag = await tagOfGet();
      database.beforeWriting = () => void database.rows.delete(1);
      const answer = await write('PUT /users/1', etag);
      expect([answer.status, answer.json()['reason']]).toEqual([412, 'missing-resource']);
      expect(answer.headers.etag).toBeUndefined();
    });

    it.each(['PUT /users/1', 'PATCH /users/1/name', 'DELETE /users/1'])(
      'for * only that something is there: %s',
      async (line) => {
        somebodyElseWrites();
        expect((await write(line, '*')).status).toBeLessThan(300);
        database.rows.set(1, { id: 1, name: 'Ada', version: 7, changedAt: '' });
        database.beforeWriting = () => void database.rows.delete(1);
        const answer = await write(line, '*');
        expect([answer.status, answer.json()['reason']]).toEqual([412, 'missing-resource']);
      },
    );

    it('and without a precondition a missing row is 404', async () => {
      database.beforeWriting = () => void database.rows.delete(1);
      const answer = await write('DELETE /users/1');
      expect([answer.status, answer.headers.etag]).toEqual([404, undefined]);
    });

    it('and fail() refuses with the current tag, but never with the one that was sent', async () => {
      const etag = await tagOfGet();
      const answer = await write('PUT /users/1/failing', etag);
      expect([answer.status, answer.json()['reason']]).toEqual([412, 'changed']);
      expect(answer.headers.etag).toBeUndefined();
      const any = await write('PUT /users/1/failing', '*');
      expect([any.status, any.headers.etag]).toEqual([412, etag]);
    });
  });

  describe('lets one of many win', () => {
    const ONE_OF_TWENTY = [200, ...Array.from({ length: 19 }, () => 412)];

    async function statusesOf(count: number, line: string, etag: string): Promise<number[]> {
      const answers = await Promise.all(Array.from({ length: count }, () => write(line, etag)));
      return answers.map(({ status }) => status).sort((a, b) => a - b);
    }

    it.each(['PUT /users/1', 'PATCH /users/1/name', 'PUT /contents/1', 'PUT /contents/1/locked'])(
      'when all write at once, and when one writes after the other: %s',
      async (line) => {
        const path = line.includes('users') ? '/users/1' : '/contents/1';
        const etag = await tagOfGet(path);
        const together = meetingOf(20);
        database.beforeWriting = together;
        expect(await statusesOf(20, line, etag)).toEqual(ONE_OF_TWENTY);

        let queue = Promise.resolve();
        const all = meetingOf(20);
        database.beforeWriting = async () => {
          const done = gate();
          const mine = queue;
          queue = done.opened;
          await all();
          await mine;
          setImmediate(done.open);
        };
        const now = await tagOfGet(path);
        expect(await statusesOf(20, line, now)).toEqual(ONE_OF_TWENTY);
      },
    );

    it('and nobody waits for another in this process: the database decides', async () => {
      const etag = await tagOfGet();
      const begun = gate();
      const goOn = gate();
      database.beforeWriting = () => {
        database.beforeWriting = () => undefined;
        begun.open();
        return goOn.opened;
      };
      const first = write('PUT /users/1', etag);
      await begun.opened;
      expect((await write('PUT /users/1', etag)).status).toBe(200);
      goOn.open();
      expect((await first).status).toBe(412);
    });
  });

  describe('is reported once for a route', () => {
    it('where a success left it unused', async () => {
      for (let time = 0; time < 2; time += 1) {
        expect((await write('PUT /users/1/unused', await tagOfGet())).status).toBe(200);
      }
      expect(errors).toEqual([
        expect.stringMatching(
          /^UsersController\.unused succeeded without using its @Precondition\(\).*precondition\.settle\(await .*precondition\.verify\(row\)/,
        ),
      ]);
    });

    it('where rows were counted that any version would have touched', async () => {
      expect((await write('PUT /users/1/settled-only', await tagOfGet())).status).toBe(200);
      expect(errors).toEqual([
        expect.stringMatching(/^UsersController\.settledOnly succeeded without using its @Precond/),
      ]);
    });

    it('where nobody waited for verify(), which ends no process', async () => {
      expect((await write('PUT /users/1/unawaited', await tagOfGet())).status).toBe(200);
      expect(errors).toEqual([
        expect.stringMatching(
          /^UsersController\.unawaited succeeded without waiting for precondition\.verify\(\)/,
        ),
      ]);
    });

    it.each([
      ['settle', 'has refused its write with 412'],
      ['verify', 'without waiting for precondition.verify(), or in spite of it'],
    ])('where the refusal of %s() was caught, and the answer has no tag', async (how, sentence) => {
      for (let time = 0; time < 2; time += 1) {
        const etag = await tagOfGet();
        somebodyElseWrites();
        const answer = await write(`PUT /users/1/swallowing/${how}`, etag);
        expect([answer.status, answer.headers.etag]).toEqual([200, undefined]);
        expect(answer.json()['name']).toBe('somebody else');
      }
      expect(errors).toEqual([
        expect.stringMatching(/^UsersController\.swallowing succeeded /) as unknown,
      ]);
      expect(errors[0]).toContain(sentence);
    });

    it('not where it was let pass, nor told in words of its own, nor where nothing was refused', async () => {
      const etag = await tagOfGet();
      const answer = await write('PUT /users/1/swallowing/settle', etag);
      expect([answer.status, answer.headers.etag]).toEqual([200, await tagOfGet()]);
      expect((await write('PUT /users/1/swallowing/nothing', etag)).status).toBe(412);
      const now = await tagOfGet();
      somebodyElseWrites();
      expect((await write('PUT /users/1/swallowing/told', now)).status).toBe(409);
      expect(errors).toEqual([]);
    });

    it('not where the handler failed, nor where nothing was there to depend on', async () => {
      expect((await write('PUT /users/1/unused-and-failing', await tagOfGet())).status).toBe(404);
      const created = await app.send({
        method: 'PUT',
        path: '/users/2/created',
        headers: { 'If-None-Match': '*' },
        body: {},
      });
      expect(created.status).toBe(200);
      expect(errors).toEqual([]);
    });

    it('where the version in the answer did not grow', async () => {
      for (const version of [7, 9]) {
        database.rows.set(1, { ...found(1), version });
        expect((await write('PUT /users/1/rewinding', await tagOfGet())).status).toBe(200);
      }
      expect(errors).toEqual([
        expect.stringMatching(
          /^UsersController\.rewinding has changed its resource, and its version was 7 before and is 1 now: .*TypeORM/,
        ),
      ]);
    });
  });

  describe('says what is missing, and is an error of the server', () => {
    async function failing(line: string, path: string): Promise<string> {
      const answer = await write(line, await tagOfGet(path));
      expect(answer.status).toBe(500);
      expect(errors).toHaveLength(1);
      return errors[0] ?? '';
    }

    it('where nothing says where the version is', async () => {
      expect(await failing('PUT /contents/1/nowhere', '/contents/1')).toContain(
        "ContentsController.nowhere asks for the version that was verified, but nothing says where it is: write @ETag({ version: 'version' })",
      );
    });

    it('where what GET sends has none', async () => {
      expect(await failing('PUT /contents/1/missing', '/contents/1')).toContain(
        "is the property 'revision' excluded",
      );
    });

    it('where verify() could not tell: the tag does not come from the entity', async () => {
      expect(await failing('PUT /own/1', '/own/1')).toContain(
        'OwnController.ownTag, which sets it',
      );
      errors.length = 0;
      expect(await failing('PUT /own/1/verified', '/own/1/validated')).toContain(
        'the validator of OwnController.validated',
      );
    });
  });

  it('fails no write that was done because of what the answer does not have', async () => {
    const answer = await write('PUT /contents/1/failing-version', await tagOfGet('/contents/1'));
    expect([answer.status, answer.json()]).toEqual([200, { saved: true }]);
  });
});

itOnEachAdapter(
  "@Precondition() works with atomicity: 'process' as well",
  { controllers, providers },
  async ({ send }) => {
    database.rows.clear();
    database.rows.set(1, { id: 1, name: 'Ada', version: 7, changedAt: '' });
    database.beforeWriting = () => undefined;
    database.criteria = [];
    const etag = (await send('GET /users/1')).headers.etag as string;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        send({
          method: 'PUT',
          path: '/users/1',
          headers: { 'If-Match': index % 2 === 0 ? etag : '*' },
          body: { name: String(index) },
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((_, index) => index % 2 === 1)).toEqual([200, 200, 200, 200, 200]);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(6);
    expect(database.criteria.filter((criteria) => 'version' in criteria).length).toBeLessThan(2);
  },
);

/** What was logged. */
const told: string[] = [];

itOnEachAdapter(
  "a refusal of @Precondition() that was caught is told with atomicity: 'process' as well",
  {
    controllers,
    providers,
    configure: (app) =>
      app.useLogger({
        log: () => undefined,
        warn: () => undefined,
        error: (line: unknown) => void told.push(String(line)),
      }),
  },
  async ({ send }) => {
    told.length = 0;
    for (const how of ['fail', 'settle']) {
      database.rows.clear();
      database.rows.set(1, { id: 1, name: 'Ada', version: 7, changedAt: '' });
      database.beforeWriting = () => {
        database.beforeWriting = () => undefined;
        database.rows.set(1, { id: 1, name: 'somebody else', version: 8, changedAt: '' });
      };
      const etag = (await send('GET /users/1')).headers.etag as string;
      const answer = await send({
        method: 'PUT',
        path: `/users/1/swallowing/${how}`,
        headers: { 'If-Match': etag },
        body: { name: 'mine' },
      });
      expect([answer.status, answer.headers.etag, told.length]).toEqual([200, undefined, 1]);
      expect(told[0]).toContain('UsersController.swallowing succeeded although');
    }
  },
);
