import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  All,
  Controller,
  Get,
  Header,
  HttpCode,
  Post,
  Redirect,
  Render,
  Res,
} from '@nestjs/common';
import { ETag, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { fieldsOf304, fieldsOf } from '../support/fields.js';
import { tagOf } from '../support/tag-of.js';
import { htmlOf, useViews } from '../support/views.js';

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
}

const user = { name: 'Shaun', age: 27 };
const text = JSON.stringify(user);
let trace = 0;

@Controller('users')
@ETag()
class UsersController {
  @Get('view')
  @Render('view')
  view(): unknown {
    // Express adds to what it renders.
    return { ...user };
  }

  @Get('weak-view')
  @Render('view')
  @WeakETag(['name'])
  weakView(): unknown {
    return { ...user };
  }

  @Get('redirect')
  @Redirect('/users/1', 301)
  redirect(): unknown {
    return { url: '/users/2', statusCode: 307 };
  }

  @Get('csv')
  @Header('Content-Type', 'text/csv; charset=utf-8')
  @Header('X-Rows', '1')
  csv(): unknown {
    return 'name\nShaun\n';
  }

  @Get('json')
  @Header('Content-Type', 'application/vnd.api+json; charset=utf-8')
  json(): unknown {
    return user;
  }

  @Get('trace')
  @Header('X-Trace', () => `t${++trace}`)
  traced(): unknown {
    return user;
  }

  @Get('200')
  @HttpCode(200)
  ok(): unknown {
    return user;
  }

  @Get('passthrough')
  passthrough(@Res({ passthrough: true }) response: Reply): unknown {
    response.header('X-Rows', '1');
    return user;
  }

  @Get('status')
  status(@Res({ passthrough: true }) response: Reply): unknown {
    response.status(200);
    return user;
  }

  @All('all')
  all(): unknown {
    return user;
  }

  @Post()
  create(): unknown {
    return user;
  }

  @Post('weak')
  @WeakETag(['name'])
  createWeak(): unknown {
    return user;
  }

  @Post('nothing')
  createNothing(): unknown {
    return undefined;
  }

  @Post('200')
  @HttpCode(200)
  search(): unknown {
    return user;
  }

  @Post('202')
  @HttpCode(202)
  accept(): unknown {
    return user;
  }

  @Get('1')
  findOne(): unknown {
    return user;
  }
}

describeOnEachAdapter('a tagged handler with', (start) => {
  let running: Running;
  beforeAll(async () => {
    running = await start({ controllers: [UsersController], configure: useViews });
  });
  afterAll(() => running.close());

  it.each([
    ['@Render()', 'view', htmlOf('Shaun'), 'text/html; charset=utf-8'],
    ['@Header() of another type', 'csv', 'name\nShaun\n', 'text/csv; charset=utf-8'],
    ['@Header() of a JSON type', 'json', text, 'application/vnd.api+json; charset=utf-8'],
    ['@HttpCode(200)', '200', text, 'application/json; charset=utf-8'],
    ['@Res({ passthrough: true })', 'passthrough', text, 'application/json; charset=utf-8'],
    ['a status set by passthrough', 'status', text, 'application/json; charset=utf-8'],
    ['@All()', 'all', text, 'application/json; charset=utf-8'],
  ])('%s is tagged by what it sends, and answers 304', async (_case, path, sent, type) => {
    const fresh = await running.send(`GET /users/${path}`);
    expect([fresh.status, fresh.text, fresh.headers['content-type'], fresh.headers.etag]).toEqual([
      200,
      sent,
      type,
      tagOf(sent),
    ]);
    const again = await running.send({
      path: `/users/${path}`,
      headers: { 'If-None-Match': tagOf(sent) },
    });
    expect([again.status, again.text, fieldsOf(again)]).toEqual([304, '', fieldsOf304(fresh)]);
    const failed = await running.send({ path: `/users/${path}`, headers: { 'If-Match': '"x"' } });
    expect([failed.status, failed.headers['content-type'], failed.json()['reason']]).toEqual([
      412,
      'application/json; charset=utf-8',
      'changed',
    ]);
  });

  it('@Render() and @WeakETag() is tagged by the page, weakly', async () => {
    const { text: page, headers } = await running.send('GET /users/weak-view');
    expect([page, headers.etag]).toEqual([htmlOf('Shaun'), `W/${tagOf(page)}`]);
  });

  it('@Redirect() is not tagged, and redirects whatever is asked', async () => {
    for (const headers of [{}, { 'If-None-Match': '*' }, { 'If-Match': '"x"' }]) {
      const answer = await running.send({ path: '/users/redirect', headers });
      expect([answer.status, answer.headers.location, answer.headers.etag]).toEqual([
        307,
        '/users/2',
        undefined,
      ]);
    }
  });

  it('@Header() with a function has its value also on 304, asked once each time', async () => {
    trace = 0;
    await running.send('GET /users/trace');
    const again = await running.send({
      path: '/users/trace',
      headers: { 'If-None-Match': tagOf(text) },
    });
    expect([again.status, again.headers['x-trace']]).toEqual([304, 't2']);
  });

  it('POST that does not say what it creates carries no tag, and no precondition is its affair', async () => {
    const { headers } = await running.send('GET /users/1');
    for (const conditions of [{}, { 'If-None-Match': headers.etag as string }]) {
      const created = await running.send({ method: 'POST', path: '/users', headers: conditions });
      expect([created.status, created.text, created.headers.etag]).toEqual([201, text, undefined]);
    }
  });

  it.each(['200', '202', 'nothing'])(
    'POST that creates nothing carries none (%s)',
    async (path) => {
      expect((await running.send(`POST /users/${path}`)).headers).not.toHaveProperty('etag');
    },
  );

  it('@All() is read by GET and HEAD only', async () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS']) {
      const headers = { 'If-None-Match': '*', 'If-Match': '"x"' };
      const answer = await running.send({ method, path: '/users/all', headers });
      expect([answer.status, answer.headers.etag]).toEqual([200, undefined]);
    }
    expect((await running.send('HEAD /users/all')).headers.etag).toBe(tagOf(text));
  });
});
