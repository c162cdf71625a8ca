import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Delete,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Put,
  Scope,
  UnauthorizedException,
  UseGuards,
  UseInterceptors,
  ValidationPipe,
  applyDecorators,
} from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, Type } from '@nestjs/common';
import { APP_GUARD, REQUEST } from '@nestjs/core';
import { IsString } from 'class-validator';
import { ETag, ETagInterceptor, IfMatch, IfMatchGuard, SkipETag } from '../../src/index.js';
import { describeOnEachAdapter, startOn } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

interface Item {
  name: string;
  version: number;
}

const items = new Map<number, Item>();
/** Who ran, in order. */
let log: string[] = [];

class ChangeItem {
  @IsString()
  name!: string;
}

interface AnyRequest {
  readonly headers: Record<string, string>;
}

/** Denies the requests that name it in `X-Denied-By`. */
abstract class Bouncer implements CanActivate {
  abstract readonly place: string;

  canActivate(context: ExecutionContext): boolean {
    log.push(this.place);
    const { headers } = context.switchToHttp().getRequest<AnyRequest>();
    return headers['x-denied-by'] !== this.place;
  }
}

class AppBouncer extends Bouncer {
  readonly place = 'app';
}

class GlobalBouncer extends Bouncer {
  readonly place = 'global';
}

class ControllerBouncer extends Bouncer {
  readonly place = 'controller';
}

class HandlerBouncer extends Bouncer {
  readonly place = 'handler';
}

/** Made for each request, and slow to decide. */
@Injectable({ scope: Scope.REQUEST })
class ScopedBouncer {
  constructor(@Inject(REQUEST) private readonly request: AnyRequest) {}

  async canActivate(): Promise<boolean> {
    await Promise.resolve();
    log.push('scoped');
    if (this.request.headers['x-denied-by'] === 'scoped') throw new UnauthorizedException();
    return true;
  }
}

abstract class ItemsController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Item {
    log.push('read');
    const item = items.get(id);
    if (item === undefined) throw new NotFoundException(`no item ${id}`);
    if (item.name === 'hidden') throw new ForbiddenException('hidden');
    return item;
  }

  protected save(id: number, { name }: ChangeItem): Item {
    log.push('write');
    const item = { name, version: (items.get(id)?.version ?? 0) + 1 };
    items.set(id, item);
    return item;
  }
}

const orders: Record<string, Type> = {};

@Controller('above')
@ETag()
@UseGuards(ControllerBouncer)
class AboveController extends ItemsController {
  @Put(':id')
  @IfMatch()
  @UseGuards(HandlerBouncer)
  replace(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return this.save(id, change);
  }
}
orders['above'] = AboveController;

@UseGuards(ControllerBouncer)
@ETag()
@Controller('below')
class BelowController extends ItemsController {
  @UseGuards(HandlerBouncer)
  @IfMatch()
  @Put(':id')
  replace(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return this.save(id, change);
  }
}
orders['below'] = BelowController;

@Controller('on-the-class')
@ETag()
@IfMatch()
@UseGuards(ControllerBouncer)
class OnTheClassController extends ItemsController {
  @Put(':id')
  @UseGuards(HandlerBouncer)
  replace(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return this.save(id, change);
  }
}
orders['on-the-class'] = OnTheClassController;

@UseGuards(IfMatchGuard, ControllerBouncer)
@ETag()
@Controller('by-use-guards-on-the-class')
class ByUseGuardsOnTheClassController extends ItemsController {
  @Put(':id')
  @UseGuards(HandlerBouncer)
  replace(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return this.save(id, change);
  }
}
orders['by-use-guards-on-the-class'] = ByUseGuardsOnTheClassController;

@Controller('by-use-guards')
@UseInterceptors(ETagInterceptor)
@UseGuards(ControllerBouncer)
class ByUseGuardsController extends ItemsController {
  @Put(':id')
  @UseGuards(IfMatchGuard, HandlerBouncer)
  replace(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return this.save(id, change);
  }
}
orders['by-use-guards'] = ByUseGuardsController;

const Guarded = (): MethodDecorator =>
  applyDecorators(applyDecorators(UseGuards(HandlerBouncer), IfMatch()), ETag());

@Controller('stacked')
@applyDecorators(ETag(), applyDecorators(UseGuards(ControllerBouncer)))
class StackedController extends ItemsController {
  @Put(':id')
  @Guarded()
  replace(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return this.save(id, change);
  }
}
orders['stacked'] = StackedController;

@Controller('twice')
@ETag()
@IfMatch()
@UseGuards(ControllerBouncer)
class TwiceController extends ItemsController {
  @Put(':id')
  @IfMatch()
  @UseGuards(IfMatchGuard)
  @UseGuards(HandlerBouncer)
  replace(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return this.save(id, change);
  }
}
orders['twice'] = TwiceController;

@Controller('scoped')
@IfMatch()
@ETag()
@UseGuards(ControllerBouncer, ScopedBouncer)
class ScopedController extends ItemsController {
  @IfMatch({})
  @Put(':id')
  @UseGuards(HandlerBouncer)
  replace(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return this.save(id, change);
  }
}

describeOnEachAdapter('the guard runs last', (start) => {
  let app: Running;

  beforeAll(async () => {
    app = await start({
      controllers: [...Object.values(orders), ScopedController],
      providers: [{ provide: APP_GUARD, useClass: AppBouncer }],
      configure: (application) => {
        application.useGlobalGuards(new GlobalBouncer());
        application.useGlobalPipes(new ValidationPipe({ transform: true }), {
          transform: (value: unknown) => (log.push('pipe'), value),
        });
        application.useGlobalInterceptors({
          intercept: (_: ExecutionContext, next: CallHandler) => {
            log.push('interceptor');
            return next.handle();
          },
        });
      },
    });
  });
  afterAll(() => app.close());

  beforeEach(() => {
    items.clear();
    items.set(1, { name: 'there', version: 1 });
    items.set(9, { name: 'hidden', version: 1 });
    log = [];
  });

  const CURRENT = tagOf('{"name":"there","version":1}');

  function put(path: string, headers: Record<string, string>, body = {}): Promise<RawResponse> {
    return app.send({ method: 'PUT', path, headers, body: { name: 'new', ...body } });
  }

  /** Everything that tells one answer from another, but the time. */
  function bytes({ status, rawHeaders, text }: RawResponse): unknown {
    return { status, fields: rawHeaders.filter((_, index, all) => !isDate(all, index)), text };
  }

  function isDate(fields: readonly string[], index: number): boolean {
    return fields[index - (index % 2)]?.toLowerCase() === 'date';
  }

  const paths = Object.keys(orders);

  describe.each(paths)('%s', (path) => {
    it('after all others, and before interceptors, pipes and the handler', async () => {
      expect((await put(`/${path}/1`, { 'If-Match': CURRENT })).status).toBe(200);
      const guards = ['app', 'global', 'controller', 'handler'].map((place) => log.indexOf(place));
      expect(log.filter((each) => each === 'read')).toHaveLength(2);
      expect([...guards].sort((a, b) => a - b)).toEqual(guards);
      expect(guards[0]).toBeGreaterThanOrEqual(0);
      expect(guards[3]).toBeLessThan(log.indexOf('read'));
      const before = log.slice(0, log.indexOf('write'));
      expect(log.indexOf('read')).toBeLessThan(before.lastIndexOf('interceptor'));
      expect(log.indexOf('read')).toBeLessThan(before.lastIndexOf('pipe'));
      // The read after the write is for the tag of its answer.
      expect(log.slice(log.indexOf('write')).at(-1)).toBe('read');
    });

    it.each(['app', 'global', 'controller', 'handler'])(
      'whom the guard of the %s refuses learns nothing',
      async (place) => {
        const attempts = [{}, { 'If-Match': CURRENT }, { 'If-Match': '"x"' }, { 'If-Match': 'x' }];
        const answers: unknown[] = [];
        for (const id of [1, 2, 9]) {
          for (const headers of attempts) {
            answers.push(bytes(await put(`/${path}/${id}`, { ...headers, 'X-Denied-By': place })));
          }
        }
        expect(answers[0]).toMatchObject({ status: 403 });
        expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
        expect(log).not.toContain('read');
        expect(items.get(1)?.name).toBe('there');
      },
    );
  });

  it('after a guard that is made for each request', async () => {
    const refused = new Set<string>();
    for (const id of [1, 2, 9]) {
      for (const headers of [{}, { 'If-Match': CURRENT }, { 'If-Match': '"x"' }]) {
        const answer = await put(`/scoped/${id}`, { ...headers, 'X-Denied-By': 'scoped' });
        refused.add(JSON.stringify(bytes(answer)));
        expect(answer.status).toBe(401);
      }
    }
    expect(refused.size).toBe(1);
    expect(log).not.toContain('read');
    expect((await put('/scoped/1', { 'If-Match': CURRENT })).status).toBe(200);
    expect((await put('/scoped/1', { 'If-Match': CURRENT })).status).toBe(412);
  });

  describe('among what a caller who may write is told', () => {
    it('404 and 403 come before 428', async () => {
      expect((await put('/above/2', {})).status).toBe(404);
      expect((await put('/above/9', {})).status).toBe(403);
      expect((await put('/above/1', {})).status).toBe(428);
    });

    it('what is wrong with the parameters of the path comes before 428', async () => {
      expect((await put('/above/one', {})).status).toBe(400);
    });

    it('412 comes before what is wrong with the body, which comes last', async () => {
      const wrong = { name: 5 };
      expect((await put('/above/1', { 'If-Match': '"x"' }, wrong)).status).toBe(412);
      const answer = await put('/above/1', { 'If-Match': CURRENT }, wrong);
      expect([answer.status, answer.json()['message']]).toEqual([400, ['name must be a string']]);
      expect(answer.headers.etag).toBeUndefined();
    });

    it('a malformed If-Match comes first', async () => {
      for (const id of [1, 2, 9]) {
        const answer = await put(`/above/${id}`, { 'If-Match': 'x' });
        expect([answer.status, answer.json()['reason']]).toEqual([400, 'malformed']);
      }
    });
  });
});

/** Its handlers belong to all its subclasses: the very same functions. */
abstract class CrudController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Item {
    const item = items.get(id);
    if (item === undefined) throw new NotFoundException();
    return item;
  }

  @Put(':id')
  @UseGuards(HandlerBouncer)
  replace(@Param('id', ParseIntPipe) id: number, @Body() { name }: ChangeItem): Item {
    const item = { name, version: (items.get(id)?.version ?? 0) + 1 };
    items.set(id, item);
    return item;
  }

  @Patch(':id')
  @IfMatch()
  change(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return this.replace(id, change);
  }

  @Delete(':id')
  remove(@Param('id', ParseIntPipe) id: number): void {
    items.delete(id);
  }
}

@Controller('guarded')
@ETag()
@IfMatch()
class GuardedController extends CrudController {}

@Controller('guarded-by-use-guards')
@ETag()
@UseGuards(IfMatchGuard)
class GuardedByUseGuardsController extends CrudController {}

@Controller('tagged')
@ETag({ version: 'version' })
class TaggedController extends CrudController {}

@Controller('overriding')
@ETag()
@IfMatch({ required: false })
class OverridingController extends CrudController {
  @Put(':id')
  override replace(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return super.replace(id, change);
  }

  @Patch(':id')
  @SkipETag()
  override change(@Param('id', ParseIntPipe) id: number, @Body() change: ChangeItem): Item {
    return super.replace(id, change);
  }
}

/** Nothing of ours on it, and nothing on the handlers that it takes over but a guard of its base. */
abstract class PlainCrud {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Item {
    return items.get(id) ?? { name: 'none', version: 0 };
  }

  @Put(':id')
  @UseGuards(HandlerBouncer)
  replace(@Param('id', ParseIntPipe) id: number, @Body() { name }: ChangeItem): Item {
    const item = { name, version: (items.get(id)?.version ?? 0) + 1 };
    items.set(id, item);
    return item;
  }
}

@Controller('plain')
class PlainController extends PlainCrud {}

@Controller('plain-guarded')
@ETag()
@UseGuards(IfMatchGuard)
class PlainGuardedController extends PlainCrud {}

@Controller('plain-tagged')
@ETag()
class PlainTaggedController extends PlainCrud {}

@Controller('plain-skipped')
@SkipETag()
class PlainSkippedController extends PlainCrud {}

const inherited = [
  GuardedController,
  GuardedByUseGuardsController,
  TaggedController,
  OverridingController,
  PlainController,
  PlainGuardedController,
  PlainTaggedController,
  PlainSkippedController,
];

/** What each inherited route answers without If-Match, with a stale one and with the current one. */
const RULES: [line: string, answers: [without: number, stale: number, current: number]][] = [
  ['PUT /guarded', [428, 412, 200]],
  ['PATCH /guarded', [428, 412, 200]],
  ['DELETE /guarded', [200, 412, 200]],
  ['PUT /guarded-by-use-guards', [428, 412, 200]],
  ['PATCH /guarded-by-use-guards', [428, 412, 200]],
  ['PUT /tagged', [200, 200, 200]],
  ['PATCH /tagged', [428, 412, 200]],
  ['DELETE /tagged', [200, 200, 200]],
  ['PUT /overriding', [200, 412, 200]],
  ['PATCH /overriding', [200, 412, 200]],
  ['PUT /plain', [200, 200, 200]],
  ['PUT /plain-guarded', [428, 412, 200]],
  ['PUT /plain-tagged', [200, 200, 200]],
  ['PUT /plain-skipped', [200, 200, 200]],
];

async function answersOf({ send }: Running, line: string): Promise<number[]> {
  const [method = '', path = ''] = line.split(' ');
  const statuses: number[] = [];
  for (const which of ['none', 'stale', 'current']) {
    items.set(1, { name: 'there', version: 1 });
    const { etag } = (await send(`GET ${path}/1`)).headers;
    const headers: Record<string, string> = {};
    if (which === 'stale') headers['If-Match'] = '"x"';
    if (which === 'current' && etag !== undefined) headers['If-Match'] = etag;
    const body = method === 'DELETE' ? undefined : { name: 'new' };
    statuses.push((await send({ method, path: `${path}/1`, headers, body })).status);
  }
  return statuses;
}

async function expectAllRules(app: Running): Promise<void> {
  for (const [line, answers] of RULES) {
    expect([line, await answersOf(app, line)]).toEqual([line, answers]);
    const [method = '', path = ''] = line.split(' ');
    if (method !== 'PUT') continue;
    items.set(1, { name: 'there', version: 1 });
    const headers = { 'X-Denied-By': 'handler', 'If-Match': '"x"' };
    const refused = await app.send({ method, path: `${path}/1`, headers, body: {} });
    expect([line, refused.status]).toEqual([line, path === '/overriding' ? 412 : 403]);
  }
}

describeOnEachAdapter('controllers that inherit the same handlers', (start) => {
  it('are each guarded as their own decorators say, in any order of registration', async () => {
    for (const controllers of [inherited, inherited.toReversed()]) {
      const app = await start({ controllers });
      try {
        await expectAllRules(app);
      } finally {
        await app.close();
      }
    }
  });

  it('are each tagged in their own way', async () => {
    const app = await start({ controllers: inherited });
    try {
      items.set(1, { name: 'there', version: 1 });
      const content = tagOf('{"name":"there","version":1}');
      const tagOfGet = async (path: string): Promise<string | undefined> =>
        (await app.send(`GET /${path}/1`)).headers.etag;
      expect(await tagOfGet('guarded')).toBe(content);
      expect(await tagOfGet('overriding')).toBe(content);
      expect(await tagOfGet('tagged')).toMatch(/^"[0-9a-f]{32}"$/);
      expect(await tagOfGet('tagged')).not.toBe(content);
      expect(await tagOfGet('plain')).toBeUndefined();
    } finally {
      await app.close();
    }
  });
});

describeOnEachAdapter('one controller in two applications of a process', (_, adapter) => {
  const start = (secret: string, required: boolean): Promise<Running> =>
    startOn(adapter, {
      controllers: [...inherited, ...Object.values(orders)],
      etag: { secret, requireIfMatch: required ? ['PUT', 'PATCH'] : [] },
    });

  it('one after the other', async () => {
    for (const secret of ['first', 'second']) {
      const app = await start(secret, true);
      try {
        await expectAllRules(app);
      } finally {
        await app.close();
      }
    }
  });

  it('at the same time, each with its own options', async () => {
    const first = await start('first', true);
    const second = await start('second', false);
    try {
      await expectEachItsOwn(first, second);
    } finally {
      await first.close();
      await second.close();
    }
  });

  it('the one that was there first keeps its guards when the other needs none of them', async () => {
    const first = await startOn(adapter, { controllers: [ScopedGuardedController] });
    const second = await startOn(adapter, { controllers: [PlainTaggedController] });
    try {
      expect(await answersOf(first, 'PUT /scoped-guarded')).toEqual([428, 412, 200]);
      expect(await answersOf(second, 'PUT /plain-tagged')).toEqual([200, 200, 200]);
    } finally {
      await first.close();
      await second.close();
    }
  });

  it('the one that was there first still works when the other is gone', async () => {
    const first = await start('first', true);
    const second = await start('second', true);
    await second.close();
    try {
      await expectAllRules(first);
    } finally {
      await first.close();
    }
  });
});

/** Nest looks up the guards of a controller that is made for each request at each request. */
@Controller({ path: 'scoped-guarded', scope: Scope.REQUEST })
@ETag()
@IfMatch()
class ScopedGuardedController extends PlainCrud {}

async function expectEachItsOwn(first: Running, second: Running): Promise<void> {
  items.set(1, { name: 'there', version: 1 });
  const [ours = '', theirs = ''] = await Promise.all(
    [first, second].map(async ({ send }) => (await send('GET /above/1')).headers.etag),
  );
  expect(ours).not.toBe(theirs);
  const put = async ({ send }: Running, etag?: string): Promise<number> => {
    items.set(1, { name: 'there', version: 1 });
    const headers = etag === undefined ? {} : { 'If-Match': etag };
    const answer = await send({ method: 'PUT', path: '/above/1', headers, body: { name: 'new' } });
    return answer.status;
  };
  expect([await put(first), await put(first, theirs), await put(first, ours)]).toEqual([
    428, 412, 200,
  ]);
  expect([await put(second), await put(second, ours), await put(second, theirs)]).toEqual([
    200, 412, 200,
  ]);
}
