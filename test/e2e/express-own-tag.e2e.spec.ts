import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Put,
  Render,
  Res,
  UseGuards,
} from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { ETag, IfMatch, SkipETag, WeakETag } from '../../src/index.js';
import { startOn } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { fieldsOf } from '../support/fields.js';
import { tagOf } from '../support/tag-of.js';
import { useViews } from '../support/views.js';

/** As Express writes it: the length in hex digits, a dash, 27 digits of base64. */
const EXPRESS = /^(W\/)?"[0-9a-f]+-[A-Za-z0-9+/]{27}"$/;

class Refuses implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

interface Reply {
  json(body: unknown): void;
}

const user = { name: 'Shaun', age: 27 };

@Controller('ours')
@ETag()
class OursController {
  @Get('strong')
  strong(): unknown {
    return user;
  }

  @Get('weak')
  @WeakETag(['name'])
  weak(): unknown {
    return user;
  }

  @Get('text')
  text(): unknown {
    return 'text';
  }

  @Get('large')
  large(): unknown {
    return { text: 'x'.repeat(100_000) };
  }

  @Get('view')
  @Render('view')
  view(): unknown {
    return user;
  }

  @Get('skipped')
  @SkipETag()
  skipped(): unknown {
    return user;
  }

  @Get('404')
  missing(): unknown {
    throw new NotFoundException();
  }

  @Get('500')
  broken(): unknown {
    throw new Error('broken');
  }

  @Get('refused/:id')
  @UseGuards(Refuses)
  refused(@Param('id') id: string): unknown {
    return { id };
  }

  @Get('null')
  nothing(): unknown {
    return null;
  }

  @Get('202')
  @HttpCode(202)
  accepted(): unknown {
    return user;
  }

  @Get('res')
  answers(@Res() response: Reply): void {
    response.json(user);
  }

  @Post()
  create(): unknown {
    return user;
  }

  @Post('200')
  @HttpCode(200)
  search(): unknown {
    return user;
  }

  @Get()
  read(): unknown {
    return user;
  }

  @Put()
  @IfMatch()
  write(@Body() change: unknown): unknown {
    return change;
  }
}

@Controller('theirs')
class TheirsController {
  @Get()
  read(): unknown {
    return user;
  }

  @Get('text')
  text(): unknown {
    return 'text';
  }

  @Get('404')
  missing(): unknown {
    throw new NotFoundException();
  }
}

describe("Express's own tag, left on", () => {
  let running: Running;
  beforeAll(async () => {
    running = await startOn('express', {
      controllers: [OursController, TheirsController],
      expressOwnTags: true,
      configure: useViews,
    });
  });
  afterAll(() => running.close());

  it.each(['strong', 'text', 'large', 'view'])('gives way to ours (%s)', async (path) => {
    const { status, bytes, ...head } = await running.send(`GET /ours/${path}`);
    const tags = fieldsOf(head).filter((field) => field.startsWith('etag:'));
    expect([status, tags]).toEqual([200, [`etag: ${tagOf(bytes)}`]]);
  });

  it('gives way to our weak tag', async () => {
    const { headers } = await running.send('GET /ours/weak');
    expect(headers.etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
  });

  it.each([
    ['GET', '/ours/skipped'],
    ['GET', '/ours/404'],
    ['GET', '/ours/500'],
    ['GET', '/ours/refused/1'],
    ['GET', '/ours/null'],
    ['GET', '/ours/202'],
    ['POST', '/ours/200'],
    ['PUT', '/ours'],
  ])('does not stand in where we give none (%s %s)', async (method, path) => {
    for (const each of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
      expect((await running.send({ method: each, path })).headers).not.toHaveProperty('etag');
    }
  });

  it('is not on a write, before or after', async () => {
    const { headers } = await running.send('GET /ours');
    const write = { method: 'PUT', path: '/ours', body: { name: 'Sean' } };
    const stale = await running.send({ ...write, headers: { 'If-Match': '"x"' } });
    const malformed = await running.send({ ...write, headers: { 'If-Match': 'x' } });
    const done = await running.send({ ...write, headers: { 'If-Match': headers.etag as string } });
    expect([stale.status, stale.headers.etag]).toEqual([412, headers.etag]);
    expect([malformed.status, malformed.headers.etag]).toEqual([400, undefined]);
    // GET goes on to send what it sent.
    expect([done.status, done.headers.etag]).toEqual([200, undefined]);
    const created = await running.send('POST /ours');
    expect([created.status, created.headers.etag]).toEqual([201, undefined]);
  });

  it('no longer decides over 304: what it would call fresh is 200 to us', async () => {
    const theirs = (await running.send('GET /theirs')).headers.etag as string;
    const answer = await running.send({ path: '/ours', headers: { 'If-None-Match': theirs } });
    expect([answer.status, answer.json()]).toEqual([200, user]);
    const strong = await running.send({
      path: '/ours/strong',
      headers: { 'If-None-Match': 'malformed', 'If-Modified-Since': new Date().toUTCString() },
    });
    expect(strong.status).toBe(200);
  });

  it('leaves 304 to us', async () => {
    const { headers } = await running.send('GET /ours');
    const again = await running.send({
      path: '/ours',
      headers: { 'If-None-Match': headers.etag as string },
    });
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', headers.etag]);
  });

  it.each(['/theirs', '/theirs/text', '/theirs/404', '/ours/res', '/no-such-path'])(
    'stays where nothing is ours: %s',
    async (path) => {
      expect((await running.send({ path })).headers.etag).toMatch(EXPRESS);
    },
  );

  it.each(['/theirs', '/theirs/text', '/ours/res'])(
    'goes on to answer 304 where nothing is ours: %s',
    async (path) => {
      const { headers } = await running.send({ path });
      const again = await running.send({
        path,
        headers: { 'If-None-Match': headers.etag as string },
      });
      expect([again.status, again.text, again.headers.etag]).toEqual([304, '', headers.etag]);
    },
  );

  it('is kept apart also when the setting changes while the application runs', async () => {
    const express = running.app.getHttpAdapter().getInstance() as {
      get(name: string): unknown;
      set(name: string, value: unknown): void;
    };
    const before = express.get('etag');
    express.set('etag', 'strong');
    const skipped = await running.send('GET /ours/skipped');
    const strong = await running.send('GET /ours/strong');
    const theirs = await running.send('GET /theirs');
    express.set('etag', before);
    expect(skipped.headers).not.toHaveProperty('etag');
    expect(strong.headers.etag).toBe(tagOf(strong.bytes));
    expect(theirs.headers.etag).toMatch(/^"[0-9a-f]+-/);
  });
});
