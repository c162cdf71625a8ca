import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { Controller, Get, Header, Logger, Put } from '@nestjs/common';
import { ETag, IfMatch, LastModified, SkipETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { fieldsOf, fieldsOf304 } from '../support/fields.js';
import { tagOf } from '../support/tag-of.js';

const noon = 'Fri, 20 Nov 2020 12:00:00 GMT';
const before = 'Fri, 20 Nov 2020 11:59:59 GMT';
const after = 'Fri, 20 Nov 2020 12:00:01 GMT';

let changedAt: unknown;

@Controller('articles')
class ArticlesController {
  @Get('dated')
  @LastModified('meta.changedAt')
  dated(): unknown {
    return { title: 'One', meta: { changedAt } };
  }

  @Get('tagged')
  @ETag()
  @LastModified('meta.changedAt')
  tagged(): unknown {
    return { title: 'One', meta: { changedAt } };
  }

  @Get('by-hand')
  @LastModified('meta.changedAt')
  @Header('Last-Modified', before)
  byHand(): unknown {
    return { title: 'One', meta: { changedAt } };
  }

  @Get('list')
  @LastModified('changedAt')
  list(): unknown {
    return [{ changedAt }];
  }
}

@Controller('class')
@LastModified('changedAt')
class DatedController {
  @Get()
  read(): unknown {
    return { changedAt };
  }

  @Get('skipped')
  @SkipETag()
  skipped(): unknown {
    return { changedAt };
  }
}

@Controller('misspelled')
@LastModified('changedtAt')
class MisspelledController {
  @Get()
  read(): unknown {
    return { changedAt };
  }

  @Get('list')
  list(): unknown {
    return [{ changedAt }];
  }
}

@Controller('by-date')
class ByDateController {
  @Get()
  @LastModified('changedAt')
  read(): unknown {
    return { changedAt };
  }

  @Put()
  @IfMatch({ unmodifiedSince: true })
  replace(): unknown {
    return { changedAt };
  }
}

describeOnEachAdapter('@LastModified()', (start) => {
  let running: Running;
  let report: jest.SpiedFunction<Logger['error']>;
  beforeAll(async () => {
    running = await start({ controllers: [ArticlesController, DatedController] });
  });
  afterAll(() => running.close());
  beforeEach(() => {
    changedAt = new Date('2020-11-20T12:00:00.999Z');
    report = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  });
  afterEach(() => void jest.restoreAllMocks());

  const statusWith = async (path: string, headers: Record<string, string>): Promise<number> =>
    (await running.send({ path, headers })).status;

  it.each([
    ['a Date', () => new Date('2020-11-20T12:00:00.999Z')],
    ['an ISO 8601 text', () => '2020-11-20T12:00:00.000Z'],
    ['an ISO 8601 text with an offset', () => '2020-11-20T13:00:00+01:00'],
    ['milliseconds', () => Date.UTC(2020, 10, 20, 12)],
  ])('sends the date of the property, to the second, from %s', async (_case, make) => {
    changedAt = make();
    const { headers } = await running.send('GET /articles/dated');
    expect([headers['last-modified'], headers['cache-control']]).toEqual([
      noon,
      'private, no-cache',
    ]);
    expect(headers).not.toHaveProperty('etag');
  });

  it('answers If-Modified-Since', async () => {
    for (const path of ['/articles/dated', '/articles/tagged', '/class']) {
      expect(await statusWith(path, { 'If-Modified-Since': noon })).toBe(304);
      expect(await statusWith(path, { 'If-Modified-Since': after })).toBe(304);
      expect(await statusWith(path, { 'If-Modified-Since': before })).toBe(200);
      expect(
        await statusWith(path, { 'If-Modified-Since': 'Friday, 20-Nov-20 12:00:00 GMT' }),
      ).toBe(304);
    }
  });

  it('answers If-Unmodified-Since with 412 and a reason', async () => {
    const path = '/articles/tagged';
    expect(await statusWith(path, { 'If-Unmodified-Since': noon })).toBe(200);
    const answer = await running.send({ path, headers: { 'If-Unmodified-Since': before } });
    expect([answer.status, answer.json()['reason']]).toEqual([412, 'unmodified-since']);
    expect(answer.headers['last-modified']).toBe(noon);
  });

  it('is asked only where no tag is: If-None-Match and If-Match come first', async () => {
    const path = '/articles/tagged';
    const { text } = await running.send({ path });
    expect(await statusWith(path, { 'If-None-Match': '"x"', 'If-Modified-Since': noon })).toBe(200);
    expect(await statusWith(path, { 'If-None-Match': 'bad', 'If-Modified-Since': noon })).toBe(200);
    expect(await statusWith(path, { 'If-Match': tagOf(text), 'If-Unmodified-Since': before })).toBe(
      200,
    );
  });

  it.each(['2020-11-20', 'Fri, 20 Nov 2020 12:00:00', '', `${noon}, ${noon}`, '0', 'null'])(
    'passes over a date in the request that is none: %s',
    async (date) => {
      for (const field of ['If-Modified-Since', 'If-Unmodified-Since']) {
        expect(await statusWith('/articles/dated', { [field]: date })).toBe(200);
      }
    },
  );

  it('sends on 304 what the 200 has, and nothing about content', async () => {
    for (const path of ['/articles/dated', '/articles/tagged']) {
      const fresh = await running.send({ path });
      const again = await running.send({ path, headers: { 'If-Modified-Since': noon } });
      expect([again.text, fieldsOf(again)]).toEqual(['', fieldsOf304(fresh)]);
      const head = await running.send({ method: 'HEAD', path });
      expect(fieldsOf(head)).toEqual(fieldsOf(fresh));
    }
  });

  it('gives way to a date that the handler set itself', async () => {
    const path = '/articles/by-hand';
    expect((await running.send({ path })).headers['last-modified']).toBe(before);
    expect(await statusWith(path, { 'If-Modified-Since': before })).toBe(304);
  });

  it.each([
    ['missing', undefined],
    ['null', null],
  ])('sends none where the property is %s', async (_case, value) => {
    changedAt = value;
    const { status, headers } = await running.send('GET /articles/dated');
    expect([status, headers['last-modified']]).toEqual([200, undefined]);
    expect(await statusWith('/articles/dated', { 'If-Modified-Since': after })).toBe(200);
    expect(report).not.toHaveBeenCalled();
  });

  it('is all that a write asks for whose resource has a date alone', async () => {
    const fresh = await start({ controllers: [ByDateController] });
    const { status, text } = await fresh.send('PUT /by-date');
    await fresh.close();
    expect([status, (JSON.parse(text) as { message: string }).message]).toEqual([
      428,
      'This write must say which version it changes: read the resource with GET and send the value of its Last-Modified header in If-Unmodified-Since.',
    ]);
  });

  it('says once that no answer has the property', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const fresh = await start({ controllers: [MisspelledController] });
    await fresh.send('GET /misspelled');
    await fresh.send('GET /misspelled');
    await fresh.send('GET /misspelled/list');
    await fresh.close();
    expect(warn.mock.calls).toEqual([
      [
        '@LastModified() on MisspelledController.read finds no date in what it sends, which goes without Last-Modified: is the property misspelled or excluded?',
      ],
    ]);
  });

  it('sends none of a list, which has no such property', async () => {
    expect((await running.send('GET /articles/list')).headers).not.toHaveProperty('last-modified');
  });

  it('sends no date that is still to come: this moment instead', async () => {
    const started = Math.floor(Date.now() / 1000) * 1000;
    for (const value of ['2999-01-01T00:00:00Z', '+012026-01-01T00:00:00Z']) {
      changedAt = value;
      const { status, headers } = await running.send('GET /articles/tagged');
      const sent = Date.parse(headers['last-modified'] ?? '');
      expect([status, sent >= started, sent <= Date.now()]).toEqual([200, true, true]);
      expect(await statusWith('/articles/tagged', { 'If-Modified-Since': after })).toBe(200);
    }
  });

  it('sends none of what is no date, and reports it with the name of the handler', async () => {
    for (const value of ['yesterday', Number.NaN, { at: 1 }, '-000044-03-15T12:00:00Z', true]) {
      changedAt = value;
      const { status, headers } = await running.send('GET /articles/dated');
      expect([status, headers['last-modified']]).toEqual([200, undefined]);
    }
    const sentences = report.mock.calls.map(([sentence]) => String(sentence));
    expect(sentences).toEqual([
      "@LastModified() on ArticlesController.dated finds 'yesterday', which is no date: name a property that holds a Date, an ISO 8601 text or milliseconds",
      expect.stringContaining('finds NaN, which is no date'),
      expect.stringContaining('finds an object, which is no date'),
      expect.stringContaining("finds '-000044-03-15T12:00:00Z', which is no date"),
      expect.stringContaining('finds true, which is no date'),
    ]);
  });
});
