import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  Param,
  Put,
  Req,
  Res,
  Scope,
  SetMetadata,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type {
  CallHandler,
  CanActivate,
  INestApplication,
  ExecutionContext,
  NestInterceptor,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { catchError, map, of } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, IfMatch, isPreconditionRead } from '../../src/index.js';
import { describeOnEachAdapter, itOnEachAdapter } from '../support/each-adapter.js';
import type { AppOptions, Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

const CHANGE = { name: 'Grace' };

function put(
  { send }: Running,
  path: string,
  etag: string | undefined,
  headers: Record<string, string> = {},
): Promise<RawResponse> {
  return send({
    method: 'PUT',
    path,
    headers: { ...headers, 'If-Match': etag ?? '*' },
    body: CHANGE,
  });
}

/** Whether the tag of GET opens the write, and any other tag does not. */
async function expectToOpen(
  running: Running,
  read: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const { status, headers: fields } = await running.send({ path: read, headers });
  expect(status).toBe(200);
  const stale = await put(running, path, '"x"', headers);
  expect([stale.status, stale.headers.etag]).toEqual([412, fields.etag]);
  expect((await put(running, path, fields.etag, headers)).status).toBe(200);
}

class EnvelopeInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((data: unknown) => ({ data })),
      catchError((error: Error) => of({ data: null, error: error.message })),
    );
  }
}

describe('an interceptor that answers for an error of the GET handler', () => {
  function controllers(): { controllers: [new () => unknown] } {
    @Controller('notes')
    @ETag()
    @UseInterceptors(EnvelopeInterceptor)
    class NotesController {
      private note: unknown;

      @Get()
      findOne(): unknown {
        if (this.note === undefined) throw new Error('none yet');
        return this.note;
      }

      @Put()
      @IfMatch()
      replace(@Body() note: unknown): unknown {
        return (this.note = note);
      }
    }
    return { controllers: [NotesController] };
  }

  itOnEachAdapter('has said what GET sends', controllers(), async (running) => {
    expect((await running.send('GET /notes')).json()).toEqual({ data: null, error: 'none yet' });
    await expectToOpen(running, '/notes', '/notes');
    expect((await running.send('GET /notes')).json()).toEqual({ data: CHANGE });
    await expectToOpen(running, '/notes', '/notes');
  });
});

/** What both platforms have. */
interface AnyResponse {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
  redirect(url: string): unknown;
}

describeOnEachAdapter('a GET handler that sets a status', (start) => {
  const written: string[] = [];

  @Controller('statuses')
  @ETag()
  class StatusesController {
    @Get('thrown')
    thrown(): never {
      throw new ForbiddenException();
    }

    @Get('redirected')
    redirected(@Res({ passthrough: true }) response: AnyResponse): void {
      response.redirect('/statuses/200');
    }

    @Get(':status')
    findOne(
      @Param('status') status: string,
      @Res({ passthrough: true }) response: AnyResponse,
    ): object {
      response.status(Number(status));
      response.header('Location', '/elsewhere');
      return { message: 'not for you', status };
    }

    @Put('thrown')
    @IfMatch({ current: 'thrown' })
    replaceThrown(): void {
      written.push('thrown');
    }

    @Put('redirected')
    @IfMatch({ current: 'redirected' })
    replaceRedirected(): void {
      written.push('redirected');
    }

    @Put(':status')
    @IfMatch({ etag: false })
    replace(@Param('status') status: string, @Body() body: object): object {
      written.push(status);
      return body;
    }
  }

  let running: Running;
  beforeAll(async () => {
    running = await start({ controllers: [StatusesController] });
  });
  afterAll(() => running.close());
  beforeEach(() => {
    written.length = 0;
  });

  it.each([400, 401, 403, 404, 410, 429, 500, 503])(
    'refuses with it: %s, in the words of GET and without a tag',
    async (status) => {
      const read = await running.send(`GET /statuses/${status}`);
      expect([read.status, read.headers.etag]).toEqual([status, undefined]);
      for (const etag of ['*', '"x"']) {
        const answer = await put(running, `/statuses/${status}`, etag);
        expect([answer.status, answer.text]).toEqual([status, read.text]);
        expect([answer.headers.etag, answer.headers.location]).toEqual([undefined, undefined]);
      }
      expect(written).toEqual([]);
    },
  );

  it('refuses as by an exception (control)', async () => {
    const answer = await put(running, '/statuses/thrown', '*');
    expect([answer.status, answer.headers.etag, written]).toEqual([403, undefined, []]);
  });

  it.each([301, 307, 308])('of a redirect sends the write there: %s', async (status) => {
    const answer = await put(running, `/statuses/${status}`, '*');
    expect([answer.status, answer.headers.location]).toEqual([status, '/elsewhere']);
    expect([answer.headers.etag, written]).toEqual([undefined, []]);
  });

  it('of a redirect by redirect() as well', async () => {
    const answer = await put(running, '/statuses/redirected', '*');
    expect([answer.status, answer.headers.location]).toEqual([302, '/statuses/200']);
    expect(written).toEqual([]);
  });

  it('has nothing there to write where it sends no content: 204', async () => {
    expect((await put(running, '/statuses/204', '*')).status).toBe(404);
    expect(written).toEqual([]);
  });

  it('has no tag where GET sends none: 202', async () => {
    const read = await running.send('GET /statuses/202');
    expect([read.status, read.headers.etag]).toEqual([202, undefined]);
    const refused = await put(running, '/statuses/202', '"x"');
    expect([refused.status, refused.headers.etag]).toEqual([412, undefined]);
    expect((await put(running, '/statuses/202', '*')).status).toBe(200);
    expect(written).toEqual(['202']);
  });

  it('has its tag where it is 200 (control)', () =>
    expectToOpen(running, '/statuses/200', '/statuses/200'));
});

/** What middleware and guards keep on a request. */
interface KeptRequest {
  readonly params: Record<string, string>;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  user: { name: string; scopes: string[] };
  groups: string[];
  flags: Set<string>;
  account: Account;
}

/** What a proxy could not stand for. */
class Account {
  readonly #id = 7;

  get id(): number {
    return this.#id;
  }
}

class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<KeptRequest>();
    request.user = { name: 'Ada', scopes: ['write'] };
    request.groups = ['editors'];
    request.flags = new Set(['beta']);
    request.account = new Account();
    return true;
  }
}

/** Changes everything that it can reach. */
class ChangingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<KeptRequest>();
    request.params['id'] = 'changed';
    request.query['page'] = 'changed';
    request.headers['x-tenant'] = 'changed';
    request.user.scopes = ['read'];
    request.groups.push('readers');
    request.flags.clear();
    return true;
  }
}

/** Does so for a read only. */
class ChangingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (isPreconditionRead(context.switchToHttp().getRequest())) {
      new ChangingGuard().canActivate(context);
    }
    return next.handle();
  }
}

function seen({ params, query, headers, user, groups, flags, account }: KeptRequest): object {
  const isAccount = account instanceof Account;
  return {
    params,
    query,
    tenant: headers['x-tenant'],
    user,
    groups,
    flags: [...flags],
    account: account.id,
    isAccount,
  };
}

describe('what the read changes on its request', () => {
  @Controller('kept')
  @ETag()
  @UseGuards(AuthGuard)
  class KeptController {
    @Get(':id')
    @UseGuards(ChangingGuard)
    findOne(@Req() request: KeptRequest): object {
      return seen(request);
    }

    @Put(':id')
    @IfMatch({ etag: false })
    replace(@Req() request: KeptRequest, @Param('id') id: string): object {
      return { id, ...seen(request) };
    }

    @Put(':id/given')
    @UseInterceptors(ChangingInterceptor)
    @IfMatch<KeptController>({ current: () => ({ name: 'Ada' }), etag: false })
    replaceGiven(@Req() request: KeptRequest): object {
      return seen(request);
    }
  }

  const headers = { 'X-Tenant': 'a' };
  const KEPT = {
    tenant: 'a',
    user: { name: 'Ada', scopes: ['write'] },
    groups: ['editors'],
    flags: ['beta'],
    account: 7,
    isAccount: true,
    query: { page: '2' },
    params: { id: '1' },
  };

  itOnEachAdapter(
    'is seen by GET, and not by the write',
    { controllers: [KeptController] },
    async (running) => {
      const read = await running.send({ path: '/kept/1?page=2', headers });
      expect(read.json()).toMatchObject({
        params: { id: 'changed' },
        tenant: 'changed',
        groups: ['editors', 'readers'],
        user: { scopes: ['read'] },
        flags: [],
        account: 7,
        isAccount: true,
      });
      expect((await put(running, '/kept/1?page=2', '"x"', headers)).headers.etag).toBe(
        read.headers.etag,
      );
      const answer = await put(running, '/kept/1?page=2', read.headers.etag, headers);
      expect([answer.status, answer.json()]).toEqual([200, { id: '1', ...KEPT }]);
    },
  );

  itOnEachAdapter(
    'is not seen by the write where the entity is given',
    { controllers: [KeptController] },
    async (running) => {
      const answer = await put(running, '/kept/1/given?page=2', '*', headers);
      expect([answer.status, answer.json()]).toEqual([200, KEPT]);
    },
  );
});

describe('a GET handler of a controller that is made for each request', () => {
  const rows = new Map<string, object>();

  @Injectable({ scope: Scope.REQUEST })
  class Tenant {
    constructor(@Inject(REQUEST) private readonly request: KeptRequest) {}

    get name(): string {
      return this.request.headers['x-tenant'] as string;
    }
  }

  @Controller({ path: 'rows', scope: Scope.REQUEST })
  @ETag()
  class RowsController {
    constructor(
      private readonly tenant: Tenant,
      @Inject(REQUEST) private readonly request: KeptRequest,
    ) {}

    @Get(':id')
    findOne(): object {
      return { ...rows.get(this.tenant.name), id: this.request.params['id'] };
    }
  }

  const save = (request: KeptRequest, row: object): object => {
    rows.set(request.headers['x-tenant'] as string, row);
    return row;
  };

  @Controller('static')
  class StaticController {
    @Put(':id')
    @IfMatch({ current: [RowsController, 'findOne'] })
    replace(@Req() request: KeptRequest, @Body() row: object): object {
      return save(request, row);
    }
  }

  @Controller({ path: 'scoped', scope: Scope.REQUEST })
  class ScopedController extends StaticController {
    constructor(@Inject(REQUEST) readonly request: KeptRequest) {
      super();
    }
  }

  for (const path of ['/static/1', '/scoped/1']) {
    itOnEachAdapter(
      `sees its request when it is read for ${path}`,
      {
        controllers: [RowsController, StaticController, ScopedController],
        providers: [Tenant],
      },
      async (running) => {
        rows.set('a', { name: 'of a' }).set('b', { name: 'of b' });
        const ofB = await running.send({ path: '/rows/1', headers: { 'X-Tenant': 'b' } });
        expect(ofB.json()).toEqual({ name: 'of b', id: '1' });
        const a = { 'X-Tenant': 'a' };
        expect((await put(running, path, ofB.headers.etag, a)).status).toBe(412);
        await expectToOpen(running, '/rows/1', path, a);
        expect((await put(running, path, '"x"', a)).headers.etag).toBe(
          (await running.send({ path: '/rows/1', headers: a })).headers.etag,
        );
      },
    );
  }
});

/** Node's own response, which Fastify wraps. */
function rawOf(response: RawHolder): ServerResponse {
  return response.raw ?? (response as ServerResponse);
}

interface RawHolder {
  readonly raw?: ServerResponse;
}

class PeerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const raw = rawOf(context.switchToHttp().getResponse());
    const peer = raw.socket?.remoteAddress;
    return next.handle().pipe(map((value: object) => ({ ...value, peer })));
  }
}

/** Gives up on a response, and with it on its socket. */
class DestroyingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    if (isPreconditionRead(http.getRequest())) {
      const raw = rawOf(http.getResponse());
      raw.setTimeout(1);
      raw.cork();
      raw.write('something');
      raw.end();
      raw.destroy();
    }
    return next.handle();
  }
}

describe('the response that the read begins with', () => {
  @Controller('begun')
  class BegunController {
    private note: object = { name: 'Ada' };

    @Get('peer')
    @ETag()
    @UseInterceptors(PeerInterceptor)
    peer(): object {
      return this.note;
    }

    @Put('peer')
    @IfMatch()
    @UseInterceptors(PeerInterceptor)
    replacePeer(@Body() note: object): object {
      return (this.note = note);
    }

    @Get('destroyed')
    @ETag()
    @UseInterceptors(DestroyingInterceptor)
    destroyed(): object {
      return this.note;
    }

    @Put('destroyed')
    @IfMatch()
    replaceDestroyed(@Body() note: object): object {
      return (this.note = note);
    }

    @Get('fields')
    @ETag({ headers: ['Content-Language'] })
    fields(): object {
      return this.note;
    }

    @Put('fields')
    @IfMatch()
    replaceFields(@Body() note: object, @Res({ passthrough: true }) response: AnyResponse): object {
      response.header('Content-Language', 'fr');
      return (this.note = note);
    }

    @Get('tagged')
    @ETag()
    tagged(): object {
      return this.note;
    }

    @Put('tagged')
    @IfMatch({ etag: false })
    replaceTagged(@Body() note: object): object {
      return (this.note = note);
    }
  }

  const controllers = [BegunController];

  itOnEachAdapter('knows the socket', { controllers }, async (running) => {
    expect((await running.send('GET /begun/peer')).json()).toEqual({
      name: 'Ada',
      peer: '127.0.0.1',
    });
    await expectToOpen(running, '/begun/peer', '/begun/peer');
  });

  itOnEachAdapter('leaves the socket alone', { controllers }, (running) =>
    expectToOpen(running, '/begun/destroyed', '/begun/destroyed'),
  );

  const speaking = (language: string, path: string): AppOptions => ({
    controllers,
    configure: (app) =>
      before(app, (response) => {
        response.header('Content-Language', language);
        if (path.endsWith('tagged')) response.header('ETag', '"of-middleware"');
      }),
  });

  itOnEachAdapter(
    'has the fields that middleware has set, and not those of the write',
    speaking('de', '/begun/fields'),
    async (running) => {
      const path = '/begun/fields';
      const before = (await running.send(`GET ${path}`)).headers;
      expect(before['content-language']).toBe('de');
      const answer = await put(running, path, before.etag);
      expect([answer.status, answer.headers['content-language']]).toEqual([200, 'fr']);
      expect(answer.headers.etag).toBe((await running.send(`GET ${path}`)).headers.etag);
      expect((await put(running, path, before.etag)).status).toBe(412);
    },
  );

  itOnEachAdapter('has none where none are set (control)', { controllers }, async (running) => {
    await expectToOpen(running, '/begun/fields', '/begun/fields');
  });

  itOnEachAdapter(
    'has the tag that middleware has set',
    speaking('de', '/begun/tagged'),
    async (running) => {
      expect((await running.send('GET /begun/tagged')).headers.etag).toBe('"of-middleware"');
      expect((await put(running, '/begun/tagged', '"x"')).status).toBe(412);
      expect((await put(running, '/begun/tagged', '"of-middleware"')).status).toBe(200);
    },
  );
});

/** Middleware on Express, a hook on Fastify. */
function before(app: INestApplication, set: (response: AnyResponse) => void): void {
  const hook = (_: unknown, response: AnyResponse, next: () => void): void => {
    set(response);
    next();
  };
  const adapter = app.getHttpAdapter();
  if (adapter.getType() === 'express') app.use(hook);
  else (adapter.getInstance() as FastifyInstance).addHook('onRequest', hook);
}

interface FastifyInstance {
  addHook(name: 'onRequest', hook: unknown): void;
}

describe('a parameter that only the path of the write has', () => {
  @Controller('users')
  @ETag()
  class UsersController {
    @Get(':id')
    findOne(@Param() params: object): object {
      return params;
    }
  }

  @Controller('orgs/:org/users')
  class UsersOfOrgController {
    @Put(':id')
    @IfMatch({ current: [UsersController, 'findOne'], etag: false })
    inController(@Param() params: object): object {
      return params;
    }
  }

  @Controller()
  class HandlerController {
    @Put('teams/:org/users/:id')
    @IfMatch({ current: [UsersController, 'findOne'], etag: false })
    inHandler(@Param() params: object): object {
      return params;
    }
  }

  for (const path of ['/orgs/a/users/1', '/teams/a/users/1']) {
    itOnEachAdapter(
      `is left out, wherever it stands: ${path}`,
      { controllers: [UsersController, UsersOfOrgController, HandlerController] },
      async (running) => {
        await expectToOpen(running, '/users/1', path);
        expect((await put(running, path, '*')).json()).toEqual({ org: 'a', id: '1' });
      },
    );
  }
});

/** What a request says of where it was sent. */
interface SentRequest {
  readonly url: string;
  readonly originalUrl: string;
  readonly path?: string;
}

describe('the URL of the read', () => {
  let note: object = {};
  beforeEach(() => {
    note = {};
  });

  const seenUrl = ({ url, originalUrl, path }: SentRequest): object => ({ url, originalUrl, path });

  @Controller('links/:owner')
  @ETag()
  class LinksController {
    @Get(':id')
    findOne(@Req() request: SentRequest): object {
      return { ...note, ...seenUrl(request) };
    }

    @Put(':id')
    @IfMatch()
    replace(@Body() body: object): object {
      return (note = body);
    }

    @Put(':id/name')
    @IfMatch({ current: 'findOne' })
    rename(@Body() body: object, @Req() request: SentRequest): object {
      note = body;
      return seenUrl(request);
    }
  }

  @Controller('renamed/:id/:owner')
  class ElsewhereController {
    @Put()
    @IfMatch({ current: [LinksController, 'findOne'] })
    replace(@Body() body: object): object {
      return (note = body);
    }
  }

  const options = (prefix = ''): AppOptions => ({
    controllers: [LinksController, ElsewhereController],
    configure: (app) => void app.setGlobalPrefix(prefix),
  });

  itOnEachAdapter('is that of the write where the path is (control)', options(), (running) =>
    expectToOpen(running, '/links/a/1?page=2', '/links/a/1?page=2'),
  );

  for (const [read, path] of [
    ['/links/a/1', '/links/a/1/name'],
    ['/links/a/1?page=2&sort=name', '/links/a/1/name?page=2&sort=name'],
    ['/links/ann@farm.example/a%2Fb', '/links/ann@farm.example/a%2Fb/name'],
    ['/links/a/1', '/renamed/1/a'],
  ] as const) {
    itOnEachAdapter(`is that of GET, ${read}, for a write to ${path}`, options(), (running) =>
      expectToOpen(running, read, path),
    );
  }

  itOnEachAdapter('is below the same prefix', options('api/v1'), (running) =>
    expectToOpen(running, '/api/v1/links/a/1', '/api/v1/links/a/1/name'),
  );

  itOnEachAdapter('is not that of the handler', options(), async (running) => {
    const answer = await put(running, '/links/a/1/name', '*');
    expect(answer.json()).toMatchObject({ url: '/links/a/1/name', originalUrl: '/links/a/1/name' });
  });
});

describe('a guard that GET and the write share, and that decides by the method', () => {
  class WritersGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      return context.switchToHttp().getRequest<{ method: string }>().method === 'PUT';
    }
  }

  @Controller('salaries')
  @ETag()
  @UseGuards(WritersGuard)
  class SalariesController {
    @Get('alike')
    alike(): object {
      return { salary: 1 };
    }

    @Put('alike')
    @IfMatch()
    replaceAlike(): object {
      return {};
    }

    @Get('told-apart')
    @SetMetadata('access', 'read')
    toldApart(): object {
      return { salary: 1 };
    }

    @Put('told-apart')
    @IfMatch()
    replaceToldApart(): object {
      return {};
    }
  }

  const controllers = [SalariesController];

  itOnEachAdapter(
    'refuses the read where a decorator tells the two apart',
    { controllers },
    async (running) => {
      for (const etag of ['"x"', '*']) {
        const answer = await put(running, '/salaries/told-apart', etag);
        expect([answer.status, answer.headers.etag]).toEqual([403, undefined]);
      }
    },
  );

  itOnEachAdapter('is not asked again otherwise (control)', { controllers }, async (running) => {
    expect((await running.send('GET /salaries/alike')).status).toBe(403);
    const answer = await put(running, '/salaries/alike', '"x"');
    expect([answer.status, answer.headers.etag]).toEqual([412, tagOf('{"salary":1}')]);
  });
});
