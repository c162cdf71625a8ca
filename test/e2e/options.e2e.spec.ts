import { runInNewContext } from 'node:vm';
import { describe, expect, it, jest } from '@jest/globals';
import { Controller, Get, Logger, Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { ETag, ETagModule, LastModified, WeakETag } from '../../src/index.js';
import type { ETagModuleOptions } from '../../src/index.js';
import { create, describeOnEachAdapter, startOn } from '../support/each-adapter.js';
import type { AppOptions } from '../support/each-adapter.js';

/** The sentence with which an application does not boot, or that it does. */
async function sentenceOf(options: () => AppOptions): Promise<string> {
  try {
    const app = await create('express', { withoutModule: true, ...options() });
    await app.close();
    return 'it boots';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** As a program without types would call it. */
const untyped = ETagModule as unknown as Record<
  'forRoot' | 'forRootAsync',
  (options?: unknown) => DynamicModule
>;

describe('an option of the module that is wrong stops the boot with a sentence', () => {
  it.each<[unknown, string]>([
    [null, 'ETagModule.forRoot() takes an object of options, not null'],
    [5, 'ETagModule.forRoot() takes an object of options, not 5'],
    ['sha256', "ETagModule.forRoot() takes an object of options, not 'sha256'"],
    [[], 'ETagModule.forRoot() takes an object of options, not []'],
    [
      new Map([['atomicity', 'database']]),
      'ETagModule.forRoot() takes an object of options, not an object of the class Map: write { name: value }',
    ],
    [new Date(0), 'takes an object of options, not an object of the class Date'],
    [new Error('no options'), 'takes an object of options, not an object of the class Error'],
    [new URLSearchParams('atomicity=database'), 'not an object of the class URLSearchParams'],
    [
      new (class Computed {
        get atomicity(): string {
          return 'database';
        }
      })(),
      'takes an object of options, not an object of the class Computed',
    ],
    [Object.create({ atomicity: 'database' }), 'takes an object of options, not an object'],
    [
      { algoritm: 'sha256' },
      "ETagModule.forRoot() has no option 'algoritm': it knows atomicity, lockTimeout, aroundRead, algorithm, secret",
    ],
    [
      { atomicity: 'cluster' },
      "option 'atomicity' must be 'process', 'database' or locks from nestjs-etag/locks, such as postgresLocks(pool), not 'cluster'",
    ],
    [
      { algorithm: 256 },
      "option 'algorithm' must be the name of a hash, such as 'sha256', not 256",
    ],
    [{ algorithm: 'md5' }, "ETagModule.forRoot(): The algorithm 'md5' is broken"],
    [{ algorithm: 'sha1' }, "The algorithm 'sha1' is broken"],
    [
      { algorithm: 'crc32' },
      "Node knows no hash function 'crc32' of at least 128 bits. Use 'sha256'",
    ],
    [{ algorithm: '' }, "Node knows no hash function '' of at least 128 bits. Use 'sha256'"],
    [
      { secret: undefined },
      "option 'secret' must be a string or a Uint8Array (is an environment variable missing?), not undefined",
    ],
    [
      { secret: 12 },
      "option 'secret' must be a string or a Uint8Array (is an environment variable missing?), not 12",
    ],
    [
      { secret: '' },
      'ETagModule.forRoot(): The secret of the digest is empty, so it would hide nothing',
    ],
    [{ secret: new Uint8Array() }, 'The secret of the digest is empty, so it would hide nothing'],
    [
      { requireIfMatch: 'PUT' },
      "option 'requireIfMatch' must be a list of methods in upper case, for example ['PUT', 'PATCH']; [] for none, not 'PUT'",
    ],
    [{ requireIfMatch: ['put'] }, "[] for none, not ['put']"],
    [{ requireIfMatch: ['GET'] }, "[] for none, not ['GET']"],
    ...[
      409,
      null,
      [409],
      { changed: 500 },
      { changed: '409' },
      { gone: 409 },
      { malformed: 409 },
      new Map([['changed', 409]]),
    ].map((refusalStatus): [unknown, string] => [
      { refusalStatus },
      "option 'refusalStatus' must be an object such as { changed: 409 }, with the reasons changed, missing-resource, exists, weak-tag, recoded-tag, unmodified-since, missing-precondition and the statuses 400, 404, 409, 412, 428",
    ]),
    [
      { cacheControl: true },
      "option 'cacheControl' must be a Cache-Control value such as 'private, no-cache', or false for none, not true",
    ],
    [{ cacheControl: '' }, 'or false for none, not an empty string'],
    [{ cacheControl: ' ' }, "or false for none, not ' '"],
    [{ cacheControl: 'private\r\nX-Evil: 1' }, 'must be a Cache-Control value'],
    [{ cacheControl: Object.create(null) as unknown }, 'or false for none, not an object'],
    [
      { intermediaries: true },
      "option 'intermediaries' must be 'strict' or 'weakened' or 'recoded', not true",
    ],
    [
      { tagHeader: 'X Version' },
      "option 'tagHeader' must be the name of a header of its own, such as 'X-Resource-Version'; ETag and the If- fields are there anyway, not 'X Version'",
    ],
    [{ problemDetails: 'yes' }, "option 'problemDetails' must be true or false, not 'yes'"],
    [{ refusalBody: {} }, "option 'refusalBody' must be a function (refusal, body) => object"],
    [{ refusalBody: () => 'no' }, 'that is sent as the body, not the function refusalBody'],
    [
      {
        refusalBody: () => {
          throw new Error('type is not defined');
        },
      },
      'ETagModule.forRoot(): option \'refusalBody\' fails at {"status":412,"reason":"changed"',
    ],
    ...[async () => ({}), () => new Map(), () => []].map((refusalBody): [unknown, string] => [
      { refusalBody },
      "option 'refusalBody' must be a function (refusal, body) => object that is sent as the body",
    ]),
    [
      { algorithm: () => '' },
      "must be the name of a hash, such as 'sha256', not the function algorithm",
    ],
  ])('forRoot(%j)', async (options, sentence) => {
    expect(await sentenceOf(() => ({ imports: [untyped.forRoot(options)] }))).toContain(sentence);
    const useFactory = (): unknown => options;
    expect(await sentenceOf(() => ({ imports: [untyped.forRootAsync({ useFactory })] }))).toContain(
      sentence,
    );
  });

  it('a promise for options, which only forRootAsync() waits for', async () => {
    const options = async (): Promise<object> => ({ atomicity: 'database' });
    expect(await sentenceOf(() => ({ imports: [untyped.forRoot(options())] }))).toBe(
      'ETagModule.forRoot() takes an object of options, not a promise: write ETagModule.forRootAsync({ useFactory: async () => options })',
    );
    expect(
      await sentenceOf(() => ({ imports: [untyped.forRootAsync({ useFactory: options })] })),
    ).toBe('it boots');
  });

  it.each<[string, object]>([
    ['without a prototype', Object.assign(Object.create(null), { lockTimeout: 5 })],
    ['of another realm', runInNewContext('({ lockTimeout: 5 })') as object],
    ['that is frozen', Object.freeze({ lockTimeout: 5 })],
  ])('but not an object of options %s', async (_, options) => {
    expect(await sentenceOf(() => ({ imports: [untyped.forRoot(options)] }))).toBe('it boots');
  });

  it.each<[unknown, string]>([
    [undefined, 'ETagModule.forRootAsync() takes an object of options, not undefined'],
    [{}, 'ETagModule.forRootAsync() takes { useFactory: () => options }'],
    [{ useFactory: {} }, 'ETagModule.forRootAsync() takes { useFactory: () => options }'],
    [{ inject: [] }, 'ETagModule.forRootAsync() takes { useFactory: () => options }'],
    [
      { useFactory: () => undefined },
      'the factory of forRootAsync() must return an object, {} for the defaults',
    ],
  ])('forRootAsync(%p)', async (options, sentence) => {
    expect(await sentenceOf(() => ({ imports: [untyped.forRootAsync(options)] }))).toContain(
      sentence,
    );
  });

  it('the error is a TypeError, so that no one takes it for a mistake of the library', async () => {
    await expect(create('express', { etag: { algorithm: 'md5' } })).rejects.toThrow(TypeError);
  });

  it('the module without forRoot()', async () => {
    expect(await sentenceOf(() => ({ imports: [ETagModule] }))).toBe(
      'ETagModule has no options: write ETagModule.forRoot() in the imports of your root module; the factory of forRootAsync() must return an object, {} for the defaults',
    );
  });

  it.each<[string, () => DynamicModule | Type]>([
    ['with other options', () => ETagModule.forRoot({ algorithm: 'sha512' })],
    ['with the same options', () => ETagModule.forRoot()],
    ['without options', () => ETagModule],
  ])('the module twice, %s', async (_case, again) => {
    @Module({ imports: [again()] })
    class FeatureModule {}
    for (const adapter of ['express', 'fastify'] as const) {
      await expect(create(adapter, { imports: [FeatureModule] })).rejects.toThrow(
        'ETagModule is imported 2 times: write ETagModule.forRoot() once, in the imports of your root module; it is there for all others',
      );
    }
  });
});

it.each<[string | Uint8Array, string | undefined]>([
  ['correct horse', '13 bytes'],
  [new Uint8Array(15), '15 bytes'],
  ['correct horse battery staple', undefined],
  ['ł'.repeat(8), undefined],
])('a secret that can be guessed is warned of: %j', async (secret, length) => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  const app = await create('express', { etag: { secret } });
  await app.init();
  await app.close();
  const sentence = `ETagModule.forRoot(): option 'secret' has ${length}, which can be guessed: give it at least 16 random ones`;
  expect(warn.mock.calls).toEqual(length === undefined ? [] : [[sentence]]);
  jest.restoreAllMocks();
});

describe('an argument of a decorator that is wrong stops the boot with the name of the handler', () => {
  class NotProvided {
    validate(): number {
      return 1;
    }
  }
  class NoValidator {}

  const eTag = ETag as (options?: unknown) => MethodDecorator & ClassDecorator;
  const weakETag = WeakETag as (...given: unknown[]) => MethodDecorator & ClassDecorator;
  const lastModified = LastModified as (property?: unknown) => MethodDecorator & ClassDecorator;

  it.each<[string, MethodDecorator & ClassDecorator, string]>([
    [
      '@WeakETag()',
      weakETag(),
      "@WeakETag() on ArticlesController.read: The selected fields must be a list, such as ['name', 'address.city'], not undefined.",
    ],
    ["@WeakETag('name')", weakETag('name'), "not the string 'name'."],
    ['@WeakETag([])', weakETag([]), 'The list of selected fields is empty: name at least one'],
    ['@WeakETag([1])', weakETag([1]), 'A selected field must be a string, not number.'],
    [
      "@WeakETag(['a..b'])",
      weakETag(['a..b']),
      "The selected field 'a..b' has an empty name in it",
    ],
    [
      "@WeakETag(['__proto__'])",
      weakETag(['__proto__']),
      "goes through '__proto__', which is no content",
    ],
    [
      "@WeakETag(['a'], null)",
      weakETag(['a'], null),
      '@WeakETag() on ArticlesController.read takes an object of options, not null',
    ],
    [
      "@WeakETag(['a'], { version: 'b' })",
      weakETag(['a'], { version: 'b' }),
      "@WeakETag() on ArticlesController.read has no option 'version': it knows validator",
    ],
    [
      "@ETag('version')",
      eTag('version'),
      "@ETag() on ArticlesController.read takes an object of options, not 'version'",
    ],
    [
      '@ETag(new Map())',
      eTag(new Map([['version', 'version']])),
      '@ETag() on ArticlesController.read takes an object of options, not an object of the class Map',
    ],
    [
      '@ETag(promise)',
      eTag(Promise.resolve({})),
      '@ETag() on ArticlesController.read takes an object of options, not a promise: await what makes them first',
    ],
    [
      "@WeakETag(['a'], new Date())",
      weakETag(['a'], new Date(0)),
      '@WeakETag() on ArticlesController.read takes an object of options, not an object of the class Date',
    ],
    [
      "@ETag({ field: 'a' })",
      eTag({ field: 'a' }),
      "@ETag() on ArticlesController.read has no option 'field': it knows version, validator",
    ],
    [
      "@ETag({ version: '' })",
      eTag({ version: '' }),
      "option 'version' must be the name of a property, such as 'version', or a function (entity) => version, not an empty string",
    ],
    [
      "@ETag({ version: 'a..b' })",
      eTag({ version: 'a..b' }),
      '@ETag() on ArticlesController.read: A property must be given by its name or a dotted path',
    ],
    [
      '@ETag({ validator: 5 })',
      eTag({ validator: 5 }),
      "option 'validator' must be a provider class with a method validate(request), not 5",
    ],
    [
      '@ETag({ validator: class without validate })',
      eTag({ validator: NoValidator }),
      'must be a provider class with a method validate(request), not the function NoValidator',
    ],
    [
      '@ETag({ validator: class that nobody provides })',
      eTag({ validator: NotProvided }),
      'NotProvided, the validator of ArticlesController.read, cannot be injected: add it to the providers of a module, in the default scope',
    ],
    [
      "@ETag({ headers: 'Link' })",
      eTag({ headers: 'Link' }),
      "option 'headers' must be a list of header names, such as ['Link', 'X-Total-Count'], not 'Link'",
    ],
    ["@ETag({ headers: ['X Total'] })", eTag({ headers: ['X Total'] }), "not ['X Total']"],
    [
      '@LastModified()',
      lastModified(),
      '@LastModified() on ArticlesController.read: A property must be given by its name or a dotted path',
    ],
    [
      "@LastModified('a.')",
      lastModified('a.'),
      '@LastModified() on ArticlesController.read: A property must be given',
    ],
  ])('%s', async (_source, decorate, sentence) => {
    const onHandler = (): Type => {
      @Controller('articles')
      class ArticlesController {
        @Get()
        @decorate
        read(): unknown {
          return {};
        }
      }
      return ArticlesController;
    };
    const onClass = (): Type => {
      @Controller('articles')
      @decorate
      class ArticlesController {
        @Get()
        read(): unknown {
          return {};
        }
      }
      return ArticlesController;
    };
    for (const controller of [onHandler, onClass]) {
      const options = { withoutModule: false, controllers: [controller()] };
      expect(await sentenceOf(() => options)).toContain(sentence);
    }
  });
});

describe('decorators without ETagModule stop the boot with the names of the controllers', () => {
  it.each<[string, MethodDecorator & ClassDecorator]>([
    ['@ETag()', ETag()],
    ['@WeakETag()', WeakETag(['name'])],
    ['@LastModified()', LastModified('changedAt')],
  ])('%s', async (_name, decorate) => {
    @Controller('one')
    class OneController {
      @Get()
      @decorate
      read(): unknown {
        return {};
      }
    }
    @Controller('two')
    @decorate
    class TwoController {}
    expect(await sentenceOf(() => ({ controllers: [OneController, TwoController] }))).toBe(
      'OneController, TwoController use the decorators of nestjs-etag, but ETagModule is not there: add ETagModule.forRoot() to the imports of your root module',
    );
  });
});

it('an HTTP adapter that is neither Express nor Fastify is refused by its type', async () => {
  class OtherAdapter extends ExpressAdapter {
    override getType(): string {
      return 'other';
    }
  }
  @Module({ imports: [ETagModule.forRoot()] })
  class AppModule {}
  const adapter: AbstractHttpAdapter = new OtherAdapter();
  const app = await NestFactory.create(AppModule, adapter, { logger: false, abortOnError: false });
  await expect(app.init()).rejects.toThrow(
    "nestjs-etag works with @nestjs/platform-express and @nestjs/platform-fastify, and this application's HTTP adapter is of type 'other'",
  );
  await app.close();
});

@Controller('user')
@ETag()
class UserController {
  @Get()
  read(): unknown {
    return { name: 'Shaun' };
  }
}

describeOnEachAdapter('the options', (start, adapter) => {
  const etagWith = async (imports: NonNullable<AppOptions['imports']>): Promise<unknown> => {
    const options = { withoutModule: true, imports, controllers: [UserController] };
    const { send, close } = await startOn(adapter, options);
    const { headers } = await send('GET /user');
    await close();
    return headers.etag;
  };

  it('come from a factory with what it injects, a class or what is there already', async () => {
    const options: ETagModuleOptions = { secret: 'correct horse' };
    @Module({ providers: [{ provide: 'SECRET', useValue: options.secret }], exports: ['SECRET'] })
    class ConfigModule {}
    class Options {
      createETagOptions(): ETagModuleOptions {
        return options;
      }
    }
    @Module({ providers: [Options], exports: [Options] })
    class OptionsModule {}
    const expected = await etagWith([ETagModule.forRoot(options)]);
    const tags = [
      await etagWith([
        ETagModule.forRootAsync({
          imports: [ConfigModule],
          inject: ['SECRET'],
          useFactory: async (secret: string) => Promise.resolve({ secret }),
        }),
      ]),
      await etagWith([ETagModule.forRootAsync({ useClass: Options })]),
      await etagWith([ETagModule.forRootAsync({ imports: [OptionsModule], useExisting: Options })]),
    ];
    expect(tags).toEqual([expected, expected, expected]);
  });

  it('have defaults, and undefined is the default', async () => {
    const { send, close } = await start({ controllers: [UserController] });
    const expected = (await send('GET /user')).headers.etag;
    await close();
    expect(await etagWith([untyped.forRoot()])).toBe(expected);
    expect(await etagWith([untyped.forRoot({})])).toBe(expected);
    const none = { algorithm: undefined, cacheControl: undefined, requireIfMatch: undefined };
    expect(await etagWith([untyped.forRoot(none)])).toBe(expected);
  });
});
