import { Agent, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Catch,
  Controller,
  ForbiddenException,
  Get,
  Header,
  HttpException,
  Inject,
  Injectable,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  Put,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type {
  ArgumentsHost,
  CallHandler,
  CanActivate,
  ExceptionFilter,
  ExecutionContext,
  INestApplication,
} from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  ETag,
  ETagModule,
  IfMatch,
  LastModified,
  Precondition,
  WeakETag,
} from '../../src/index.js';
import type { ETagValidator, Revision } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import type { Running } from '../support/each-adapter.js';
import { fieldsOf } from '../support/fields.js';
import { until } from '../support/gate.js';
import { request } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

interface Article {
  title: string;
  version: number;
  updatedAt: string;
}

const articles = new Map<number, Article>();
/** What ran, in order. */
let log: string[] = [];

function found(id: number): Article {
  const article = articles.get(id);
  if (article === undefined) throw new NotFoundException();
  return article;
}

interface AnyRequest {
  readonly params: { readonly id?: string };
  readonly headers: Record<string, string | undefined>;
}

/** One narrow query: the version of an article. */
@Injectable()
class ArticleVersions implements ETagValidator {
  validate({ params, headers }: AnyRequest): Revision | null {
    log.push('validator');
    if (headers['x-user'] === 'mallory') throw new ForbiddenException('not yours');
    if (headers['x-fail'] === 'yes') throw new Error('the database is gone');
    return articles.get(Number(params.id))?.version ?? null;
  }
}

@Injectable()
class ArticleDates implements ETagValidator {
  async validate({ params }: AnyRequest): Promise<Date | null> {
    const article = articles.get(Number(params.id));
    return Promise.resolve(article === undefined ? null : new Date(article.updatedAt));
  }
}

@Injectable()
class NoVersions implements ETagValidator {
  static version: unknown;

  validate(): Revision {
    return NoVersions.version as Revision;
  }
}

/** What is no version. */
const NO_VERSIONS: [string, unknown][] = [
  ['an empty text', ''],
  ['NaN', Number.NaN],
  ['an invalid date', new Date(Number.NaN)],
  ['bytes', Buffer.from([0, 0, 7])],
];

@Injectable()
class Logging {
  intercept(_: ExecutionContext, next: CallHandler): unknown {
    log.push('interceptor');
    return next.handle();
  }
}

class Refuses implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    log.push('guard');
    return context.switchToHttp().getRequest<AnyRequest>().headers['x-user'] !== 'eve';
  }
}

@Catch()
class Filter implements ExceptionFilter {
  catch(error: Error, host: ArgumentsHost): void {
    log.push(`filter: ${error.message}`);
    const response = host.switchToHttp().getResponse<{
      status(code: number): { send(body: unknown): void };
    }>();
    response
      .status(error instanceof HttpException ? error.getStatus() : 503)
      .send({ filtered: true });
  }
}

@Controller('articles')
@ETag({ validator: ArticleVersions })
@UseInterceptors(Logging)
@UseFilters(Filter)
class ArticlesController {
  @Get()
  findAll(): unknown {
    log.push('list');
    return [...articles.values()];
  }

  @Get(':id')
  @Header('X-Api', 'articles')
  @Header('Content-Language', 'en')
  @Header('Vary', 'Accept-Language')
  @UseGuards(Refuses)
  findOne(@Param('id', ParseIntPipe) id: number): Article {
    log.push('read');
    return found(id);
  }

  @Post()
  create(@Body() { title }: Article): Article {
    return { title, version: 1, updatedAt: '' };
  }

  @Put(':id')
  @IfMatch()
  @UseGuards(Refuses)
  update(
    @Param('id', ParseIntPipe) id: number,
    @Body() { title }: Article,
    @Precondition() precondition: Precondition,
  ): Article {
    log.push(`write over ${precondition.version}`);
    const changed = { ...found(id), title, version: found(id).version + 1 };
    articles.set(id, changed);
    return changed;
  }
}

@Controller('both')
@ETag({ validator: ArticleVersions, version: 'version' })
class ValidatorAndVersionController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Article {
    return found(id);
  }

  @Post()
  create(@Body() { title }: Article): Article {
    return { title, version: 1, updatedAt: '' };
  }

  @Put(':id')
  @IfMatch()
  async update(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<Article> {
    const article = await precondition.verify(found(id));
    const changed = { ...article, version: article.version + 1 };
    articles.set(id, changed);
    return changed;
  }
}

@Controller('weak')
@WeakETag(['title'], { validator: ArticleVersions })
class WeakController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Article {
    log.push('read');
    return found(id);
  }

  @Put(':id')
  @IfMatch({ comparison: 'weak' })
  update(@Param('id', ParseIntPipe) id: number): Article {
    return found(id);
  }
}

@Controller('dates')
class DatesController {
  @Get(':id')
  @ETag({ validator: ArticleDates })
  findOne(@Param('id', ParseIntPipe) id: number): Article {
    log.push('read');
    return found(id);
  }

  @Get(':id/published')
  @ETag({ validator: ArticleVersions })
  @LastModified('updatedAt')
  published(@Param('id', ParseIntPipe) id: number): Article {
    log.push('read');
    return found(id);
  }

  @Put(':id/published')
  @IfMatch({ required: false })
  publish(@Param('id', ParseIntPipe) id: number): Article {
    return found(id);
  }
}

@Controller('unversioned')
@ETag({ validator: NoVersions })
class UnversionedController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Article {
    return found(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id', ParseIntPipe) id: number): Article {
    log.push('write');
    return found(id);
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
@ETag({ validator: ArticleVersions })
class ScopedController {
  constructor(@Inject(REQUEST) private readonly request: AnyRequest) {}

  @Get(':id')
  findOne(): Article {
    log.push('read');
    return found(Number(this.request.params.id));
  }
}

/** The requests that its guard has seen, as long as something else keeps them. */
const watched: WeakRef<object>[] = [];

class Watches implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    watched.push(new WeakRef(context.switchToHttp().getRequest<object>()));
    return true;
  }
}

@Controller('watched')
@ETag({ validator: ArticleVersions })
@UseGuards(Watches)
class WatchedController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Article {
    log.push('read');
    return found(id);
  }
}

/** Node's own garbage collector, which it hides from programs. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Verifies an entity of which nothing says where the version is. */
@Controller('unverifiable')
@ETag({ validator: ArticleVersions })
@UseFilters(Filter)
class UnverifiableController {
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Article {
    return found(id);
  }

  @Put(':id')
  @IfMatch()
  update(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<Article> {
    return precondition.verify(found(id));
  }
}

/** Cookies and request ids, as middleware sets them on every answer. */
function middleware(app: INestApplication): void {
  app.enableCors({ origin: 'https://app.example', exposedHeaders: ['ETag'] });
  app.use(
    (
      _request: unknown,
      response: { setHeader(name: string, value: string): void },
      next: () => void,
    ) => {
      response.setHeader('Set-Cookie', 'seen=1');
      response.setHeader('X-Request-Id', '42');
      next();
    },
  );
}

describeOnEachAdapter('a validator that is asked before the handler', (start) => {
  let running: Running;

  beforeAll(async () => {
    running = await start({
      controllers: [
        ArticlesController,
        ValidatorAndVersionController,
        WeakController,
        DatesController,
        UnversionedController,
        ScopedController,
        UnverifiableController,
        WatchedController,
      ],
      providers: [ArticleVersions, ArticleDates, NoVersions],
      configure: middleware,
    });
  });
  beforeEach(() => {
    log = [];
    articles.clear();
    articles.set(7, { title: 'Tags', version: 3, updatedAt: '2026-11-21T10:00:00.400Z' });
  });
  afterAll(() => running.close());

  async function tag(path: string): Promise<string> {
    const { headers } = await running.send(`GET ${path}`);
    log = [];
    return headers.etag as string;
  }

  it('makes the tag: neither a counter nor a digest of the bytes', async () => {
    const { headers, text } = await running.send('GET /articles/7');
    expect(headers.etag).toBe(tagOf('revision "articles/:id" "3"'));
    expect(headers.etag).not.toBe(tagOf(text));
  });

  it.each(['GET', 'HEAD'])('answers %s with 304 without running the handler', async (method) => {
    const etag = await tag('/articles/7');
    const answer = await running.send({
      method,
      path: '/articles/7',
      headers: { 'If-None-Match': etag },
    });
    expect(answer.status).toBe(304);
    expect(answer.bytes).toHaveLength(0);
    expect(answer.headers.etag).toBe(etag);
    expect(log).toEqual(['guard', 'validator']);
  });

  it('refuses a write without running the read', async () => {
    const stale = await running.send({
      method: 'PUT',
      path: '/articles/7',
      headers: { 'If-Match': '"stale"' },
      body: { title: 'Mine' },
    });
    expect(stale.status).toBe(412);
    expect(stale.headers.etag).toBe(tagOf('revision "articles/:id" "3"'));
    // Asked twice at the first refusal of a route: does it answer the same each time?
    expect(log).toEqual([
      'guard',
      'validator',
      'validator',
      expect.stringMatching('^filter: If-Match does not'),
    ]);
  });

  it('lets a write through by one query, gives the handler the version, and is asked for the tag of the answer', async () => {
    const etag = await tag('/articles/7');
    const written = await running.send({
      method: 'PUT',
      path: '/articles/7',
      headers: { 'If-Match': etag },
      body: { title: 'Mine' },
    });
    expect(written.status).toBe(200);
    expect(log).toEqual(['guard', 'validator', 'interceptor', 'write over 3', 'validator']);
  });

  it('tags the answer of a write as GET will', async () => {
    const etag = await tag('/articles/7');
    const written = await running.send({
      method: 'PUT',
      path: '/articles/7',
      headers: { 'If-Match': etag },
      body: { title: 'Mine' },
    });
    expect(written.headers.etag).toBe(await tag('/articles/7'));
  });

  it('with the version in the entity as well, tags what was written and created as GET will', async () => {
    const written = await running.send({
      method: 'PUT',
      path: '/both/7',
      headers: { 'If-Match': await tag('/both/7') },
    });
    expect(written.status).toBe(200);
    expect(written.headers.etag).toBe(await tag('/both/7'));

    articles.set(8, { title: 'New', version: 1, updatedAt: '' });
    const created = await running.send({ method: 'POST', path: '/both', body: { title: 'New' } });
    expect(created.headers.etag).toBe(await tag('/both/8'));
  });

  it('is not asked about what a POST creates', async () => {
    await running.send({ method: 'POST', path: '/articles', body: { title: 'New' } });
    expect(log).not.toContain('validator');
  });

  it('that knows nothing (null) leaves it to the handler', async () => {
    const list = await running.send('GET /articles');
    expect(list.headers.etag).toBe(tagOf(list.text));
    expect(log).toEqual(['validator', 'interceptor', 'list']);
    const missing = await running.send('GET /scoped/8');
    expect(missing.status).toBe(404);
    expect(missing.headers.etag).toBeUndefined();
  });

  it('that knows nothing leaves a write to the read', async () => {
    const missing = await running.send({
      method: 'PUT',
      path: '/both/8',
      headers: { 'If-Match': '"x"' },
    });
    expect(missing.status).toBe(404);
  });

  it.each(NO_VERSIONS)(
    'that answers no version (%s) leaves GET and the write to the bytes',
    async (_, version) => {
      NoVersions.version = version;
      const { headers, text } = await running.send('GET /unversioned/7');
      expect(headers.etag).toBe(tagOf(text));
      const put = (etag: string): Promise<RawResponse> =>
        running.send({ method: 'PUT', path: '/unversioned/7', headers: { 'If-Match': etag } });
      const stale = await put('"x"');
      expect([stale.status, stale.headers.etag, log]).toEqual([412, headers.etag, []]);
      const written = await put(headers.etag as string);
      expect([written.status, written.headers.etag]).toEqual([200, headers.etag]);
      expect(log).toEqual(['write']);
    },
  );

  it('makes weak tags under @WeakETag(), also for the guard', async () => {
    const etag = await tag('/weak/7');
    expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
    const again = await running.send({ path: '/weak/7', headers: { 'If-None-Match': etag } });
    expect(again.status).toBe(304);
    expect(log).toEqual(['validator']);
    const written = await running.send({
      method: 'PUT',
      path: '/weak/7',
      headers: { 'If-Match': etag },
    });
    expect(written.status).toBe(200);
  });

  describe('that answers a date', () => {
    it('makes tag and Last-Modified of it', async () => {
      const { headers } = await running.send('GET /dates/7');
      expect(headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
      expect(headers['last-modified']).toBe('Sat, 21 Nov 2026 10:00:00 GMT');
    });

    it('answers If-Modified-Since without running the handler', async () => {
      const { status } = await running.send({
        path: '/dates/7',
        headers: { 'If-Modified-Since': 'Sat, 21 Nov 2026 10:00:00 GMT' },
      });
      expect(status).toBe(304);
      expect(log).toEqual([]);
    });
  });

  describe('beside @LastModified()', () => {
    const path = '/dates/7/published';

    it('leaves If-Modified-Since to the entity, which has the date', async () => {
      const { status } = await running.send({
        path,
        headers: { 'If-Modified-Since': 'Sat, 21 Nov 2026 10:00:00 GMT' },
      });
      expect(status).toBe(304);
      expect(log).toEqual(['validator', 'read']);
    });

    it('does not let a write through that If-Unmodified-Since forbids', async () => {
      const send = (date: string) =>
        running.send({ method: 'PUT', path, headers: { 'If-Unmodified-Since': date } });
      expect((await send('Sat, 21 Nov 2026 09:59:59 GMT')).status).toBe(412);
      expect((await send('Sat, 21 Nov 2026 10:00:00 GMT')).status).toBe(200);
    });
  });

  it('throws what it likes: it passes through filters as from a handler', async () => {
    const refused = await running.send({ path: '/articles/7', headers: { 'X-User': 'mallory' } });
    expect(refused.status).toBe(403);
    expect(refused.json()).toEqual({ filtered: true });
    const failed = await running.send({ path: '/articles/7', headers: { 'X-Fail': 'yes' } });
    expect(failed.status).toBe(503);
    expect(failed.headers.etag).toBeUndefined();
    const write = await running.send({
      method: 'PUT',
      path: '/articles/7',
      headers: { 'If-Match': '"x"', 'X-User': 'mallory' },
    });
    expect(write.status).toBe(403);
    expect(log.filter((each) => each.startsWith('filter'))).toEqual([
      'filter: not yours',
      'filter: the database is gone',
      'filter: not yours',
    ]);
  });

  it('is not asked for a caller whom another guard refuses', async () => {
    const refused = await running.send({ path: '/articles/7', headers: { 'X-User': 'eve' } });
    expect(refused.status).toBe(403);
    expect(log).not.toContain('validator');
  });

  it('says where a version is missing that an entity is verified by', async () => {
    const { status } = await running.send({
      method: 'PUT',
      path: '/unverifiable/7',
      headers: { 'If-Match': await tag('/unverifiable/7') },
    });
    expect(status).toBe(503);
    expect(log.at(-1)).toContain('say where the same version is in the entity');
  });

  it('leaves on its 304 what the 200 has, but for what describes the body', async () => {
    const headers = { Origin: 'https://app.example' };
    const full = await running.send({ path: '/articles/7', headers });
    const etag = full.headers.etag as string;
    const answer = await running.send({
      path: '/articles/7',
      headers: { ...headers, 'If-None-Match': etag },
    });
    expect(answer.status).toBe(304);
    expect(answer.headers).toMatchObject({
      etag,
      'cache-control': 'private, no-cache',
      'access-control-allow-origin': 'https://app.example',
      'access-control-expose-headers': 'ETag',
      'set-cookie': ['seen=1'],
      'x-request-id': '42',
      'x-api': 'articles',
    });
    const describesContent = /^(content-(type|length|language|encoding)|transfer-encoding): /;
    expect(fieldsOf(answer)).toEqual(
      fieldsOf(full).filter((field) => !describesContent.test(field)),
    );
  });

  it('refuses a read whose If-Match is false, and runs nothing', async () => {
    const answer = await running.send({ path: '/articles/7', headers: { 'If-Match': '"x"' } });
    expect(answer.status).toBe(412);
    expect(answer.json()).toMatchObject({ reason: 'changed' });
    expect(answer.headers.etag).toBe(await tag('/articles/7'));
  });

  it('answers for a controller that is made for each request', async () => {
    const etag = await tag('/scoped/7');
    const answer = await running.send({ path: '/scoped/7', headers: { 'If-None-Match': etag } });
    expect(answer.status).toBe(304);
    expect(log).toEqual(['validator']);
  });

  it('leaves the connection to the next request', async () => {
    const etag = await tag('/articles/7');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<Socket>();
    const get = (headers: Record<string, string>): Promise<number> =>
      new Promise((resolve, reject) => {
        const sent = httpRequest(`${running.url}/articles/7`, { agent, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        });
        sent
          .on('socket', (socket) => sockets.add(socket))
          .on('error', reject)
          .end();
      });
    const statuses = [];
    for (const headers of [{}, { 'If-None-Match': etag }, { 'If-None-Match': etag }, {}]) {
      statuses.push(await get(headers));
    }
    agent.destroy();
    expect(statuses).toEqual([200, 304, 304, 200]);
    expect(sockets.size).toBe(1);
  });

  it('leaves nothing that an application waits for when it closes', async () => {
    const own = await start({ controllers: [ArticlesController], providers: [ArticleVersions] });
    const { headers } = await own.send('GET /articles/7');
    const { status } = await own.send({
      path: '/articles/7',
      headers: { 'If-None-Match': headers.etag as string },
    });
    expect(status).toBe(304);
    await expect(own.close()).resolves.toBeUndefined();
  });

  it('keeps nothing of the requests it has answered', async () => {
    const etag = await tag('/watched/7');
    watched.length = 0;
    for (let count = 0; count < 20; count += 1) {
      await running.send({ path: '/watched/7', headers: { 'If-None-Match': etag } });
    }
    expect(log).not.toContain('read');
    // The parsers of the last connections may keep theirs until the next one comes.
    await until(() => {
      collectGarbage();
      return watched.filter((request) => request.deref() !== undefined).length < 5;
    });
  });
});

it('leaves no timer behind where Fastify limits the time of handlers', async () => {
  class AppModule {}
  Module({
    imports: [ETagModule.forRoot()],
    controllers: [ArticlesController],
    providers: [ArticleVersions],
  })(AppModule);
  const options = { handlerTimeout: 600_000 } as never;
  const app = await NestFactory.create(AppModule, new FastifyAdapter(options), { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/articles/7`;
  const { headers } = await request(url);
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const answers = [];
  for (let count = 0; count < 5; count += 1) {
    answers.push(await request(url, { headers: { 'If-None-Match': headers.etag as string } }));
  }
  expect(answers.map(({ status }) => status)).toEqual([304, 304, 304, 304, 304]);
  expect(timers()).toBeLessThanOrEqual(before);
  await app.close();
});
