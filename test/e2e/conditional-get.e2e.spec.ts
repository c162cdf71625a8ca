import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  Catch,
  Controller,
  Get,
  Inject,
  Injectable,
  Query,
  Res,
  UseInterceptors,
  Logger,
} from '@nestjs/common';
import type {
  ArgumentsHost,
  CallHandler,
  ExceptionFilter,
  ExecutionContext,
  NestInterceptor,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { ETag, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter, startOn } from '../support/each-adapter.js';
import type { AppOptions, Running } from '../support/each-adapter.js';
import { fieldsOf, fieldsOf304 } from '../support/fields.js';
import type { RawResponse } from '../support/raw-request.js';

interface Reply {
  header(name: string, value: unknown): Reply;
}

let filtered = 0;

@Catch()
class CountingFilter implements ExceptionFilter {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(_exception: unknown, host: ArgumentsHost): void {
    filtered++;
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), 'filtered', 500);
  }
}

/** What applications put on their answers, whatever these are. */
@Injectable()
class RequestIds implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    context.switchToHttp().getResponse<Reply>().header('X-Request-Id', 'r1');
    return next.handle();
  }
}

const user = { name: 'Shaun', age: 27 };
const expires = new Date('2026-11-22T12:00:00Z').toUTCString();

@Controller('users')
@ETag()
class UsersController {
  @Get('1')
  findOne(): unknown {
    return user;
  }

  @Get('1/card')
  @WeakETag(['name'])
  card(): unknown {
    return user;
  }

  @Get('1/text')
  text(): unknown {
    return 'a text';
  }

  @Get('tagged')
  tagged(@Query('tag') tag: string, @Res({ passthrough: true }) response: Reply): unknown {
    response.header('ETag', tag);
    return user;
  }

  @Get('1/full')
  @UseInterceptors(RequestIds)
  full(@Res({ passthrough: true }) response: Reply): unknown {
    const fields = {
      'Cache-Control': 'public, max-age=0',
      'Content-Location': '/users/1',
      Expires: expires,
      Vary: 'Accept-Language',
      'Set-Cookie': ['a=1; Path=/', 'b=2'],
      'Content-Security-Policy': "default-src 'none'",
      'Strict-Transport-Security': 'max-age=1',
      Link: '</users>; rel="collection"',
      'Content-Language': 'en',
      'Content-Disposition': 'inline',
    };
    for (const [name, value] of Object.entries(fields)) response.header(name, value);
    return user;
  }
}

const options: AppOptions = {
  controllers: [UsersController],
  providers: [{ provide: APP_FILTER, useClass: CountingFilter }],
  configure: (app) => {
    app.enableCors({
      origin: (_origin: unknown, decide: (error: null, allowed: boolean) => void) =>
        decide(null, true),
      credentials: true,
      exposedHeaders: ['ETag'],
    });
    app.use((_request: unknown, response: { setHeader: Setter }, next: () => void) => {
      response.setHeader('X-Trace', 't1');
      next();
    });
  },
};
type Setter = (name: string, value: string) => void;

const ORIGIN = { Origin: 'https://app.example' };

describeOnEachAdapter('a conditional GET', (start) => {
  let running: Running;
  let tag: string;
  let weak: string;
  beforeAll(async () => {
    running = await start(options);
    tag = (await running.send('GET /users/1')).headers.etag as string;
    weak = (await running.send('GET /users/1/card')).headers.etag as string;
  });
  afterAll(() => running.close());
  beforeEach(() => {
    filtered = 0;
  });

  const get = (
    path: string,
    headers: Record<string, string | string[]> = {},
    method = 'GET',
  ): Promise<RawResponse> => running.send({ method, path, headers });
  const statusWith = async (field: string | string[], path = '/users/1'): Promise<number> =>
    (await get(path, { 'If-None-Match': field })).status;

  describe('with If-None-Match', () => {
    it('is 304 without a body to a reader who has the representation', async () => {
      const { status, text, headers } = await get('/users/1', { 'If-None-Match': tag });
      expect([status, text, headers.etag]).toEqual([304, '', tag]);
    });

    it('is 304 for a text as for an object', async () => {
      const { headers } = await get('/users/1/text');
      expect(await statusWith(headers.etag as string, '/users/1/text')).toBe(304);
    });

    it('is the full answer to a reader who has another', async () => {
      const { status, text, headers } = await get('/users/1', { 'If-None-Match': '"other"' });
      expect([status, text, headers.etag]).toEqual([200, JSON.stringify(user), tag]);
    });

    it('answers the same as without the field when nothing matches', async () => {
      const plain = await get('/users/1');
      expect(fieldsOf(await get('/users/1', { 'If-None-Match': '"other"' }))).toEqual(
        fieldsOf(plain),
      );
    });

    it.each<[string, (own: string) => string | string[]]>([
      ['a list that names it', (own) => `"a", ${own}, "b"`],
      ['a list without spaces', (own) => `"a",${own}`],
      ['a list with empty members', (own) => `, ,\t,${own},,`],
      ['a list with tags that hold commas', (own) => `"a,b", ${own}`],
      ['two lines of the field', (own) => ['"a"', own]],
      ['* for any representation', () => '*'],
      ['whitespace around it', (own) => `  ${own}\t`],
    ])('is 304 to %s', async (_case, field) => {
      expect(await statusWith(field(tag))).toBe(304);
      expect(await statusWith(field(weak), '/users/1/card')).toBe(304);
    });

    it('compares weakly: the mark of weakness makes no difference', async () => {
      expect(await statusWith(`W/${tag}`)).toBe(304);
      expect(await statusWith(weak.slice(2), '/users/1/card')).toBe(304);
      expect(await statusWith(weak, '/users/1/card')).toBe(304);
    });

    it.each<[string, (own: string) => string | string[]]>([
      ['no quotes', (own) => own.slice(1, -1)],
      ['no closing quote', (own) => own.slice(0, -1)],
      ['a lower-case weak prefix', (own) => `w/${own}`],
      ['something after the tag', (own) => `${own}x`],
      ['two tags without a comma', (own) => `${own} ${own}`],
      ['* within a list', (own) => `*, ${own}`],
      ['one bad member in a list', (own) => `${own}, bad`],
      ['a bad line beside a good one', (own) => ['bad', own]],
      ['nothing', () => ''],
      ['only commas', () => ', ,'],
      ['null', () => 'null'],
    ])('is the full answer to a field with %s', async (_case, field) => {
      const { status, text } = await get('/users/1', { 'If-None-Match': field(tag) });
      expect([status, text]).toEqual([200, JSON.stringify(user)]);
    });

    it('gives the client its own form of the tag back', async () => {
      const etagFor = async (path: string, field: string): Promise<unknown> => {
        const { status, headers } = await get(path, { 'If-None-Match': field });
        return [status, headers.etag];
      };
      expect(await etagFor('/users/1', `W/${tag}`)).toEqual([304, `W/${tag}`]);
      expect(await etagFor('/users/1', `"a", W/${tag}`)).toEqual([304, `W/${tag}`]);
      expect(await etagFor('/users/1', tag)).toEqual([304, tag]);
      expect(await etagFor('/users/1', '*')).toEqual([304, tag]);
      expect(await etagFor('/users/1/card', weak.slice(2))).toEqual([304, weak]);
    });

    it('finds a tag with octets beyond ASCII', async () => {
      const path = `/users/tagged?tag=${encodeURIComponent('"caf\u00e9"')}`;
      expect(await statusWith('"caf\u00e9"', path)).toBe(304);
      expect(await statusWith('"cafe"', path)).toBe(200);
    });
  });

  describe('with If-Match', () => {
    it('is the full answer while the tag is current', async () => {
      for (const field of [tag, `"a", ${tag}`, '*']) {
        const { status, text } = await get('/users/1', { 'If-Match': field });
        expect([status, text]).toEqual([200, JSON.stringify(user)]);
      }
    });

    it.each<[string, (own: string) => string, string]>([
      ['names another', () => '"other"', 'changed'],
      ['is the current one, weakened', (own) => `W/${own}`, 'weak-tag'],
      ['is malformed', () => 'malformed', 'malformed'],
      ['is empty', () => '', 'malformed'],
    ])(
      'is 412 with the current tag and a reason when the field %s',
      async (_case, field, reason) => {
        const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
        const { status, headers, ...answer } = await get('/users/1', { 'If-Match': field(tag) });
        // What is sent in its place is not an answer that somebody has changed.
        expect(warn).not.toHaveBeenCalled();
        warn.mockRestore();
        expect([status, headers.etag]).toEqual([412, tag]);
        expect(headers['content-type']).toBe('application/json; charset=utf-8');
        expect(answer.json()).toEqual({
          statusCode: 412,
          error: 'Precondition Failed',
          message: expect.stringContaining('If-Match'),
          reason,
        });
        expect(answer.text).not.toContain(user.name);
      },
    );

    it('never accepts a weak tag', async () => {
      const { status, headers, json } = await get('/users/1/card', { 'If-Match': weak });
      expect([status, headers.etag, json()['reason']]).toEqual([412, weak, 'weak-tag']);
    });

    it('is decided before If-None-Match, and does not excuse from it', async () => {
      const both = async (ifMatch: string, ifNoneMatch: string): Promise<number> =>
        (await get('/users/1', { 'If-Match': ifMatch, 'If-None-Match': ifNoneMatch })).status;
      expect(await both('"other"', tag)).toBe(412);
      expect(await both(tag, tag)).toBe(304);
      expect(await both(tag, '"other"')).toBe(200);
    });
  });

  describe('has on its 304', () => {
    const full = (headers: Record<string, string> = {}): Promise<RawResponse> =>
      get('/users/1/full', { ...ORIGIN, ...headers });

    it('the fields of the 200, but for those that describe content', async () => {
      const fresh = await full();
      const again = await full({ 'If-None-Match': fresh.headers.etag as string });
      expect(again.status).toBe(304);
      expect(fieldsOf(again)).toEqual(fieldsOf304(fresh));
    });

    it('all that RFC 9110 §15.4.5 asks for, CORS, cookies and request ids', async () => {
      const { headers } = await full({ 'If-None-Match': '*' });
      expect(headers).toMatchObject({
        etag: tag,
        'cache-control': 'public, max-age=0',
        'content-location': '/users/1',
        date: expect.any(String),
        expires,
        vary: expect.stringContaining('Accept-Language'),
        'access-control-allow-origin': ORIGIN.Origin,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'ETag',
        'set-cookie': ['a=1; Path=/', 'b=2'],
        'x-request-id': 'r1',
        'x-trace': 't1',
        'content-security-policy': "default-src 'none'",
        link: '</users>; rel="collection"',
      });
    });

    it('nothing that describes a body', async () => {
      for (const method of ['GET', 'HEAD']) {
        for (const path of ['/users/1/full', '/users/1/card', '/users/1/text']) {
          const { status, headers, text } = await get(path, { 'If-None-Match': '*' }, method);
          const named = Object.keys(headers).filter((name) =>
            /^(content-(type|length|encoding|language|disposition|range)|transfer-encoding)$/.test(
              name,
            ),
          );
          expect([status, named, text]).toEqual([304, [], '']);
        }
      }
    });
  });

  it('has on its 412 what is of the connection and of the caller, and the type of its own body', async () => {
    const { status, headers, bytes } = await get('/users/1/full', { ...ORIGIN, 'If-Match': '"x"' });
    expect(status).toBe(412);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN.Origin,
      'set-cookie': ['a=1; Path=/', 'b=2'],
      'x-request-id': 'r1',
      'content-length': String(bytes.length),
    });
    expect(headers).not.toHaveProperty('content-language');
    expect(headers).not.toHaveProperty('content-disposition');
  });

  it.each<[string, () => Record<string, string>]>([
    ['200', () => ({})],
    ['304', () => ({ 'If-None-Match': tag })],
    ['412', () => ({ 'If-Match': '"x"' })],
  ])('by HEAD is as by GET, without the body: %s', async (status, headers) => {
    for (const path of ['/users/1', '/users/1/full']) {
      const byGet = await get(path, { ...ORIGIN, ...headers() });
      const byHead = await get(path, { ...ORIGIN, ...headers() }, 'HEAD');
      expect([byHead.status, byHead.text]).toEqual([Number(status), '']);
      expect(fieldsOf(byHead)).toEqual(fieldsOf(byGet));
    }
  });

  it('never goes through an exception filter', async () => {
    const statuses: number[] = [];
    for (const headers of [{ 'If-None-Match': '*' }, { 'If-Match': '"x"' }]) {
      for (const path of ['/users/1', '/users/1/card', '/users/1/text']) {
        statuses.push((await get(path, headers)).status);
      }
    }
    expect(statuses).toEqual([304, 304, 304, 412, 412, 412]);
    expect(filtered).toBe(0);
    await get('/no-such-path');
    expect(filtered).toBe(1);
  });

  it('leaves a connection usable: the next request on it gets its own answer', async () => {
    const agents = await Promise.all(
      Array.from({ length: 8 }, async (_none, index) => {
        const headers = index % 2 === 0 ? { 'If-None-Match': tag } : {};
        const answer = await fetch(`${running.url}/users/1`, { headers });
        return [answer.status, (await answer.text()).length];
      }),
    );
    const expected = [
      [304, 0],
      [200, JSON.stringify(user).length],
    ];
    expect(agents).toEqual(agents.map((_answer, index) => expected[index % 2]));
  });
});

describe('Express and Fastify', () => {
  let both: Running[];
  beforeAll(async () => {
    both = [await startOn('express', options), await startOn('fastify', options)];
  });
  afterAll(() => Promise.all(both.map(({ close }) => close())));

  it.each<[string, Record<string, string>]>([
    ['a plain read', {}],
    ['304', { 'If-None-Match': '*' }],
    ['412', { 'If-Match': '"x"' }],
  ])('answer with the same fields and the same bytes: %s', async (_case, headers) => {
    for (const path of ['/users/1', '/users/1/card', '/users/1/full']) {
      for (const method of ['GET', 'HEAD']) {
        const [express, fastify] = await Promise.all(
          both.map(({ send }) => send({ method, path, headers: { ...ORIGIN, ...headers } })),
        );
        expect(fastify?.status).toBe(express?.status);
        expect(fastify?.text).toBe(express?.text);
        expect(fastify && fieldsOf(fastify)).toEqual(express && fieldsOf(express));
      }
    }
  });
});
