import { describe, expect, it } from '@jest/globals';
import {
  ClassSerializerInterceptor,
  Controller,
  Get,
  Header,
  Injectable,
  Param,
  Module,
  Put,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor, Type } from '@nestjs/common';
import { APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { itWithRouteSchema, RouteSchema } from '../support/route-schema.js';
import { Exclude, Expose } from 'class-transformer';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, ETagModule, IfMatch, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter, itOnEachAdapter, startOn } from '../support/each-adapter.js';
import type { AppOptions, Running } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

class User {
  readonly name = 'Shaun';

  @Exclude()
  password: string;

  constructor(password: string) {
    this.password = password;
  }

  @Expose()
  get initial(): string {
    return this.name.slice(0, 1);
  }
}

let password = '';

/** Every class anew: two applications do not share what they do to one. */
function usersController(onClass: ClassDecorator[] = [], onHandler: MethodDecorator[] = []): Type {
  @Controller('users')
  class UsersController {
    @Get()
    findAll(): User[] {
      return [new User(password)];
    }

    @Get('1')
    findOne(): User {
      return new User(password);
    }
  }
  for (const decorate of onClass) decorate(UsersController);
  for (const name of ['findAll', 'findOne']) {
    const descriptor = Object.getOwnPropertyDescriptor(UsersController.prototype, name);
    for (const decorate of onHandler) decorate(UsersController.prototype, name, descriptor ?? {});
  }
  return UsersController;
}

const asAppInterceptor = { provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor };

@Module({ providers: [asAppInterceptor] })
class SerializingModule {}

@Module({ imports: [ETagModule.forRoot()] })
class TaggingModule {}

const serialized: Record<string, () => AppOptions> = {
  'by APP_INTERCEPTOR in the root module': () => ({
    controllers: [usersController([ETag()])],
    providers: [asAppInterceptor],
  }),
  'by APP_INTERCEPTOR in an imported module': () => ({
    imports: [SerializingModule],
    controllers: [usersController([ETag()])],
  }),
  'by APP_INTERCEPTOR in a module before that of the library': () => ({
    withoutModule: true,
    imports: [SerializingModule, TaggingModule],
    controllers: [usersController([ETag()])],
  }),
  'by APP_INTERCEPTOR in the module of the controller': () => {
    @Module({ controllers: [usersController([ETag()])], providers: [asAppInterceptor] })
    class UsersModule {}
    return { imports: [UsersModule] };
  },
  'by useGlobalInterceptors()': () => ({
    controllers: [usersController([ETag()])],
    configure: (app) => {
      app.useGlobalInterceptors(new ClassSerializerInterceptor(app.get(Reflector)));
    },
  }),
  'on the controller, above @ETag()': () => ({
    controllers: [usersController([ETag(), UseInterceptors(ClassSerializerInterceptor)])],
  }),
  'on the controller, below @ETag()': () => ({
    controllers: [usersController([UseInterceptors(ClassSerializerInterceptor), ETag()])],
  }),
  'on the handler, above @ETag()': () => ({
    controllers: [usersController([], [ETag(), UseInterceptors(ClassSerializerInterceptor)])],
  }),
  'on the handler, below @ETag()': () => ({
    controllers: [usersController([], [UseInterceptors(ClassSerializerInterceptor), ETag()])],
  }),
};

for (const [where, options] of Object.entries(serialized)) {
  itOnEachAdapter(`ClassSerializerInterceptor ${where} is covered`, options, async ({ send }) => {
    const expected = '{"name":"Shaun","initial":"S"}';
    const answers: unknown[] = [];
    for (const each of ['first', 'second']) {
      password = each;
      const one = await send('GET /users/1');
      const all = await send('GET /users');
      answers.push([one.text, one.headers.etag], [all.text, all.headers.etag]);
    }
    const one = [expected, tagOf(expected)];
    const all = [`[${expected}]`, tagOf(`[${expected}]`)];
    expect(answers).toEqual([one, all, one, all]);
  });
}

@Injectable()
class Envelope implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

@Injectable()
class Trim implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map(({ name }: { name: string }) => ({ name })));
  }
}

describeOnEachAdapter('an interceptor that maps the response', (start) => {
  const users = () => {
    @Controller('users')
    @ETag()
    class UsersController {
      @Get('1')
      @UseInterceptors(Trim)
      findOne(): unknown {
        return { name: 'Shaun', password };
      }

      @Get('1/card')
      @WeakETag(['data.name'])
      @UseInterceptors(Trim)
      card(): unknown {
        return { name: 'Shaun', password };
      }
    }
    return UsersController;
  };

  it.each([
    [
      'in the root module',
      { providers: [{ provide: APP_INTERCEPTOR, useClass: Envelope }] } satisfies AppOptions,
    ],
    [
      'by useGlobalInterceptors()',
      {
        configure: (app) => void app.useGlobalInterceptors(new Envelope()),
      } satisfies AppOptions,
    ],
  ])('is covered, outer %s and inner on the handler', async (_where, options: AppOptions) => {
    const running = await start({ ...options, controllers: [users()] });
    const tags: unknown[] = [];
    for (const each of ['first', 'second']) {
      password = each;
      const { text, headers } = await running.send('GET /users/1');
      expect([text, headers.etag]).toEqual(['{"data":{"name":"Shaun"}}', tagOf(text)]);
      tags.push((await running.send('GET /users/1/card')).headers.etag);
    }
    await running.close();
    expect(tags[0]).toMatch(/^W\/"[0-9a-f]{32}"$/);
    expect(tags[1]).toBe(tags[0]);
  });
});

@Controller('users')
@ETag()
class PlainController {
  static age = 27;

  @Get('1')
  findOne(): unknown {
    return { name: 'Shaun', age: PlainController.age };
  }
}

/** One answer of an application of its own, and the same asked again with its tag. */
async function readTwice(
  running: Running,
  path = '/users/1',
): Promise<{ text: string; etag: string | undefined; again: number }> {
  const { text, headers } = await running.send({ path });
  const { etag } = headers;
  const again = await running.send({ path, headers: { 'If-None-Match': etag ?? '' } });
  await running.close();
  return { text, etag, again: again.status };
}

/** Methods of the platforms' own applications that these tests call. */
interface Instance {
  set(name: string, value: unknown): void;
  use(middleware: (request: unknown, response: Sender, next: () => void) => void): void;
  setReplySerializer(serialize: (payload: unknown) => string): void;
  addHook(
    name: 'preSerialization' | 'onSend',
    hook: (request: unknown, reply: unknown, payload: unknown) => Promise<unknown>,
  ): void;
  addHook(
    name: 'onRoute',
    hook: (route: { method?: unknown; onSend?: unknown; schema?: unknown }) => void,
  ): void;
}

/** Whether a change comes after the serializer. */
function isCoding(what: string): boolean {
  return /hook|middleware/.test(what);
}

/** Of what PlainController answers, before hooks and middleware. */
const TAG_OF_PLAIN = tagOf('{"name":"Shaun","age":27}');

interface Sender {
  json(value: unknown): unknown;
  send(body: unknown): unknown;
}

function onInstance(change: (instance: Instance) => void): NonNullable<AppOptions['configure']> {
  return (app) => change(app.getHttpAdapter().getInstance());
}

@Controller('texts')
class TextsController {
  @Get(':letter')
  @ETag()
  findOne(@Param('letter') letter: string): unknown {
    return { text: letter.repeat(10_000) };
  }
}

describeOnEachAdapter('a long text', (start) => {
  it.each(['e', 'ë', 'ł', '👍'])(
    'of %s is sent as UTF-8, and tagged as it is sent',
    async (letter) => {
      const running = await start({ controllers: [TextsController] });
      const path = `/texts/${encodeURIComponent(letter)}`;
      const { headers } = await running.send({ path });
      const expected = JSON.stringify({ text: letter.repeat(10_000) });
      expect([headers['content-type'], headers['content-length']]).toEqual([
        'application/json; charset=utf-8',
        String(Buffer.byteLength(expected)),
      ]);
      expect(await readTwice(running, path)).toEqual({
        text: expected,
        etag: tagOf(expected),
        again: 304,
      });
    },
  );
});

describe("Express's own serialization is covered", () => {
  it.each<[string, (instance: Instance) => void, string]>([
    [
      "'json spaces'",
      (express) => express.set('json spaces', 2),
      '{\n  "name": "Shaun",\n  "age": 27\n}',
    ],
    ["'json replacer'", (express) => express.set('json replacer', ['name']), '{"name":"Shaun"}'],
    [
      'a middleware that replaces response.json()',
      (express) =>
        express.use((_request, response, next) => {
          const { json } = response;
          response.json = (data) => json.call(response, { data });
          next();
        }),
      '{"data":{"name":"Shaun","age":27}}',
    ],
    [
      'a middleware that replaces response.send()',
      (express) =>
        express.use((_request, response, next) => {
          const { send } = response;
          response.send = (body) =>
            send.call(response, typeof body === 'string' ? `${body}\n` : body);
          next();
        }),
      '{"name":"Shaun","age":27}\n',
    ],
  ])('%s', async (_case, change, expected) => {
    const options = { controllers: [PlainController], configure: onInstance(change) };
    const answer = await readTwice(await startOn('express', options));
    // What is added after the serializer is a coding: the tag is that of what the handler answers.
    expect(answer).toEqual({
      text: expected,
      etag: isCoding(_case) ? TAG_OF_PLAIN : tagOf(expected),
      again: 304,
    });
  });

  it("'json escape'", async () => {
    @Controller('html')
    class HtmlController {
      @Get()
      @ETag()
      html(): unknown {
        return { html: '<b>' };
      }
    }
    const configure = onInstance((express) => express.set('json escape', true));
    const running = await startOn('express', { controllers: [HtmlController], configure });
    const answer = await readTwice(running, '/html');
    const expected = '{"html":"\\u003cb\\u003e"}';
    expect(answer).toEqual({ text: expected, etag: tagOf(expected), again: 304 });
  });
});

describe("Fastify's own serialization is covered", () => {
  it.each<[string, (instance: Instance) => void, string]>([
    [
      'setReplySerializer()',
      (fastify) => fastify.setReplySerializer((payload) => JSON.stringify({ payload })),
      '{"payload":{"name":"Shaun","age":27}}',
    ],
    [
      'a preSerialization hook',
      (fastify) =>
        fastify.addHook('preSerialization', (_request, _reply, data) => Promise.resolve({ data })),
      '{"data":{"name":"Shaun","age":27}}',
    ],
    [
      'an onSend hook',
      (fastify) =>
        fastify.addHook('onSend', (_request, _reply, text) => Promise.resolve(`${String(text)}\n`)),
      '{"name":"Shaun","age":27}\n',
    ],
  ])('%s', async (_case, change, expected) => {
    const options = { controllers: [PlainController], configure: onInstance(change) };
    const answer = await readTwice(await startOn('fastify', options));
    expect(answer).toEqual({
      text: expected,
      etag: isCoding(_case) ? TAG_OF_PLAIN : tagOf(expected),
      again: 304,
    });
  });

  it('an onSend hook of the route gets a text, whatever it is written in', async () => {
    const seen: string[] = [];
    const onSend = (_request: unknown, _reply: unknown, payload: unknown): Promise<unknown> => {
      seen.push(typeof payload);
      return Promise.resolve(payload);
    };
    const configure = onInstance((fastify) =>
      fastify.addHook('onRoute', (route) => {
        route.onSend = onSend;
      }),
    );
    const running = await startOn('fastify', { controllers: [TextsController], configure });
    await readTwice(running, `/texts/${encodeURIComponent('ł')}`);
    expect(seen).toEqual(['string', 'undefined']);
  });

  const schema = { type: 'object', properties: { name: { type: 'string' } } };
  const response = { 200: schema };
  const routeSchema = RouteSchema({ response });

  itWithRouteSchema.each<[string, (MethodDecorator & ClassDecorator)[]]>([
    ['above @ETag()', [ETag(), routeSchema]],
    ['below @ETag()', [routeSchema, ETag()]],
  ])('a response schema %s', async (_order, decorators) => {
    @Controller('users')
    class SchemaController {
      @Get('1')
      findOne(): unknown {
        return { name: 'Shaun', age: PlainController.age };
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(SchemaController.prototype, 'findOne');
    for (const decorate of decorators) {
      decorate(SchemaController.prototype, 'findOne', descriptor ?? {});
    }
    const answers: unknown[] = [];
    for (const age of [27, 28]) {
      PlainController.age = age;
      answers.push(await readTwice(await startOn('fastify', { controllers: [SchemaController] })));
    }
    PlainController.age = 27;
    const expected = '{"name":"Shaun"}';
    const answer = { text: expected, etag: tagOf(expected), again: 304 };
    expect(answers).toEqual([answer, answer]);
  });

  describe('a response schema that a hook gives the route', () => {
    const strips = { type: 'object', properties: { name: { type: 'string' } } };
    const keeps = { type: 'object', properties: { age: { type: 'number' } } };
    const of = (...types: readonly [type: string, schema: object][]): object => ({
      content: Object.fromEntries(types.map(([type, schema]) => [type, { schema }])),
    });
    const VENDOR = 'application/vnd.farm+json';
    let user = { name: 'Shaun', age: 27 };

    @Controller()
    class PlainlyController {
      @Get(['plainly', 'plainly/:id'])
      findOne(): unknown {
        return user;
      }

      @Get(['plainly-vendor', 'plainly-vendor/:id'])
      @Header('Content-Type', VENDOR)
      findVendor(): unknown {
        return user;
      }
    }

    @Controller()
    @ETag()
    class SchemaController {
      @Get(['users', 'users/:id'])
      findOne(): unknown {
        return user;
      }

      @Get(['users-vendor', 'users-vendor/:id'])
      @Header('Content-Type', VENDOR)
      findVendor(): unknown {
        return user;
      }

      @Put(['users', 'users/:id', 'users-vendor', 'users-vendor/:id'])
      @IfMatch({ etag: false })
      update(): object {
        return {};
      }
    }

    it.each<[string, object]>([
      ['for 200', { 200: strips }],
      ['for 2xx', { '2XX': strips }],
      ['for all', { default: strips }],
      ['for JSON', { 200: of(['application/json', strips]) }],
      ['for any media type', { 200: of(['*/*', strips]) }],
      ['for another media type', { 200: of([VENDOR, strips]) }],
      ['for two media types', { 200: of(['application/json', strips], [VENDOR, keeps]) }],
      ['for another status', { 404: strips }],
    ])('writes what is hashed and compared, %s', async (_, response) => {
      const running = await startOn('fastify', {
        controllers: [PlainlyController, SchemaController],
        configure: onInstance((fastify) =>
          fastify.addHook('onRoute', (route) => {
            if (route.method === 'GET') route.schema = { response };
          }),
        ),
      });
      for (const path of ['', '/1', '-vendor', '-vendor/1']) {
        user = { name: 'Shaun', age: 27 };
        const plain = await running.send(`GET /plainly${path}`);
        const tagged = await running.send(`GET /users${path}`);
        expect(tagged.text).toBe(plain.text);
        expect(tagged.headers['content-type']).toBe(plain.headers['content-type']);
        expect(tagged.headers.etag).toBe(tagOf(plain.text));
        const headers = { 'If-Match': String(tagged.headers.etag) };
        const write = { method: 'PUT', path: `/users${path}`, headers };
        expect((await running.send(write)).status).toBe(200);
        user = { name: 'Timmy', age: 1 };
        expect((await running.send(write)).status).toBe(412);
      }
      await running.close();
    });
  });
});
