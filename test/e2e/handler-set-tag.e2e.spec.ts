import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import {
  Controller,
  Get,
  Header,
  HttpCode,
  Logger,
  NotFoundException,
  Query,
  Res,
} from '@nestjs/common';
import { ETag, SkipETag, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

interface Reply {
  header(name: string, value: unknown): Reply;
}

const user = { name: 'Shaun', age: 27 };
const ours = tagOf(JSON.stringify(user));
const yesterday = new Date('2020-11-20T12:00:00Z');

let serializations = 0;
const counted = { toJSON: () => ({ name: 'Shaun', times: ++serializations }) };

@Controller('users')
@ETag()
class UsersController {
  @Get('set')
  set(@Query('tag') tag: string, @Res({ passthrough: true }) response: Reply): unknown {
    response.header('ETag', tag);
    return user;
  }

  @Get('weak')
  @WeakETag(['name'])
  weak(@Query('tag') tag: string, @Res({ passthrough: true }) response: Reply): unknown {
    response.header('etag', tag);
    return user;
  }

  @Get('number')
  number(@Res({ passthrough: true }) response: Reply): unknown {
    response.header('ETag', 7);
    return user;
  }

  @Get('decorator')
  @Header('ETag', 'v1')
  decorator(): unknown {
    return user;
  }

  @Get('counted')
  @Header('ETag', '"v1"')
  counted(): unknown {
    return counted;
  }

  @Get('text')
  @Header('ETag', '"v1"')
  text(): unknown {
    return 'text';
  }

  @Get('error')
  error(@Res({ passthrough: true }) response: Reply): unknown {
    response.header('ETag', '"v1"').header('Last-Modified', yesterday.toUTCString());
    throw new NotFoundException();
  }

  @Get('204')
  @HttpCode(204)
  @Header('ETag', 'v1')
  noContent(): unknown {
    return undefined;
  }

  @Get('204-broken')
  @HttpCode(204)
  @Header('ETag', 'not a tag')
  brokenNoContent(): unknown {
    return undefined;
  }

  @Get('skipped')
  @SkipETag()
  @Header('ETag', '"v1"')
  skipped(): unknown {
    return user;
  }

  @Get('modified')
  @Header('Last-Modified', yesterday.toUTCString())
  modified(): unknown {
    return user;
  }

  @Get('modified-otherwise')
  modifiedOtherwise(
    @Query('date') date: string,
    @Res({ passthrough: true }) response: Reply,
  ): unknown {
    response.header('Last-Modified', date);
    return user;
  }
}

describeOnEachAdapter('a tag that the handler set', (start) => {
  let running: Running;
  let report: jest.SpiedFunction<Logger['error']>;
  beforeAll(async () => {
    running = await start({ controllers: [UsersController] });
  });
  afterAll(() => running.close());
  beforeEach(() => {
    report = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  });
  afterEach(() => void jest.restoreAllMocks());

  const withTag = (path: string, tag: string): string =>
    `/users/${path}?tag=${encodeURIComponent(tag)}`;
  const etagOf = async (path: string): Promise<unknown> =>
    (await running.send({ path })).headers.etag;

  it.each(['"v1"', 'W/"v1"', '""', '"with,comma"', '"back\\slash"'])(
    'wins as it is: %s',
    async (tag) => {
      expect(await etagOf(withTag('set', tag))).toBe(tag);
      expect(await etagOf(withTag('weak', tag))).toBe(tag);
      expect(report).not.toHaveBeenCalled();
    },
  );

  it.each([
    ['v1', '"v1"'],
    ['W/v1', 'W/"v1"'],
    ['*', '"*"'],
    ['a,b', '"a,b"'],
    ["'v1'", `"'v1'"`],
  ])('is quoted where it came bare: %s', async (bare, tag) => {
    expect(await etagOf(withTag('set', bare))).toBe(tag);
    expect(report).not.toHaveBeenCalled();
  });

  it('may be a number', async () => {
    expect(await etagOf('/users/number')).toBe('"7"');
  });

  it('may come from @Header()', async () => {
    expect(await etagOf('/users/decorator')).toBe('"v1"');
  });

  it('spares the making of ours, and 304 the serialization of a value', async () => {
    serializations = 0;
    const path = '/users/counted';
    expect((await running.send({ path })).text).toBe('{"name":"Shaun","times":1}');
    const again = await running.send({ path, headers: { 'If-None-Match': '"v1"' } });
    expect([again.status, again.headers.etag, serializations]).toEqual([304, '"v1"', 1]);
  });

  it.each(['/users/set?tag=v1', '/users/decorator', '/users/text'])(
    'takes part in every comparison (%s)',
    async (path) => {
      const statuses: number[] = [];
      for (const headers of [
        { 'If-None-Match': '"v1"' },
        { 'If-None-Match': 'W/"v1"' },
        { 'If-None-Match': ours },
        { 'If-Match': '"v1"' },
        { 'If-Match': ours },
      ]) {
        statuses.push((await running.send({ path, headers })).status);
      }
      expect(statuses).toEqual([304, 304, 200, 200, 412]);
    },
  );

  it.each(['two words', 'a"b', '"open', 'W/"open', 'w/"v1"', '"a" "b"', '"a", "b"'])(
    'is reported with the name of the handler and passed over when it is none: %s',
    async (tag) => {
      expect(await etagOf(withTag('set', tag))).toBe(ours);
      expect(await etagOf(withTag('weak', tag))).toMatch(/^W\/"[0-9a-f]{32}"$/);
      const sentences = report.mock.calls.map(([sentence]) => String(sentence));
      expect(sentences).toEqual([
        `UsersController.set sets the header ETag to ${JSON.stringify(tag)}, which is no entity tag: write it in double quotes, without any inside`,
        expect.stringContaining('UsersController.weak sets the header ETag to'),
      ]);
    },
  );

  it('counts as not set when it is empty', async () => {
    expect(await etagOf(withTag('set', ''))).toBe(ours);
    expect(report).not.toHaveBeenCalled();
  });

  it('does not stay on an error', async () => {
    const { status, headers } = await running.send('GET /users/error');
    expect([status, headers.etag, headers['last-modified']]).toEqual([404, undefined, undefined]);
  });

  it('stays on a success that we do not tag, written as a tag is', async () => {
    expect(await etagOf('/users/204')).toBe('"v1"');
    expect(await etagOf('/users/204-broken')).toBeUndefined();
  });

  it('stays on a handler that we skip', async () => {
    const again = await running.send({
      path: '/users/skipped',
      headers: { 'If-None-Match': '"v1"' },
    });
    expect([again.status, again.headers.etag]).toEqual([200, '"v1"']);
  });

  it('may be a Last-Modified date beside our tag, which answers If-Modified-Since', async () => {
    const path = '/users/modified';
    const { headers } = await running.send({ path });
    expect([headers.etag, headers['last-modified']]).toEqual([ours, yesterday.toUTCString()]);
    const statusOf = async (conditions: Record<string, string>): Promise<number> =>
      (await running.send({ path, headers: conditions })).status;
    const before = new Date(yesterday.getTime() - 1000).toUTCString();
    expect(await statusOf({ 'If-Modified-Since': yesterday.toUTCString() })).toBe(304);
    expect(await statusOf({ 'If-Modified-Since': before })).toBe(200);
    expect(await statusOf({ 'If-Unmodified-Since': yesterday.toUTCString() })).toBe(200);
    expect(await statusOf({ 'If-Unmodified-Since': before })).toBe(412);
    expect(
      await statusOf({ 'If-None-Match': '"x"', 'If-Modified-Since': yesterday.toUTCString() }),
    ).toBe(200);
  });

  it('is no date when Last-Modified is none: it is not compared with anything', async () => {
    const path = `/users/modified-otherwise?date=${encodeURIComponent('2020-11-20')}`;
    const headers = { 'If-Modified-Since': new Date().toUTCString() };
    expect((await running.send({ path, headers })).status).toBe(200);
  });
});
