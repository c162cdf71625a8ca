import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Patch,
  Post,
  Put,
  UnprocessableEntityException,
} from '@nestjs/common';
import { ETag, IfMatch, LastModified, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter, itOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

interface Article {
  title: string;
  changedAt?: string;
}

const articles = new Map<string, Article>();

function find(id: string): Article {
  const article = articles.get(id);
  if (article === undefined) throw new NotFoundException(`no article ${id}`);
  return article;
}

function save(id: string, change: Partial<Article>): Article {
  const article = { ...find(id), ...change };
  articles.set(id, article);
  return article;
}

@Controller('articles')
@ETag()
class ArticlesController {
  @Get(':id')
  findOne(@Param('id') id: string): Article {
    return find(id);
  }

  @Put(':id')
  @IfMatch()
  replace(@Param('id') id: string, @Body() change: Article): Article {
    return save(id, change);
  }

  @Patch(':id')
  @IfMatch()
  change(@Param('id') id: string, @Body() change: Partial<Article>): Article {
    if (change.title === '') throw new UnprocessableEntityException();
    return save(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch()
  remove(@Param('id') id: string): void {
    articles.delete(id);
  }

  @Post(':id/copies')
  @IfMatch({ current: 'findOne' })
  copy(@Param('id') id: string): Article {
    return find(id);
  }

  @Post(':id/archive')
  @HttpCode(200)
  @IfMatch<ArticlesController>({ current: 'findOne', required: true })
  archive(@Param('id') id: string): Article {
    return save(id, { title: 'archived' });
  }

  @Put(':id/lenient')
  @IfMatch({ current: 'findOne', required: false })
  lenient(@Param('id') id: string, @Body() change: Article): Article {
    return save(id, change);
  }

  @Delete(':id/strict')
  @HttpCode(204)
  @IfMatch({ current: 'findOne', required: true })
  strict(@Param('id') id: string): void {
    articles.delete(id);
  }

  @Put(':id/receipt')
  @IfMatch({ current: 'findOne', etag: false })
  receipt(@Param('id') id: string, @Body() change: Article): { saved: boolean } {
    save(id, change);
    return { saved: true };
  }

  @Put(':id/quiet')
  @HttpCode(204)
  @IfMatch({ current: 'findOne' })
  quiet(@Param('id') id: string, @Body() change: Article): void {
    save(id, change);
  }

  @Put(':id/later')
  @HttpCode(202)
  @IfMatch({ current: 'findOne' })
  later(): { queued: boolean } {
    return { queued: true };
  }

  @Delete(':id/told')
  @IfMatch({ current: 'findOne' })
  told(@Param('id') id: string): Article {
    const article = find(id);
    articles.delete(id);
    return article;
  }
}

@Controller('dated')
@ETag()
@LastModified('changedAt')
class DatedController {
  @Get(':id')
  findOne(@Param('id') id: string): Article {
    return find(id);
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch()
  remove(@Param('id') id: string): void {
    articles.delete(id);
  }

  @Put(':id')
  @IfMatch({ required: false })
  replace(@Param('id') id: string, @Body() change: Article): Article {
    return save(id, change);
  }
}

@Controller('cards')
@WeakETag(['title'])
class CardsController {
  @Get(':id')
  findOne(@Param('id') id: string): Article {
    return find(id);
  }

  @Put(':id')
  @IfMatch({ comparison: 'weak' })
  replace(@Param('id') id: string, @Body() change: Article): Article {
    return save(id, change);
  }
}

@Controller('guarded')
@IfMatch()
@ETag()
class GuardedController {
  @Get(':id')
  findOne(@Param('id') id: string): Article {
    return find(id);
  }

  @Put(':id')
  replace(@Param('id') id: string, @Body() change: Article): Article {
    return save(id, change);
  }

  @Patch(':id')
  change(@Param('id') id: string, @Body() change: Partial<Article>): Article {
    return save(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string): void {
    articles.delete(id);
  }

  @Post()
  create(@Body() article: Article): Article {
    articles.set('new', article);
    return article;
  }

  @Put(':id/own')
  @IfMatch({ current: 'findOne', required: false })
  own(@Param('id') id: string, @Body() change: Article): Article {
    return save(id, change);
  }
}

const BEFORE = { title: 'before' };
const AFTER = { title: 'after' };
const CURRENT = tagOf(JSON.stringify(BEFORE));
const OUTDATED = tagOf('something older');

const DATE = 'Sat, 21 Nov 2026 10:00:00 GMT';
const EARLIER = 'Sat, 21 Nov 2026 09:59:59 GMT';

const controllers = [ArticlesController, DatedController, CardsController, GuardedController];

describeOnEachAdapter('If-Match on writes', (start) => {
  let app: Running;

  beforeAll(async () => {
    app = await start({ controllers });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    articles.clear();
    articles.set('1', BEFORE);
  });

  function write(
    line: string,
    headers: Record<string, string | readonly string[]> = {},
    body?: unknown,
  ): Promise<RawResponse> {
    const [method = '', path = ''] = line.split(' ');
    const sent = method === 'PUT' || method === 'PATCH' ? (body ?? AFTER) : undefined;
    return app.send({ method, path, headers, body: sent });
  }

  describe('is required', () => {
    it.each(['PUT /articles/1', 'PATCH /articles/1', 'PUT /guarded/1', 'PATCH /guarded/1'])(
      'on %s: 428, and nothing is written',
      async (line) => {
        const answer = await write(line);
        expect(answer.status).toBe(428);
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(answer.headers.etag).toBeUndefined();
        expect(answer.json()).toEqual({
          statusCode: 428,
          error: 'Precondition Required',
          reason: 'missing-precondition',
          message: expect.stringMatching(/GET.*ETag.*If-Match/),
        });
        expect(articles.get('1')).toBe(BEFORE);
      },
    );

    it('not on DELETE, unless the handler says so', async () => {
      expect((await write('DELETE /articles/1/strict')).status).toBe(428);
      expect(articles.has('1')).toBe(true);
      expect((await write('DELETE /articles/1')).status).toBe(204);
      expect(articles.has('1')).toBe(false);
    });

    it('not on POST, unless the handler says so', async () => {
      expect((await write('POST /articles/1/archive')).status).toBe(428);
      expect((await write('POST /articles/1/copies')).status).toBe(201);
    });

    it('not where the handler says so', async () => {
      expect((await write('PUT /articles/1/lenient')).status).toBe(200);
      expect((await write('PUT /guarded/1/own')).status).toBe(200);
    });

    it('not by If-None-Match or a date instead', async () => {
      expect((await write('PUT /articles/1', { 'If-None-Match': OUTDATED })).status).toBe(428);
      expect((await write('PUT /articles/1', { 'If-Unmodified-Since': DATE })).status).toBe(428);
      expect(articles.get('1')).toBe(BEFORE);
    });
  });

  describe('that names the current version', () => {
    it.each([
      'PUT /articles/1',
      'PATCH /articles/1',
      'PUT /guarded/1',
      'PATCH /guarded/1',
      'PUT /articles/1/lenient',
    ])('lets %s through, which answers with the tag that GET then has', async (line) => {
      const answer = await write(line, { 'If-Match': CURRENT });
      expect(answer.status).toBe(200);
      expect(articles.get('1')).toEqual(AFTER);
      expect(answer.headers.etag).toBe(tagOf(answer.text));
      expect(answer.headers.etag).not.toBe(CURRENT);
      const [, path = ''] = /(\/\w+\/1)/.exec(line) ?? [];
      expect((await app.send(`GET ${path}`)).headers.etag).toBe(answer.headers.etag);
      expect((await write(line, { 'If-Match': answer.headers.etag as string })).status).toBe(200);
    });

    it.each(['DELETE /articles/1', 'DELETE /guarded/1', 'DELETE /articles/1/strict'])(
      'lets %s through, which has no tag',
      async (line) => {
        const answer = await write(line, { 'If-Match': CURRENT });
        expect([answer.status, answer.headers.etag]).toEqual([204, undefined]);
        expect(articles.has('1')).toBe(false);
      },
    );

    it('lets a POST through, which is tagged whether it answers 200 or 201', async () => {
      const copied = await write('POST /articles/1/copies', { 'If-Match': CURRENT });
      expect([copied.status, copied.headers.etag]).toEqual([201, CURRENT]);
      const archived = await write('POST /articles/1/archive', { 'If-Match': CURRENT });
      expect([archived.status, archived.headers.etag]).toEqual([200, tagOf(archived.text)]);
    });

    it.each<[string, string | readonly string[]]>([
      ['among others', `${OUTDATED}, ${CURRENT}`],
      ['among empty members', ` , ,${CURRENT}, `],
      ['among tags with commas in them', `"a,b", ${CURRENT}`],
      ['after a weak one', `W/"weak", ${CURRENT}`],
      ['in a second line', [OUTDATED, CURRENT]],
      ['in the first of two lines', [CURRENT, OUTDATED]],
    ])('counts %s', async (_, field) => {
      expect((await write('PUT /articles/1', { 'If-Match': field })).status).toBe(200);
    });

    it('is not asked what If-Unmodified-Since says', async () => {
      articles.set('1', { title: 'dated', changedAt: new Date(DATE).toISOString() });
      const { etag } = (await app.send('GET /dated/1')).headers;
      const answer = await write('DELETE /dated/1', {
        'If-Match': etag as string,
        'If-Unmodified-Since': EARLIER,
      });
      expect(answer.status).toBe(204);
    });

    it('does not make up for an If-None-Match that is false', async () => {
      const answer = await write('PUT /articles/1', {
        'If-Match': CURRENT,
        'If-None-Match': CURRENT,
      });
      expect([answer.status, answer.json()['reason']]).toEqual([412, 'exists']);
      expect(articles.get('1')).toBe(BEFORE);
    });
  });

  describe('that does not', () => {
    it.each([
      'PUT /articles/1',
      'PATCH /articles/1',
      'DELETE /articles/1',
      'POST /articles/1/copies',
      'POST /articles/1/archive',
      'PUT /articles/1/lenient',
      'DELETE /guarded/1',
    ])('refuses %s with the current tag, and nothing is written', async (line) => {
      const answer = await write(line, { 'If-Match': OUTDATED });
      expect(answer.status).toBe(412);
      expect(answer.headers.etag).toBe(CURRENT);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.json()).toEqual({
        statusCode: 412,
        error: 'Precondition Failed',
        reason: 'changed',
        message: expect.stringContaining('changed since you read it'),
      });
      expect(articles.get('1')).toBe(BEFORE);
    });

    it.each<[string, string | readonly string[]]>([
      ['a list', `${OUTDATED}, "x"`],
      ['several lines', [OUTDATED, '"x"']],
      ['the empty tag', '""'],
      ['the tag in upper case', CURRENT.toUpperCase()],
      ['the tag with something after it', `${CURRENT.slice(0, -1)}-v2"`],
      ['a tag with obs-text', '"\u00fc"'],
    ])('refuses %s', async (_, field) => {
      const answer = await write('PUT /articles/1', { 'If-Match': field });
      expect([answer.status, answer.json()['reason']]).toEqual([412, 'changed']);
      expect(articles.get('1')).toBe(BEFORE);
    });

    it('refuses the current tag as a weak one: If-Match compares strongly', async () => {
      const answer = await write('PUT /articles/1', { 'If-Match': `W/${CURRENT}` });
      expect([answer.status, answer.json()['reason']]).toEqual([412, 'weak-tag']);
      expect(answer.headers.etag).toBe(CURRENT);
      expect(articles.get('1')).toBe(BEFORE);
    });
  });

  describe('that is *', () => {
    it('passes whatever the version is', async () => {
      const answer = await write('PUT /articles/1', { 'If-Match': '*' });
      expect([answer.status, answer.headers.etag]).toEqual([200, tagOf(answer.text)]);
    });

    it('does not pass where nothing is', async () => {
      expect((await write('PUT /articles/2', { 'If-Match': '*' })).status).toBe(404);
    });
  });

  describe('with comparison: weak', () => {
    it('accepts weak tags, and the same tag as a strong one', async () => {
      const { etag } = (await app.send('GET /cards/1')).headers;
      expect(etag).toMatch(/^W\/"/);
      const answer = await write('PUT /cards/1', { 'If-Match': etag as string });
      expect(answer.status).toBe(200);
      expect(answer.headers.etag).toMatch(/^W\/"/);
      expect(answer.headers.etag).toBe((await app.send('GET /cards/1')).headers.etag);
      const strong = (answer.headers.etag as string).slice(2);
      expect((await write('PUT /cards/1', { 'If-Match': strong })).status).toBe(200);
      expect((await write('PUT /cards/1', { 'If-Match': etag as string })).status).toBe(412);
    });
  });

  describe('If-None-Match: *', () => {
    it('refuses a write to what exists, with its tag', async () => {
      for (const line of ['PUT /articles/1/lenient', 'DELETE /articles/1']) {
        const answer = await write(line, { 'If-None-Match': '*' });
        expect([answer.status, answer.json()['reason']]).toEqual([412, 'exists']);
        expect(answer.headers.etag).toBe(CURRENT);
      }
      expect(articles.get('1')).toBe(BEFORE);
    });

    it('by a tag refuses a write to that version, by weak comparison', async () => {
      const path = 'PUT /articles/1/lenient';
      expect((await write(path, { 'If-None-Match': `W/${CURRENT}` })).status).toBe(412);
      expect((await write(path, { 'If-None-Match': OUTDATED })).status).toBe(200);
    });
  });

  describe('If-Unmodified-Since', () => {
    beforeEach(() => {
      articles.set('1', { title: 'dated', changedAt: '2026-11-21T10:00:00.900Z' });
    });

    it.each(['DELETE /dated/1', 'PUT /dated/1'])('refuses %s of what changed', async (line) => {
      const before = articles.get('1');
      const answer = await write(line, { 'If-Unmodified-Since': EARLIER });
      expect([answer.status, answer.json()['reason']]).toEqual([412, 'unmodified-since']);
      expect(answer.headers.etag).toBe((await app.send('GET /dated/1')).headers.etag);
      expect(articles.get('1')).toBe(before);
    });

    it('lets through what did not change, to the second', async () => {
      expect((await app.send('GET /dated/1')).headers['last-modified']).toBe(DATE);
      expect((await write('DELETE /dated/1', { 'If-Unmodified-Since': DATE })).status).toBe(204);
    });

    it('is ignored where If-Match is there, and where no date is known', async () => {
      const both = { 'If-Match': '"x"', 'If-Unmodified-Since': DATE };
      expect((await write('DELETE /dated/1', both)).json()['reason']).toBe('changed');
      const alone = { 'If-Unmodified-Since': EARLIER };
      expect((await write('DELETE /articles/1', alone)).status).toBe(204);
    });

    it.each(['yesterday', '2026-11-21T09:59:59Z', '', '0'])(
      'is ignored when it is no HTTP date (RFC 9110 §13.1.4): %p',
      async (date) => {
        expect((await write('DELETE /dated/1', { 'If-Unmodified-Since': date })).status).toBe(204);
      },
    );

    it('keeps the date in the answer of a write', async () => {
      const answer = await write('PUT /dated/1', { 'If-Unmodified-Since': DATE });
      expect([answer.status, answer.headers['last-modified']]).toEqual([200, DATE]);
    });
  });

  describe('an answer that is not the new representation has no tag', () => {
    it.each<[string, number]>([
      ['PUT /articles/1/receipt', 200],
      ['PUT /articles/1/later', 202],
      ['DELETE /articles/1/told', 200],
    ])('%s', async (line, status) => {
      const answer = await write(line, { 'If-Match': CURRENT });
      expect(answer.status).toBe(status);
      expect(answer.headers.etag).toBeUndefined();
      expect(answer.headers['last-modified']).toBeUndefined();
    });

    it('but a 204 has the tag that GET sends from then on', async () => {
      const answer = await write('PUT /articles/1/quiet', { 'If-Match': CURRENT });
      const { headers } = await app.send('GET /articles/1');
      expect([answer.status, answer.headers.etag]).toEqual([204, headers.etag]);
      expect(headers.etag).not.toBe(CURRENT);
    });

    it('an error of the handler', async () => {
      const answer = await write('PATCH /articles/1', { 'If-Match': CURRENT }, { title: '' });
      expect([answer.status, answer.headers.etag]).toEqual([422, undefined]);
    });

    it('an unguarded POST that does not say what it has created', async () => {
      const answer = await app.send({ method: 'POST', path: '/guarded', body: AFTER });
      expect([answer.status, answer.headers.etag]).toEqual([201, undefined]);
    });
  });
});

itOnEachAdapter(
  'the module says which methods require If-Match',
  { controllers: [ArticlesController], etag: { requireIfMatch: ['DELETE', 'POST'] } },
  async ({ send }) => {
    articles.set('1', BEFORE);
    const statusOf = async (method: string, path: string): Promise<number> =>
      (await send({ method, path, body: method.startsWith('P') ? BEFORE : undefined })).status;
    expect(await statusOf('DELETE', '/articles/1')).toBe(428);
    expect(await statusOf('POST', '/articles/1/copies')).toBe(428);
    expect(await statusOf('PUT', '/articles/1')).toBe(200);
    expect(await statusOf('PATCH', '/articles/1')).toBe(200);
    expect(await statusOf('DELETE', '/articles/1/strict')).toBe(428);
  },
);

itOnEachAdapter(
  'no method requires it where the module says so, and a stale one is still refused',
  { controllers: [ArticlesController], etag: { requireIfMatch: [] } },
  async ({ send }) => {
    articles.set('1', BEFORE);
    const put = { method: 'PUT', path: '/articles/1', body: BEFORE };
    expect((await send(put)).status).toBe(200);
    expect((await send({ ...put, headers: { 'If-Match': OUTDATED } })).status).toBe(412);
  },
);
