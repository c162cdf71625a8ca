import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  ClassSerializerInterceptor,
  Controller,
  ForbiddenException,
  Get,
  Header,
  Headers,
  HostParam,
  Inject,
  Injectable,
  Ip,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Put,
  Query,
  Req,
  Res,
  Scope,
  Session,
  UseInterceptors,
  createParamDecorator,
} from '@nestjs/common';
import type {
  CallHandler,
  ExecutionContext,
  INestApplication,
  NestInterceptor,
} from '@nestjs/common';
import { APP_INTERCEPTOR, REQUEST, Reflector } from '@nestjs/core';
import { itWithRouteSchema, RouteSchema } from '../support/route-schema.js';
import { Exclude, Expose } from 'class-transformer';
import { map, of, tap } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, IfMatch, Precondition } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

class User {
  name = '';

  @Exclude()
  password = '';

  constructor(given: Partial<User>) {
    Object.assign(this, given);
  }

  @Expose()
  get initial(): string {
    return this.name.slice(0, 1);
  }
}

const users = new Map<number, User>();

/** The body parser of the oldest Nest makes an empty object of no body. */
function contentOf(body: unknown): unknown {
  return body === undefined || JSON.stringify(body) === '{}' ? null : body;
}

function find(id: number): User {
  const user = users.get(id);
  if (user === undefined) throw new NotFoundException(`There is no user ${id}`);
  if (user.name === 'secret') throw new ForbiddenException('This one is not for you');
  return user;
}

function save(id: number, change: Partial<User>): User {
  const user = new User(Object.assign({}, users.get(id), change));
  users.set(id, user);
  return user;
}

/** Sees what the platform's request is, on both. */
interface AnyRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly headers: Record<string, string>;
  session?: { role: string };
  readonly params: Record<string, string>;
}

interface AnyResponse {
  header(name: string, value: string): unknown;
  status(code: number): unknown;
  jar: Map<string, string>;
}

/** Adds something that only it knows, so that a tag made without it would differ. */
class WrapInterceptor implements NestInterceptor {
  constructor(private readonly wrapper: string) {}

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: unknown) => ({ [this.wrapper]: value })));
  }
}

/** Remembers the first answer, as Nest's own of this name does. */
class CacheInterceptor implements NestInterceptor {
  static readonly answers = new Map<string, unknown>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, url } = context.switchToHttp().getRequest<AnyRequest>();
    if (method !== 'GET') return next.handle();
    const { answers } = CacheInterceptor;
    if (answers.has(url)) return of(answers.get(url));
    return next.handle().pipe(tap((answer: unknown) => answers.set(url, answer)));
  }
}

class HttpCacheInterceptor extends CacheInterceptor {}

@Injectable()
class Motto {
  readonly text = 'from a provider';
}

/** Resolved by Nest, with a dependency. */
@Injectable()
class MottoInterceptor implements NestInterceptor {
  constructor(private readonly motto: Motto) {}

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: unknown) => ({ value, motto: this.motto.text })));
  }
}

const Method = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<AnyRequest>().method,
);

const Handler = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    `${context.getClass().name}.${context.getHandler().name}`,
);

@Controller('users')
@ETag()
class UsersController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): User {
    return find(id);
  }

  @Put(':id')
  @IfMatch()
  replace(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Patch(':id/password')
  @IfMatch({ current: 'findOne' })
  changePassword(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Get(':id/wrapped')
  @UseInterceptors(MottoInterceptor, new WrapInterceptor('inner'))
  wrapped(@Param('id', ParseIntPipe) id: number): User {
    return find(id);
  }

  @Put(':id/wrapped')
  @UseInterceptors(MottoInterceptor, new WrapInterceptor('inner'))
  @IfMatch()
  replaceWrapped(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Get(':id/request')
  seen(
    @Param() params: object,
    @Param('id', ParseIntPipe) id: number,
    @Query('page', ParseIntPipe) page: number,
    @Query() query: object,
    @Headers('Accept-Language') language: string,
    @Headers() headers: Record<string, string>,
    @Req() request: AnyRequest,
    @Session() session: { role: string },
    @Ip() ip: string,
    @HostParam() hosts: object,
    @Method() method: string,
    @Handler() handler: string,
    @Body() body: unknown,
  ): object {
    return {
      params,
      id,
      page,
      query,
      language,
      agent: headers['user-agent'],
      method: [method, request.method],
      url: request.url,
      body: contentOf(body),
      requestBody: contentOf(request.body),
      session,
      ip,
      hosts: hosts ?? {},
      handler,
      user: find(id),
    };
  }

  @Put(':id/request')
  @IfMatch({ etag: false })
  replaceSeen(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Get(':id/decorated')
  @Header('Cache-Control', 'max-age=60')
  decorated(
    @Param('id', ParseIntPipe) id: number,
    @Res({ passthrough: true }) response: AnyResponse,
  ): User {
    response.header('X-From-Get', 'yes');
    response.header('Set-Cookie', 'from=get');
    response.jar.set('from', 'get');
    response.header('Cache-Control', 'max-age=600');
    response.status(203);
    response.status(200);
    return find(id);
  }

  @Put(':id/decorated')
  @IfMatch()
  replaceDecorated(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: Partial<User>,
    @Res({ passthrough: true }) response: AnyResponse,
  ): User {
    response.header('X-Jar', String(response.jar.size));
    return save(id, change);
  }

  @Get(':id/own-tag')
  ownTag(
    @Param('id', ParseIntPipe) id: number,
    @Res({ passthrough: true }) response: AnyResponse,
  ): User {
    const user = find(id);
    response.header('ETag', user.password);
    return user;
  }

  @Put(':id/own-tag')
  @IfMatch()
  replaceOwnTag(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: Partial<User>,
    @Res({ passthrough: true }) response: AnyResponse,
  ): User {
    const user = save(id, change);
    response.header('ETag', `"${user.password}"`);
    return user;
  }

  @Get(':id/header-tag')
  @Header('ETag', '"by-decorator"')
  headerTag(@Param('id', ParseIntPipe) id: number): User {
    return find(id);
  }

  @Put(':id/header-tag')
  @IfMatch({ etag: false })
  replaceHeaderTag(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Get(':id/status')
  status(
    @Param('id', ParseIntPipe) id: number,
    @Res({ passthrough: true }) response: AnyResponse,
  ): User | { message: string } {
    const user = users.get(id);
    if (user !== undefined) return user;
    response.status(404);
    return { message: 'nothing here' };
  }

  @Put(':id/status')
  @IfMatch()
  replaceStatus(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Get(':id/nullable')
  nullable(@Param('id', ParseIntPipe) id: number): User | null {
    return users.get(id) ?? null;
  }

  @Put(':id/nullable')
  @IfMatch()
  replaceNullable(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Get(':id/cached')
  @UseInterceptors(HttpCacheInterceptor)
  cached(@Param('id', ParseIntPipe) id: number): User {
    return find(id);
  }

  @Put(':id/cached')
  @IfMatch()
  replaceCached(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Get(':id/upsert')
  upserted(@Param('id', ParseIntPipe) id: number): User {
    return find(id);
  }

  @Put(':id/upsert')
  @IfMatch({ creates: true })
  upsert(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: Partial<User>,
    @Precondition() precondition: Precondition,
  ): User {
    if (precondition.etag !== undefined && !users.has(id)) throw new Error('it was there');
    return save(id, change);
  }

  @Get(':id/schema')
  @RouteSchema({
    response: { 200: { type: 'object', properties: { name: { type: 'string' } } } },
  })
  withSchema(@Param('id', ParseIntPipe) id: number): User {
    return find(id);
  }

  @Put(':id/schema')
  @RouteSchema({
    response: { 200: { type: 'object', properties: { name: { type: 'string' } } } },
  })
  @IfMatch()
  replaceWithSchema(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }
}

@Injectable()
class CurrentUser {
  current(request: AnyRequest): User | null {
    return users.get(Number(request.params['id'])) ?? null;
  }
}

/** What is compared with is given directly; there is no GET handler at all. */
@Controller('given')
@ETag()
class GivenController {
  readonly all = users;

  @Put('function/:id')
  @IfMatch<GivenController, AnyRequest>({
    current: (controller, request) => controller.all.get(Number(request.params['id'])),
  })
  byFunction(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Put('promise/:id')
  @IfMatch<GivenController, AnyRequest>({
    current: (_, request) => Promise.resolve().then(() => find(Number(request.params['id']))),
  })
  byPromise(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Put('provider/:id')
  @IfMatch({ current: CurrentUser })
  byProvider(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }

  @Put('creates/:id')
  @IfMatch({ current: CurrentUser, creates: true })
  creates(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): User {
    return save(id, change);
  }
}

/** A controller that is made for each request. */
@Controller({ path: 'scoped', scope: Scope.REQUEST })
@ETag()
class ScopedController {
  static made = 0;

  constructor(@Inject(REQUEST) private readonly request: AnyRequest) {
    ScopedController.made += 1;
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): object {
    return { name: find(id).name, tenant: this.request.headers['x-tenant'] };
  }

  @Put(':id')
  @IfMatch()
  replace(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): object {
    return { name: save(id, change).name, tenant: this.request.headers['x-tenant'] };
  }

  @Put(':id/function')
  @IfMatch<ScopedController>({ current: (controller) => controller.findOne(1) })
  byFunction(@Param('id', ParseIntPipe) id: number, @Body() change: Partial<User>): object {
    return this.replace(id, change);
  }
}

type Plugin = (request: AnyRequest, response: AnyResponse, next: () => void) => void;

/** What plugins for sessions and cookies do, on both platforms. */
const openSession: Plugin = (request, response, next) => {
  request.session = { role: 'admin' };
  response.jar = new Map();
  next();
};

function withSessions(app: INestApplication): void {
  const adapter = app.getHttpAdapter();
  if (adapter.getType() === 'express') {
    app.use(openSession);
  } else {
    const fastify = adapter.getInstance() as FastifyInstance;
    fastify.decorateReply('jar', null).addHook('onRequest', openSession);
  }
}

interface FastifyInstance {
  decorateReply(name: string, value: null): FastifyInstance;
  addHook(name: 'onRequest', hook: Plugin): FastifyInstance;
}

const controllers = [UsersController, GivenController, ScopedController];
const providers = [CurrentUser, Motto];

describeOnEachAdapter('what a write is compared with', (start, adapter) => {
  let app: Running;

  beforeAll(async () => {
    app = await start({
      controllers,
      providers: [...providers, { provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor }],
      configure: (application) => {
        withSessions(application);
      },
    });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    users.clear();
    users.set(1, new User({ name: 'Ada', password: 'enigma' }));
    users.set(9, new User({ name: 'secret' }));
  });

  const CHANGE = { name: 'Grace' };
  /** Ada, as she is sent. */
  const ADA = tagOf('{"name":"Ada","initial":"A"}');

  function put(
    path: string,
    etag: string | undefined,
    more: Record<string, string> = {},
  ): Promise<RawResponse> {
    const headers = etag === undefined ? more : { ...more, 'If-Match': etag };
    return app.send({ method: 'PUT', path, headers, body: CHANGE });
  }

  async function tagOfGet(path: string, headers: Record<string, string> = {}): Promise<string> {
    const answer = await app.send({ path, headers });
    expect(answer.status).toBe(200);
    return answer.headers.etag as string;
  }

  /** The tag of GET opens the PUT once, the answer's tag the next one, and no tag twice. */
  async function expectToFollow(path: string, headers: Record<string, string> = {}): Promise<void> {
    const etag = await tagOfGet(path, headers);
    const answer = await put(path, etag, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.etag).toBe(await tagOfGet(path, headers));
    expect((await put(path, etag, headers)).status).toBe(412);
    expect((await put(path, answer.headers.etag as string, headers)).status).toBe(200);
  }

  describe('the GET handler of the same path', () => {
    it('with the global serializer: what is excluded is not in the tag', async () => {
      expect(await tagOfGet('/users/1')).toBe(ADA);
      users.set(1, new User({ name: 'Ada', password: 'changed' }));
      expect((await put('/users/1', ADA)).status).toBe(200);
    });

    it('with its pipes', async () => {
      const answer = await put('/users/one', ADA);
      expect(answer.status).toBe(400);
      expect(answer.text).toBe((await app.send('GET /users/one')).text);
    });

    it('with its interceptors, classes and instances, in their order', async () => {
      const { text } = await app.send('GET /users/1/wrapped');
      expect(JSON.parse(text)).toEqual({
        value: { inner: { name: 'Ada', initial: 'A' } },
        motto: 'from a provider',
      });
      await expectToFollow('/users/1/wrapped');
    });

    it('with everything that it takes from the request, which it sees as a GET', async () => {
      const path = '/users/1/request?page=2&sort=name';
      const headers = { 'Accept-Language': 'de', 'User-Agent': 'test' };
      const seen = await app.send({ path, headers });
      expect(seen.json()).toMatchObject({
        params: { id: '1' },
        page: 2,
        query: { page: '2', sort: 'name' },
        language: 'de',
        agent: 'test',
        method: ['GET', 'GET'],
        url: path,
        body: null,
        requestBody: null,
        session: { role: 'admin' },
        handler: 'UsersController.seen',
      });
      const etag = seen.headers.etag as string;
      const german = await put(path, etag, headers);
      expect(german.status).toBe(200);
      users.set(1, new User({ name: 'Ada', password: 'enigma' }));
      expect((await put(path, etag, { ...headers, 'Accept-Language': 'fr' })).status).toBe(412);
      expect((await put('/users/1/request?page=3', etag, headers)).status).toBe(412);
      expect((await put('/users/1/request?page=x', etag, headers)).status).toBe(400);
    });

    it('leaves no trace of it in the answer of the write', async () => {
      const path = '/users/1/decorated';
      const read = await app.send(`GET ${path}`);
      expect(read.headers['x-from-get']).toBe('yes');
      expect(read.headers['cache-control']).toBe('max-age=600');
      const answer = await put(path, read.headers.etag);
      expect(answer.status).toBe(200);
      expect(answer.headers['x-from-get']).toBeUndefined();
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.headers['x-jar']).toBe('0');
      expect(answer.headers['cache-control']).toBe('private, no-cache');
      const refused = await put(path, '"x"');
      expect(refused.status).toBe(412);
      expect(refused.headers['x-from-get']).toBeUndefined();
      expect(refused.headers['set-cookie']).toBeUndefined();
    });

    it('compares with the tag that the handler sets itself, quoted if it came bare', async () => {
      expect(await tagOfGet('/users/1/own-tag')).toBe('"enigma"');
      expect((await put('/users/1/own-tag', ADA)).headers.etag).toBe('"enigma"');
      const answer = await put('/users/1/own-tag', '"enigma"');
      expect([answer.status, answer.headers.etag]).toEqual([200, '"enigma"']);
    });

    it('compares with the tag that @Header() sets', async () => {
      expect(await tagOfGet('/users/1/header-tag')).toBe('"by-decorator"');
      expect((await put('/users/1/header-tag', ADA)).status).toBe(412);
      expect((await put('/users/1/header-tag', '"by-decorator"')).status).toBe(200);
    });

    itWithRouteSchema('with a response schema of Fastify', async () => {
      const path = '/users/1/schema';
      const { text } = await app.send(`GET ${path}`);
      expect(JSON.parse(text)).toEqual(
        adapter === 'fastify' ? { name: 'Ada' } : { name: 'Ada', initial: 'A' },
      );
      await expectToFollow(path);
    });

    it('without its cache: what is in there may be from before the last write', async () => {
      CacheInterceptor.answers.clear();
      const etag = await tagOfGet('/users/1/cached');
      expect((await put('/users/1/cached', etag)).status).toBe(200);
      expect(await tagOfGet('/users/1/cached')).toBe(etag);
      const refused = await put('/users/1/cached', etag);
      expect(refused.status).toBe(412);
      CacheInterceptor.answers.clear();
      expect((await put('/users/1/cached', '"x"')).status).toBe(412);
      expect(CacheInterceptor.answers.size).toBe(0);
      expect(await tagOfGet('/users/1/cached')).toBe(refused.headers.etag);
    });

    it('of a controller that is made for each request', async () => {
      await expectToFollow('/scoped/1', { 'X-Tenant': 'a' });
      const etag = await tagOfGet('/scoped/1', { 'X-Tenant': 'a' });
      expect((await put('/scoped/1', etag, { 'X-Tenant': 'b' })).status).toBe(412);
      const made = ScopedController.made;
      expect((await put('/scoped/1/function', etag, { 'X-Tenant': 'a' })).status).toBe(200);
      expect(ScopedController.made).toBe(made + 1);
    });
  });

  describe('another GET handler, named', () => {
    it('opens with its tag', async () => {
      const patch = { method: 'PATCH', path: '/users/1/password', body: { name: 'Grace' } };
      expect((await app.send(patch)).status).toBe(428);
      const stale = await app.send({ ...patch, headers: { 'If-Match': '"x"' } });
      expect([stale.status, stale.headers.etag]).toEqual([412, ADA]);
      const answer = await app.send({ ...patch, headers: { 'If-Match': ADA } });
      expect([answer.status, answer.headers.etag]).toEqual([200, await tagOfGet('/users/1')]);
    });
  });

  describe('an entity that is given', () => {
    it.each(['/given/function/1', '/given/promise/1', '/given/provider/1', '/given/creates/1'])(
      'is tagged as the write answers it: %s',
      async (path) => {
        const stale = await put(path, '"x"');
        expect(stale.status).toBe(412);
        const answer = await put(path, stale.headers.etag);
        expect(answer.status).toBe(200);
        expect((await put(path, stale.headers.etag)).status).toBe(412);
      },
    );

    it.each(['/given/function/2', '/given/provider/2'])(
      'may be missing, which is 404: %s',
      async (path) => {
        for (const etag of [undefined, '"x"', '*']) {
          expect((await put(path, etag)).status).toBe(404);
        }
        expect(users.has(2)).toBe(false);
      },
    );

    it('may be refused, and is refused so', async () => {
      const answer = await put('/given/promise/9', '"x"');
      expect([answer.status, answer.json()['message']]).toEqual([403, 'This one is not for you']);
    });

    it('may be created where the rule says so', async () => {
      expect((await put('/given/creates/2', undefined)).status).toBe(428);
      expect((await put('/given/creates/2', '"x"')).json()['reason']).toBe('missing-resource');
      expect((await put('/given/creates/2', undefined, { 'If-None-Match': '*' })).status).toBe(200);
      expect((await put('/given/creates/2', undefined, { 'If-None-Match': '*' })).status).toBe(412);
    });
  });

  describe('what the read answers instead', () => {
    it.each<[string, number]>([
      ['/users/2', 404],
      ['/users/9', 403],
      ['/users/x', 400],
    ])('passes through unchanged: %s', async (path, status) => {
      const read = await app.send(`GET ${path}`);
      expect(read.status).toBe(status);
      for (const etag of [undefined, '"x"', '*']) {
        const answer = await put(path, etag);
        expect([answer.status, answer.text]).toEqual([status, read.text]);
        expect(answer.headers.etag).toBeUndefined();
      }
      expect(users.has(2)).toBe(false);
    });

    it.each(['/users/2/nullable', '/users/2/status'])(
      'counts as nothing there when it is null, or has a status of 404: %s',
      async (path) => {
        for (const etag of [undefined, '"x"', '*']) {
          expect((await put(path, etag)).status).toBe(404);
        }
        expect(users.has(2)).toBe(false);
        const present = path.replace('2', '1');
        expect((await put(present, await tagOfGet(present))).status).toBe(200);
      },
    );
  });

  describe('creates: true', () => {
    const path = '/users/2/upsert';

    it('creates by If-None-Match: *, once', async () => {
      const created = await put(path, undefined, { 'If-None-Match': '*' });
      expect([created.status, created.headers.etag]).toEqual([200, await tagOfGet(path)]);
      const again = await put(path, undefined, { 'If-None-Match': '*' });
      expect([again.status, again.json()['reason']]).toEqual([412, 'exists']);
      expect(again.headers.etag).toBe(created.headers.etag);
    });

    it.each(['"x"', 'W/"x"', '"x", "y"'])(
      'is 428 for If-None-Match: %s, which says nothing about what it overwrites',
      async (tag) => {
        for (const each of [path, '/users/1/upsert']) {
          const answer = await put(each, undefined, { 'If-None-Match': tag });
          expect([answer.status, answer.json()['reason']]).toEqual([428, 'missing-precondition']);
        }
        expect(users.has(2)).toBe(false);
      },
    );

    it('is 412 for the tag of what is there in If-None-Match, beside If-Match', async () => {
      const tag = await tagOfGet('/users/1/upsert');
      const answer = await put('/users/1/upsert', tag, { 'If-None-Match': tag });
      expect([answer.status, answer.json()['message']]).toEqual([
        412,
        'There is something here already, and If-None-Match rules it out.',
      ]);
    });

    it('is 428 without any precondition, and says both ways', async () => {
      for (const each of [path, '/users/1/upsert']) {
        const answer = await put(each, undefined);
        expect(answer.status).toBe(428);
        expect(answer.json()['message']).toMatch(/If-Match.*If-None-Match: \*/);
      }
      expect(users.has(2)).toBe(false);
    });

    it.each(['"x"', '*'])('is 412 for If-Match: %s on nothing', async (etag) => {
      const answer = await put(path, etag);
      expect([answer.status, answer.json()['reason']]).toEqual([412, 'missing-resource']);
      expect(answer.headers.etag).toBeUndefined();
      expect(users.has(2)).toBe(false);
    });

    it('changes what is there by If-Match', async () => {
      await expectToFollow('/users/1/upsert');
    });

    it('lets a 403 of the read pass through', async () => {
      expect((await put('/users/9/upsert', undefined, { 'If-None-Match': '*' })).status).toBe(403);
    });
  });
});

describeOnEachAdapter('the global serializer, registered by useGlobalInterceptors()', (start) => {
  it('takes part as well', async () => {
    users.set(1, new User({ name: 'Ada', password: 'enigma' }));
    const app = await start({
      controllers,
      providers,
      configure: (application) => {
        application.useGlobalInterceptors(
          new WrapInterceptor('data'),
          new ClassSerializerInterceptor(application.get(Reflector)),
        );
      },
    });
    try {
      const etag = tagOf('{"data":{"name":"Ada","initial":"A"}}');
      expect((await app.send('GET /users/1')).headers.etag).toBe(etag);
      const put = { method: 'PUT', path: '/users/1', body: { name: 'Grace' } };
      const answer = await app.send({ ...put, headers: { 'If-Match': etag } });
      expect([answer.status, answer.json()]).toEqual([
        200,
        { data: { name: 'Grace', initial: 'G' } },
      ]);
    } finally {
      await app.close();
    }
  });
});
