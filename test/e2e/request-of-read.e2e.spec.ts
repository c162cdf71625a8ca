import { expect, it } from '@jest/globals';
import { Controller, Get, Param, Put, Req } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { ETag, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

class Roles extends Set<string> {
  isAdmin(): boolean {
    return this.has('admin');
  }
}

class Account {
  #id = 7;

  get id(): number {
    return this.#id;
  }
}

/** What middleware may put on a request, and what a handler makes of it. */
const values: Readonly<Record<string, readonly [value: unknown, read: (value: never) => unknown]>> =
  {
    'a set of a class': [new Roles(['admin']), (roles: Roles) => roles.isAdmin()],
    'private fields': [new Account(), (account: Account) => account.id],
    'a hidden method': [
      Object.defineProperty({}, 'greet', { value: () => 'hello' }),
      (user: { greet(): string }) => user.greet(),
    ],
    'a getter that throws, and is not asked': [
      {
        name: 'Ada',
        get secret(): never {
          throw new Error('not yours');
        },
      },
      (user: { name: string }) => user.name,
    ],
    'a proxy': [
      new Proxy({}, { get: (_, name) => `flag ${String(name)}` }),
      (flags: { beta: string }) => flags.beta,
    ],
    'what is frozen': [Object.freeze({ name: 'Ada' }), (user: { name: string }) => user.name],
  };

type Kept = Record<string, unknown> & { raw?: Record<string, unknown> };

@Controller('kept')
@ETag()
class KeptController {
  @Get(':name')
  findOne(@Req() request: Kept, @Param('name') name: string): object {
    const [, read] = values[name] as (typeof values)[string];
    return { read: read((request.raw ?? request)['kept'] as never) };
  }

  @Put(':name')
  @IfMatch({ etag: false })
  update(): object {
    return {};
  }
}

@Controller('owned')
@ETag()
class OwnedController {
  @Get()
  findOne(@Req() request: Kept): object {
    const { kept, ...rest } = request;
    request['added'] = 'by the read';
    const before = [Object.hasOwn(request, 'kept'), Object.keys(request).includes('kept')];
    delete request['kept'];
    return { kept, before, after: ['kept' in request, 'kept' in rest, request['added']] };
  }

  @Put()
  @IfMatch({ etag: false })
  update(@Req() request: Kept): object {
    return { kept: request['kept'], added: request['added'] ?? null };
  }
}

@Controller('numbered')
@ETag()
class NumberedController {
  @Get(':id')
  findOne(@Req() request: { readonly url: string }): object {
    return { self: request.url };
  }

  @Put(':id/name')
  @IfMatch({ current: 'findOne', etag: false })
  rename(): object {
    return {};
  }
}

/** The part of a Fastify instance that is used here. */
interface HookedInstance {
  addHook(name: 'onRoute', hook: (route: { schema?: unknown }) => void): void;
}

describeOnEachAdapter('the request of the read has, as that of a GET,', (start, adapter) => {
  const keep =
    (valueOf: (name: string) => unknown) =>
    (app: INestApplication): void => {
      app.use((request: Kept & { url: string }, _: unknown, next: () => void) => {
        request['kept'] = valueOf(decodeURIComponent(request.url.split('/').at(-1) ?? ''));
        next();
      });
    };

  const roundTrip = async (running: Running, path: string): Promise<[number, number]> => {
    const { headers } = await running.send(`GET ${path}`);
    const put = (etag: string) =>
      running.send({ method: 'PUT', path, headers: { 'If-Match': etag } });
    return [(await put(String(headers.etag))).status, (await put('"stale"')).status];
  };

  it.each(Object.keys(values))('%s', async (name) => {
    const running = await start({
      controllers: [KeptController],
      configure: keep((each) => values[each]?.[0]),
    });
    const path = `/kept/${encodeURIComponent(name)}`;
    expect(await roundTrip(running, path)).toEqual([200, 412]);
    await running.close();
  });

  // Fastify keeps what middleware puts on Node's request there.
  it.each(adapter === 'express' ? ['properties of its own'] : ['none of them'])('%s', async () => {
    const running = await start({ controllers: [OwnedController], configure: keep(() => 'kept') });
    const { headers } = await running.send('GET /owned');
    const answer = await running.send({
      method: 'PUT',
      path: '/owned',
      headers: { 'If-Match': String(headers.etag) },
    });
    const kept = adapter === 'express' ? { kept: 'kept' } : {};
    expect([answer.status, answer.json()]).toEqual([200, { ...kept, added: null }]);
    await running.close();
  });

  it('the URL of the GET, also where a schema of Fastify makes a number of its parameter', async () => {
    const params = { type: 'object', properties: { id: { type: 'integer' } } };
    const running = await start({
      controllers: [NumberedController],
      configure: (app) => {
        if (adapter !== 'fastify') return;
        const instance = app.getHttpAdapter().getInstance() as HookedInstance;
        instance.addHook('onRoute', (route) => void (route.schema = { params }));
      },
    });
    const { headers } = await running.send('GET /numbered/7');
    const put = (etag: string) =>
      running.send({ method: 'PUT', path: '/numbered/7/name', headers: { 'If-Match': etag } });
    expect((await put(String(headers.etag))).status).toBe(200);
    expect((await put('"stale"')).status).toBe(412);
    await running.close();
  });
});
