import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Body, Controller, Get, Logger, Post, Put } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { ETAG_CORS, ETag, etagCors, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';

const ORIGIN = 'https://app.example.com';

@Controller('note')
@ETag()
class NoteController {
  private note: object = { text: 'as it was' };

  @Get()
  read(): object {
    return this.note;
  }

  @Put()
  @IfMatch()
  replace(@Body() note: object): object {
    this.note = note;
    return note;
  }

  @Post()
  create(@Body() note: object): object {
    return note;
  }
}

@Controller('untagged')
class UntaggedController {
  @Get()
  read(): object {
    return {};
  }
}

/** The names in a header field of CORS, in lower case. */
function namesIn(answer: RawResponse, field: string): string[] {
  const value = answer.headers[field];
  return String(value ?? '')
    .toLowerCase()
    .split(/\s*,\s*/);
}

describeOnEachAdapter('CORS', (start) => {
  let running: Running;
  let warn: jest.SpiedFunction<Logger['warn']>;
  const said = (): string[] =>
    warn.mock.calls.map(([sentence]) => String(sentence)).filter((each) => each.includes('CORS'));
  const open = async (configure: (app: INestApplication) => void): Promise<Running['send']> => {
    running = await start({ controllers: [NoteController, UntaggedController], configure });
    return running.send;
  };

  beforeEach(() => {
    warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await running.close();
  });

  it.each(['PUT', 'PATCH', 'DELETE'])(
    'lets a page ask whether it may %s with If-Match and be told that it may',
    async (method) => {
      const send = await open((app) => app.enableCors(etagCors()));
      const answer = await send({
        path: '/note',
        method: 'OPTIONS',
        headers: {
          Origin: ORIGIN,
          'Access-Control-Request-Method': method,
          'Access-Control-Request-Headers': 'authorization,content-type,if-match,if-none-match',
        },
      });
      expect(answer.status).toBe(204);
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(namesIn(answer, 'access-control-allow-methods')).toContain(method.toLowerCase());
      expect(namesIn(answer, 'access-control-allow-headers')).toEqual(
        expect.arrayContaining(['authorization', 'content-type', 'if-match', 'if-none-match']),
      );
    },
  );

  it('exposes the tag on 200, 201, 304, 412 and 428', async () => {
    const send = await open((app) => app.enableCors(ETAG_CORS));
    const ask = (method: string, headers: Record<string, string> = {}): Promise<RawResponse> =>
      send({
        path: '/note',
        method,
        headers: { Origin: ORIGIN, ...headers },
        ...(method === 'GET' ? {} : { body: { text: 'new' } }),
      });
    const etag = String((await ask('GET')).headers.etag);
    const answers = [
      await ask('GET'),
      await ask('POST'),
      await ask('GET', { 'If-None-Match': etag }),
      await ask('PUT', { 'If-Match': '"stale"' }),
      await ask('PUT'),
      await ask('PUT', { 'If-Match': etag }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 304, 412, 428, 200]);
    for (const answer of answers) {
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(namesIn(answer, 'access-control-expose-headers')).toContain('etag');
    }
    expect(said()).toEqual([]);
  });

  it('goes with the options of an application', async () => {
    const send = await open((app) =>
      app.enableCors(
        etagCors({ origin: ORIGIN, credentials: true, exposedHeaders: ['X-Total-Count'] }),
      ),
    );
    const answer = await send({ path: '/note', headers: { Origin: ORIGIN } });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
    });
    expect(namesIn(answer, 'access-control-expose-headers')).toEqual(
      expect.arrayContaining(['etag', 'x-total-count']),
    );
  });

  it('warns once of tags that pages of other origins cannot read', async () => {
    const send = await open((app) => app.enableCors());
    const ask = (path: string) => send({ path, headers: { Origin: ORIGIN } });
    await ask('/untagged');
    expect(said()).toEqual([]);
    await ask('/note');
    await send({ path: '/note', method: 'POST', headers: { Origin: ORIGIN }, body: {} });
    await ask('/note');
    expect(said()).toEqual([
      expect.stringMatching(
        /^NoteController\.read sent a page of https:\/\/app\.example\.com .*enableCors\(etagCors\(\)\)/,
      ),
    ]);
  });

  it('warns of a 304 too: a page that starts with what it has saved needs its tag', async () => {
    const send = await open((app) => app.enableCors());
    const etag = String((await send('GET /note')).headers.etag);
    const headers = { Origin: ORIGIN, 'If-None-Match': etag };
    expect((await send({ path: '/note', headers })).status).toBe(304);
    expect(said()).toHaveLength(1);
  });

  it('warns of * together with credentials, where it exposes nothing', async () => {
    const send = await open((app) =>
      app.enableCors({ origin: ORIGIN, credentials: true, exposedHeaders: '*' }),
    );
    await send({ path: '/note', headers: { Origin: ORIGIN } });
    expect(said()).toHaveLength(1);
  });

  it.each<[string, object, Record<string, string>]>([
    ['whoever exposes all', { exposedHeaders: '*' }, { Origin: ORIGIN }],
    ['whoever exposes it among others', { exposedHeaders: 'X-A, etag' }, { Origin: ORIGIN }],
    ['origins that may read nothing', { origin: false }, { Origin: ORIGIN }],
    ['requests without Origin', {}, {}],
    ['pages of the same host', {}, { Origin: 'https://api.test:8443', Host: 'api.test:8443' }],
    [
      'pages of the host that a proxy was asked for',
      {},
      { Origin: 'https://api.test', 'X-Forwarded-Host': 'api.test' },
    ],
    [
      'pages that the browser says are of the same origin',
      {},
      { Origin: ORIGIN, 'Sec-Fetch-Site': 'same-origin' },
    ],
  ])('does not warn %s', async (_, options, headers) => {
    const send = await open((app) => app.enableCors(options));
    const answer = await send({ path: '/note', headers });
    expect(answer.headers.etag).toBeDefined();
    expect(said()).toEqual([]);
  });

  it('is needed: enableCors() alone hides the tag', async () => {
    const send = await open((app) => app.enableCors());
    const read = await send({ path: '/note', headers: { Origin: ORIGIN } });
    expect(read.headers.etag).toBeDefined();
    expect(read.headers['access-control-expose-headers']).toBeUndefined();
  });
});
