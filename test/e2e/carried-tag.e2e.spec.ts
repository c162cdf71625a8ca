import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Body, Controller, Get, Put, ValidationPipe } from '@nestjs/common';
import { IsString } from 'class-validator';
import { ETag, IfMatch, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter, itOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

class Change {
  @IsString()
  name!: string;
}

const BEFORE = { name: 'before' };
const CURRENT = tagOf(JSON.stringify(BEFORE));
const OPAQUE = CURRENT.slice(1, -1);

let user: Change = BEFORE;

@Controller('user')
@ETag()
class UserController {
  @Get()
  read(): Change {
    return user;
  }

  @Put()
  @IfMatch({ property: 'etag' })
  replace(@Body() change: Change): Change {
    user = change;
    return change;
  }

  @Put('header')
  @IfMatch({ current: 'read' })
  byHeader(@Body() change: Change): Change {
    user = change;
    return change;
  }
}

/** What its handler was given. */
let given: unknown;

@Controller('nested')
@ETag()
class NestedController {
  @Get()
  read(): Change {
    return user;
  }

  @Put()
  @IfMatch({ property: ['meta', 'version'] })
  replace(@Body() body: { name: string }): Change {
    given = body;
    user = { name: body.name };
    return user;
  }
}

@Controller('card')
@WeakETag(['name'])
class CardController {
  @Get()
  read(): Change {
    return user;
  }

  @Put()
  @IfMatch({ comparison: 'weak' })
  replace(@Body() change: Change): Change {
    user = change;
    return change;
  }
}

const controllers = [UserController, NestedController, CardController];

describeOnEachAdapter('an If-Match that comes in the body', (start) => {
  let app: Running;

  beforeAll(async () => {
    app = await start({
      controllers,
      configure: (application) => {
        application.useGlobalPipes(
          new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }),
        );
      },
    });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    user = BEFORE;
  });

  function put(body: unknown, headers: Record<string, string> = {}): Promise<RawResponse> {
    return app.send({ method: 'PUT', path: '/user', headers, body });
  }

  it('opens as the header does, and is taken out before the body is validated', async () => {
    const answer = await put({ name: 'new', etag: CURRENT });
    expect([answer.status, answer.json()]).toEqual([200, { name: 'new' }]);
    expect((await put({ name: 'again', etag: CURRENT })).status).toBe(412);
    expect((await put({ name: 'again', etag: answer.headers.etag })).status).toBe(200);
  });

  it('is called what it is when it is refused', async () => {
    const messageOf = async (body: object): Promise<unknown> => (await put(body)).json()['message'];
    expect(await messageOf({ name: 'new', etag: '"x"' })).toMatch(
      /^The property 'etag' of the body does not name the current version/,
    );
    expect(await messageOf({ name: 'new', etag: OPAQUE })).toMatch(
      /^The property 'etag' of the body: .* is not a quoted entity tag/,
    );
    expect(await messageOf({ name: 'new' })).toBe(
      "This write must say which version it changes: read the resource with GET and send the value of its ETag header in If-Match, or of its ETag header in the property 'etag' of the body.",
    );
  });

  it('may say the same as the header, but nothing else', async () => {
    const stale = await put({ name: 'new', etag: CURRENT }, { 'If-Match': '"x"' });
    expect([stale.status, stale.json()['reason']]).toEqual([400, 'malformed']);
    expect(user).toBe(BEFORE);
    expect((await put({ name: 'new', etag: CURRENT }, { 'If-Match': CURRENT })).status).toBe(200);
  });

  it('may be a list or *', async () => {
    expect((await put({ name: 'new', etag: `"x", ${CURRENT}` })).status).toBe(200);
    expect((await put({ name: 'newer', etag: '*' })).status).toBe(200);
  });

  it('is not required where the header is there', async () => {
    expect((await put({ name: 'new' }, { 'If-Match': CURRENT })).status).toBe(200);
  });

  it('is required without the header', async () => {
    expect((await put({ name: 'new' })).status).toBe(428);
    expect((await put([CURRENT])).status).toBe(428);
    expect((await put('{"__proto__": {"etag": "*"}, "name": "new"}')).status).not.toBe(200);
    expect(user).toBe(BEFORE);
  });

  it.each([null, ''])('is absent when it is %j', async (etag) => {
    const answer = await put({ name: 'new', etag });
    expect([answer.status, answer.json()['reason']]).toEqual([428, 'missing-precondition']);
  });

  it.each([OPAQUE, ' ', 'null', '"x', '*, "x"', 5, 0, true, {}, [CURRENT]])(
    'is 400 when it is no tag: %p',
    async (etag) => {
      const answer = await put({ name: 'new', etag });
      expect([answer.status, answer.json()['reason']]).toEqual([400, 'malformed']);
      expect(user).toBe(BEFORE);
    },
  );

  it('counts only where the handler says so', async () => {
    const body = { name: 'new', etag: CURRENT };
    expect((await app.send({ method: 'PUT', path: '/user/header', body })).status).toBe(428);
  });
});

describeOnEachAdapter('an If-Match that comes in an object of the body', (start) => {
  let app: Running;

  beforeAll(async () => {
    app = await start({ controllers });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    user = BEFORE;
    given = undefined;
  });

  const put = (body: unknown, headers: Record<string, string> = {}): Promise<RawResponse> =>
    app.send({ method: 'PUT', path: '/nested', headers, body });

  it('opens as the header does, and leaves its object without it', async () => {
    const body = { name: 'new', meta: { version: CURRENT, author: 'Bitzer' } };
    expect((await put(body)).status).toBe(200);
    expect(given).toEqual({ name: 'new', meta: { author: 'Bitzer' } });
    const again = await put(body);
    expect([again.status, again.json()['reason']]).toEqual([412, 'changed']);
    expect(again.json()['message']).toMatch(/^The property 'meta.version' of the body/);
  });

  it.each([
    {},
    { meta: null },
    { meta: {} },
    { meta: { version: null } },
    { meta: { version: '' } },
    { meta: [CURRENT] },
    { meta: CURRENT },
    { 'meta.version': CURRENT },
    { version: CURRENT },
  ])('is absent in %j', async (body) => {
    const answer = await put({ name: 'new', ...body });
    expect([answer.status, answer.json()['reason']]).toEqual([428, 'missing-precondition']);
    expect(given).toBeUndefined();
  });

  it('must agree with the header', async () => {
    const body = { name: 'new', meta: { version: CURRENT } };
    expect((await put(body, { 'If-Match': '"x"' })).status).toBe(400);
    expect((await put(body, { 'If-Match': CURRENT })).status).toBe(200);
  });
});

describeOnEachAdapter('an If-Match that comes in the tag header', (start) => {
  let app: Running;

  beforeAll(async () => {
    app = await start({ controllers, etag: { tagHeader: 'X-Resource-Version' } });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    user = BEFORE;
  });

  function put(path: string, headers: Record<string, string>): Promise<RawResponse> {
    return app.send({ method: 'PUT', path, headers, body: { name: 'new' } });
  }

  it('is sent with every tag, and opens as If-Match does', async () => {
    const read = await app.send('GET /user');
    expect(read.headers['x-resource-version']).toBe(read.headers.etag);
    const answer = await put('/user', { 'X-Resource-Version': CURRENT });
    expect([answer.status, answer.headers['x-resource-version']]).toEqual([
      200,
      answer.headers.etag,
    ]);
    const stale = await put('/user', { 'X-Resource-Version': OPAQUE });
    expect(stale.json()['message']).toMatch(
      /^X-Resource-Version does not name the current version/,
    );
    expect([stale.status, stale.headers['x-resource-version']]).toEqual([
      412,
      answer.headers['x-resource-version'],
    ]);
  });

  it('is weak where the tag is', async () => {
    const version = (await app.send('GET /card')).headers['x-resource-version'] as string;
    expect((await put('/card', { 'X-Resource-Version': version })).status).toBe(200);
    expect((await put('/card', { 'X-Resource-Version': version })).status).toBe(412);
  });

  it('gives way to If-Match', async () => {
    const both = { 'X-Resource-Version': OPAQUE, 'If-Match': '"x"' };
    expect((await put('/user', both)).status).toBe(412);
  });

  it.each(['', 'a b', 'a"b', `${OPAQUE}, x`])('is 400 when it is none: %p', async (it) => {
    const answer = await put('/user', { 'X-Resource-Version': it });
    expect([answer.status, answer.json()['reason']]).toEqual([400, 'malformed']);
    expect(user).toBe(BEFORE);
  });

  it('is no wildcard', async () => {
    expect((await put('/user', { 'X-Resource-Version': '*' })).status).toBe(412);
  });
});

itOnEachAdapter(
  'the tag header is nothing where the option is not set',
  { controllers },
  async ({ send }) => {
    user = BEFORE;
    expect((await send('GET /user')).headers['x-resource-version']).toBeUndefined();
    const headers = { 'X-Resource-Version': OPAQUE };
    const answer = await send({ method: 'PUT', path: '/user/header', headers, body: BEFORE });
    expect(answer.status).toBe(428);
  },
);
