import { describe, expect, it } from '@jest/globals';
import {
  All,
  Body,
  Controller,
  Delete,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  Patch,
  Post,
  Put,
  Redirect,
  Req,
  Res,
  Scope,
  Sse,
  UseGuards,
} from '@nestjs/common';
import type { INestApplication, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { APP_GUARD, NestFactory, REQUEST } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import {
  ETag,
  ETagModule,
  IfMatch,
  IfMatchGuard,
  ItemETags,
  LastModified,
  Precondition,
  SkipETag,
  SkipIfMatch,
  WeakETag,
} from '../../src/index.js';
import type { ETagModuleOptions, IfMatchOptions } from '../../src/index.js';

interface Item {
  id: string;
}

/** A controller with a read, and a write that is guarded as a test says. */
function controllerWith(
  onWrite: MethodDecorator,
  onRead: MethodDecorator = ETag(),
  write: (path: string) => MethodDecorator = Put,
): Type {
  @Controller('items')
  class ItemsController {
    @onRead
    @Get(':id')
    findOne(@Param('id') id: string): Item {
      return { id };
    }

    @onRead
    @Get('by-name/:name')
    findByName(@Param('name') name: string): Item {
      return { id: name };
    }

    @onWrite
    @write(':id')
    update(@Param('id') id: string): Item {
      return { id };
    }
  }
  return ItemsController;
}

/** A wrong option, as somebody writes it who does not use TypeScript. */
const ifMatch = (options: unknown): MethodDecorator => IfMatch(options as IfMatchOptions);

/** Boots an application, and stops it again. */
async function boot(
  metadata: ModuleMetadata,
  configure: (app: INestApplication) => void = () => undefined,
): Promise<void> {
  @Module(metadata)
  class AppModule {}
  const app = await NestFactory.create(AppModule, new ExpressAdapter(), {
    logger: false,
    abortOnError: false,
  });
  try {
    configure(app);
    await app.init();
  } finally {
    await app.close();
  }
}

function bootWith(
  controller: Type,
  options: ETagModuleOptions = {},
  more: ModuleMetadata = {},
  configure?: (app: INestApplication) => void,
): Promise<void> {
  const imports = [ETagModule.forRoot(options)];
  return boot({ ...more, imports, controllers: [controller] }, configure);
}

/** The sentences that one error message must hold. */
function telling(...parts: readonly string[]): RegExp {
  return new RegExp(parts.map(escaped).join('[^]*'));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('a write that could never be compared with anything does not boot', () => {
  it('without a GET handler for its path', async () => {
    @Controller('items')
    @ETag()
    class NothingToCompareController {
      @Get()
      findAll(): Item[] {
        return [];
      }

      @Put(':id')
      @IfMatch()
      update(): void {}
    }
    await expect(bootWith(NothingToCompareController)).rejects.toThrow(
      telling(
        'NothingToCompareController.update is guarded by @IfMatch()',
        "no GET handler for the same path, ':id', to compare with",
        '@IfMatch({ current: (controller, request) => … })',
      ),
    );
  });

  it('with a GET handler whose parameter has another name', async () => {
    @Controller('items')
    @ETag()
    class OtherNameController {
      @Get(':id')
      findOne(@Param('id') id: string): Item {
        return { id };
      }

      @Put(':itemId')
      @IfMatch()
      update(): void {}
    }
    await expect(bootWith(OtherNameController)).rejects.toThrow(
      "OtherNameController.update is guarded by @IfMatch(), and has the path ':itemId' where OtherNameController.findOne has ':id': give the parameters of both the same names",
    );
  });

  it.each(['findTwo', 'update', 'constructor', ''])(
    'with current: %p, which is no GET handler',
    async (current) => {
      await expect(bootWith(controllerWith(ifMatch({ current })))).rejects.toThrow(
        telling(
          `@IfMatch() on ItemsController.update names current: '${current}'`,
          'no GET handler of this controller',
          "'findOne', 'findByName'",
        ),
      );
    },
  );

  it('with a current that needs a parameter which its path does not have', async () => {
    await expect(bootWith(controllerWith(ifMatch({ current: 'findByName' })))).rejects.toThrow(
      telling(
        "@IfMatch() on ItemsController.update names current: 'findByName'",
        "'items/by-name/:name' has a parameter that 'items/:id' does not",
        '(controller, request) =>',
      ),
    );
  });

  it('with a current whose controller has a parameter in its path that its own does not have', async () => {
    @Controller('orgs/:org/items')
    @ETag()
    class ItemsOfOrgController {
      @Get(':id')
      findOne(): object {
        return {};
      }
    }
    const bootWithWriteAt = (path: string): Promise<void> => {
      @Controller(path)
      class OtherController {
        @Put(':id')
        @IfMatch({ current: [ItemsOfOrgController, 'findOne'] })
        update(): object {
          return {};
        }
      }
      const controllers = [OtherController, ItemsOfOrgController];
      return boot({ imports: [ETagModule.forRoot()], controllers });
    };
    await expect(bootWithWriteAt('items')).rejects.toThrow(
      "'orgs/:org/items/:id' has a parameter that 'items/:id' does not",
    );
    await expect(bootWithWriteAt('archive/:org')).resolves.toBeUndefined();
  });

  it.each<[string, MethodDecorator]>([
    ['is not tagged', SkipETag()],
    ['says nothing', () => undefined],
  ])('with a GET that %s', async (_, onRead) => {
    await expect(bootWith(controllerWith(IfMatch(), onRead))).rejects.toThrow(
      telling(
        'ItemsController.update is compared with ItemsController.findOne',
        'publishes no entity tag',
        'put @ETag() on ItemsController.findOne',
      ),
    );
  });

  it('with a GET that answers by itself, streams events or redirects', async () => {
    @Controller('items')
    @ETag()
    class AnswersItselfController {
      @Get(':id')
      findOne(@Res() response: { end(): void }): void {
        response.end();
      }

      @Put(':id')
      @IfMatch()
      update(): void {}
    }
    await expect(bootWith(AnswersItselfController)).rejects.toThrow('takes @Res()');

    @Controller('items')
    @ETag()
    class StreamsController {
      @Sse(':id')
      findOne(): unknown {
        return undefined;
      }

      @Put(':id')
      @IfMatch()
      update(): void {}
    }
    await expect(bootWith(StreamsController)).rejects.toThrow('streams events');

    @Controller('items')
    @ETag()
    class RedirectsController {
      @Get(':id')
      @Redirect('/elsewhere')
      findOne(): void {}

      @Put(':id')
      @IfMatch()
      update(): void {}
    }
    await expect(bootWith(RedirectsController)).rejects.toThrow('redirects');
  });

  it.each<[string, (path: string) => MethodDecorator]>([
    ['PUT', Put],
    ['PATCH', Patch],
    ['DELETE', Delete],
  ])('with a GET whose tag is weak, on %s', async (_, write) => {
    const controller = controllerWith(IfMatch(), WeakETag(['id']), write);
    await expect(bootWith(controller)).rejects.toThrow(
      telling(
        'ItemsController.update is compared with ItemsController.findOne, whose entity tag is weak',
        'RFC 9110 §13.1.1',
        '@ETag()',
        "@IfMatch({ comparison: 'weak' })",
      ),
    );
    await bootWith(controllerWith(ifMatch({ comparison: 'weak' }), WeakETag(['id']), write));
  });

  it('with a GET that publishes a date alone, where If-Match is required', async () => {
    await expect(bootWith(controllerWith(IfMatch(), LastModified('id')))).rejects.toThrow(
      telling(
        'ItemsController.update requires If-Match, and is compared with ItemsController.findOne',
        'a date but no entity tag',
        '@ETag()',
        '@IfMatch({ unmodifiedSince: true })',
      ),
    );
    await bootWith(controllerWith(ifMatch({ unmodifiedSince: true }), LastModified('id')));
    await bootWith(controllerWith(ifMatch({ required: false }), LastModified('id')));
  });

  it.each<[string, (path: string) => MethodDecorator]>([
    ['a GET', Get],
    ['all methods', All],
  ])('when it is no write at all: %s', async (_, verb) => {
    await expect(bootWith(controllerWith(IfMatch(), ETag(), verb))).rejects.toThrow(
      telling('@IfMatch() guards writes, and ItemsController.update handles', 'PUT, PATCH, DELETE'),
    );
  });

  it('when it is @All() of a guarded controller, which would write without If-Match', async () => {
    const controller = (...decorators: MethodDecorator[]) => {
      @Controller('items')
      @ETag()
      @IfMatch()
      class ItemsController {
        @Get(':id')
        findOne(): Item {
          return { id: '1' };
        }

        @All(':id')
        anything(): void {}
      }
      const method = Object.getOwnPropertyDescriptor(ItemsController.prototype, 'anything');
      for (const decorate of decorators) decorate(ItemsController.prototype, 'anything', method!);
      return ItemsController;
    };
    await expect(bootWith(controller())).rejects.toThrow(
      telling('ItemsController.anything handles all methods', '@SkipIfMatch()'),
    );
    await bootWith(controller(SkipIfMatch()));
  });
});

describe('wrong options of @IfMatch() do not boot', () => {
  it.each<[string, unknown, string]>([
    ['a name for an object', 'findOne', "takes an object of options, not 'findOne'"],
    ['null', null, 'takes an object of options, not null'],
    ['a list', ['findOne'], "takes an object of options, not ['findOne']"],
    ['a Map', new Map([['required', false]]), 'not an object of the class Map'],
    ['a promise', Promise.resolve({ required: false }), 'not a promise: await'],
    ['a name that is misspelled', { currant: 'findOne' }, "has no option 'currant': it knows"],
    ['a name that every object has', { toString: true }, "has no option 'toString'"],
    ['current', { current: 5 }, "option 'current' must be the name of a GET handler"],
    [
      'current: a class without the method',
      { current: class Without {} },
      'with a method current(request)',
    ],
    ['version', { version: '' }, "option 'version' must be the name of a property"],
    ['version: a path that is none', { version: 'a..b' }, 'a..b'],
    ['comparison', { comparison: 'lax' }, "must be 'strong' or 'weak', not 'lax'"],
    [
      'required',
      { required: 'yes' },
      "option 'required' must be true, false or 'existing', not 'yes'",
    ],
    ['creates', { creates: 1 }, "option 'creates' must be true or false, not 1"],
    ['etag', { etag: null }, "option 'etag' must be true, false or 'answer', not null"],
    ['unmodifiedSince', { unmodifiedSince: {} }, "option 'unmodifiedSince' must be true or false"],
    ['property', { property: '' }, "option 'property' must be the name of a property of the body"],
    ['key', { key: 'id' }, "option 'key' must be a function (request) => string, not 'id'"],
  ])('%s', async (_, options, sentence) => {
    await expect(bootWith(controllerWith(ifMatch(options)))).rejects.toThrow(
      telling('@IfMatch() on ItemsController.update', sentence),
    );
  });
});

it.each<[string, unknown]>([
  ['a Map', new Map([['required', true]])],
  ['a promise', Promise.resolve({ required: true })],
])('options of a handler that are %s do not boot, whatever its class says', async (_, options) => {
  @Controller('items')
  @ETag()
  @IfMatch({ required: false })
  class ItemsController {
    @Get(':id')
    findOne(): object {
      return {};
    }

    @Put(':id')
    @ifMatch(options)
    update(): object {
      return {};
    }
  }
  await expect(bootWith(ItemsController)).rejects.toThrow(
    telling('@IfMatch() on ItemsController.update takes an object of options'),
  );
});

describe('a decorator without its parentheses', () => {
  /** As somebody writes it who does not use TypeScript. */
  type Bare = ClassDecorator & MethodDecorator & ParameterDecorator;
  const bare = (decorator: unknown): Bare => decorator as Bare;

  it.each<[string, Bare]>([
    ['@ETag()', bare(ETag)],
    ["@WeakETag(['name'])", bare(WeakETag)],
    ['@SkipETag()', bare(SkipETag)],
    ["@LastModified('updatedAt')", bare(LastModified)],
    ['@ItemETags()', bare(ItemETags)],
    ['@IfMatch()', bare(IfMatch)],
  ])('is told apart from %s, on a handler and on a class', (written, decorator) => {
    const name = written.replace(/\(.*/, '');
    expect(() => {
      class ItemsController {
        @decorator
        findOne(): void {}
      }
      return ItemsController;
    }).toThrow(
      `${name} on a handler of ItemsController is not called: write ${written}, with parentheses`,
    );
    expect(() => {
      @decorator
      class ItemsController {}
      return ItemsController;
    }).toThrow(`${name} on ItemsController is not called: write ${written}, with parentheses`);
  });

  it('is told apart from @Precondition(), on a parameter', () => {
    expect(() => {
      class ItemsController {
        update(@bare(Precondition) _precondition: Precondition): void {}
      }
      return ItemsController;
    }).toThrow('@Precondition on a handler of ItemsController is not called');
  });
});

describe('two tags on one thing', () => {
  it.each<[string, ClassDecorator & MethodDecorator, ClassDecorator & MethodDecorator]>([
    ['@ETag() and @WeakETag()', ETag(), WeakETag(['id'])],
    ['@SkipETag() and @ETag()', SkipETag(), ETag()],
    ['@ETag(), twice', ETag(), ETag({ version: 'id' })],
  ])('are refused: %s', (_, first, second) => {
    expect(() => {
      @first
      @second
      class ItemsController {}
      return ItemsController;
    }).toThrow('ItemsController has more than one of @ETag(), @WeakETag() and @SkipETag()');
    expect(() => {
      class ItemsController {
        @first
        @second
        findOne(): void {}
      }
      return ItemsController;
    }).toThrow('ItemsController.findOne has more than one of');
  });

  it('are none where a class extends another, or a handler its controller', () => {
    expect(() => {
      @ETag()
      class Base {
        @SkipETag()
        findOne(): void {}
      }

      @WeakETag(['id'])
      class ItemsController extends Base {
        @ETag()
        override findOne(): void {}
      }
      return ItemsController;
    }).not.toThrow();
  });
});

describe('what a decorator names and nobody provides does not boot', () => {
  @Injectable()
  class CurrentItem {
    current(): Item {
      return { id: '1' };
    }
  }

  @Injectable({ scope: Scope.REQUEST })
  class ScopedItem extends CurrentItem {}

  @Injectable()
  class ItemVersion {
    validate(): number {
      return 1;
    }
  }

  it('as current', async () => {
    await expect(bootWith(controllerWith(ifMatch({ current: CurrentItem })))).rejects.toThrow(
      telling(
        'CurrentItem, current of @IfMatch() on ItemsController.update, cannot be injected',
        'add it to the providers of a module',
      ),
    );
    await bootWith(
      controllerWith(ifMatch({ current: CurrentItem })),
      {},
      {
        providers: [CurrentItem],
      },
    );
  });

  it('as current, when it is made for each request', async () => {
    await expect(
      bootWith(controllerWith(ifMatch({ current: ScopedItem })), {}, { providers: [ScopedItem] }),
    ).rejects.toThrow(telling('ScopedItem', 'in the default scope'));
  });

  it('as validator', async () => {
    const controller = controllerWith(IfMatch(), ETag({ validator: ItemVersion }));
    await expect(bootWith(controller)).rejects.toThrow(
      telling('ItemVersion, the validator of ItemsController.findOne, cannot be injected'),
    );
  });
});

describe('@Precondition() and the guard belong together', () => {
  it('a handler that takes one and is not guarded does not boot', async () => {
    @Controller('items')
    @ETag()
    class UnguardedController {
      @Get(':id')
      findOne(): Item {
        return { id: '' };
      }

      @Put(':id')
      update(@Body() _change: unknown, @Precondition() _precondition: Precondition): void {}
    }
    await expect(bootWith(UnguardedController)).rejects.toThrow(
      telling('UnguardedController.update takes @Precondition()', 'put @IfMatch() on it'),
    );
  });

  it("with atomicity: 'database', a guarded handler that takes none does not boot", async () => {
    await expect(bootWith(controllerWith(IfMatch()), { atomicity: 'database' })).rejects.toThrow(
      telling(
        "ItemsController.update is guarded, and with atomicity: 'database'",
        '@Precondition() precondition: Precondition',
        'precondition.settle(await repository.update(precondition.where({ id }), change))',
      ),
    );
  });

  it('a handler that takes one boots, among other parameters', async () => {
    @Controller('items')
    @ETag({ version: 'version' })
    class TakesOneController {
      @Get(':id')
      findOne(): Item {
        return { id: '' };
      }

      @Put(':id')
      @IfMatch()
      update(
        @Req() _request: unknown,
        @Precondition() _precondition: Precondition,
        @Body() _change: unknown,
      ): void {}
    }
    await bootWith(TakesOneController, { atomicity: 'database' });
  });
});

@Controller('guarded')
@ETag()
class GuardedController {
  @Get(':id')
  findOne(@Param('id') id: string): Item {
    return { id };
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id') id: string): Item {
    return { id };
  }
}

describe('ETagModule', () => {
  it.each<[string, Type]>([
    ['@IfMatch()', controllerWith(IfMatch(), () => undefined)],
    ['@UseGuards(IfMatchGuard)', controllerWith(UseGuards(IfMatchGuard), () => undefined)],
  ])('that is forgotten is missed, by who wrote %s', async (_, controller) => {
    await expect(boot({ controllers: [controller] })).rejects.toThrow(
      telling(
        'ItemsController uses the decorators of nestjs-etag, but ETagModule is not there',
        'add ETagModule.forRoot() to the imports of your root module',
      ),
    );
  });

  it('that is forgotten is missed for handlers that are inherited', async () => {
    @Controller('inherited')
    class InheritingController extends controllerWith(IfMatch()) {}
    await expect(boot({ controllers: [InheritingController] })).rejects.toThrow(
      telling('InheritingController uses the decorators'),
    );
  });

  it('that is forgotten is not missed where a controller is tested alone, but as soon as it is to be reached', async () => {
    const testing = await Test.createTestingModule({ controllers: [GuardedController] }).compile();
    expect(testing.get(GuardedController).update('7')).toEqual({ id: '7' });
    const app = testing.createNestApplication(new ExpressAdapter(), { logger: false });
    await expect(app.init()).rejects.toThrow(
      'GuardedController uses the decorators of nestjs-etag, but ETagModule is not there',
    );
    await app.close();
  });

  it('that is imported twice does not boot', async () => {
    @Module({ imports: [ETagModule.forRoot()] })
    class FeatureModule {}
    await expect(
      boot({
        imports: [ETagModule.forRoot({ secret: 'a secret of the root module' }), FeatureModule],
        controllers: [controllerWith(IfMatch())],
      }),
    ).rejects.toThrow(telling('ETagModule is imported 2 times', 'once'));
  });

  it('without forRoot() does not boot', async () => {
    await expect(
      boot({ imports: [ETagModule], controllers: [controllerWith(IfMatch())] }),
    ).rejects.toThrow('ETagModule.forRoot()');
  });
});

describe('IfMatchGuard as a global guard does not boot: it would run before other guards', () => {
  class RequestGuard extends IfMatchGuard {
    @Inject(REQUEST) readonly request!: object;
  }

  it.each<[string, Provider[]]>([
    ['useClass', [{ provide: APP_GUARD, useClass: IfMatchGuard }]],
    ['useExisting', [IfMatchGuard, { provide: APP_GUARD, useExisting: IfMatchGuard }]],
    [
      'useFactory',
      [
        IfMatchGuard,
        { provide: APP_GUARD, useFactory: (guard: object) => guard, inject: [IfMatchGuard] },
      ],
    ],
    [
      'a guard of each request',
      [{ provide: APP_GUARD, useClass: RequestGuard, scope: Scope.REQUEST }],
    ],
  ])('by APP_GUARD and %s', async (_, providers) => {
    await expect(bootWith(controllerWith(IfMatch()), {}, { providers })).rejects.toThrow(
      telling('IfMatchGuard is a global guard', 'put @IfMatch() on the controllers'),
    );
  });

  it('by app.useGlobalGuards()', async () => {
    const booted = bootWith(
      controllerWith(IfMatch()),
      {},
      { providers: [IfMatchGuard] },
      (app) => void app.useGlobalGuards(app.get(IfMatchGuard)),
    );
    await expect(booted).rejects.toThrow('IfMatchGuard is a global guard');
  });

  it('control: another global guard does', async () => {
    const providers = [{ provide: APP_GUARD, useValue: { canActivate: () => true } }];
    await expect(bootWith(controllerWith(IfMatch()), {}, { providers })).resolves.toBeUndefined();
  });
});

describe('a decorator that replaces a method', () => {
  type Method = (...given: unknown[]) => unknown;
  const timed = (_: object, __: string | symbol, descriptor: PropertyDescriptor): void => {
    const inner = descriptor.value as Method;
    descriptor.value = function wrapped(this: unknown, ...given: unknown[]): unknown {
      return inner.apply(this, given);
    };
  };
  const timedWithMetadata = (
    target: object,
    name: string | symbol,
    descriptor: PropertyDescriptor,
  ): void => {
    const inner = descriptor.value as Method;
    timed(target, name, descriptor);
    for (const key of Reflect.getMetadataKeys(inner) as unknown[]) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, inner), descriptor.value as object);
    }
  };
  /** A controller, as its decorators stand: ours below the one that replaces the method, and above it. */
  const replacing = (replace: unknown, ours: 'below' | 'above'): Type => {
    const [above, below] = [ours === 'above', ours === 'below'];
    const either = (is: boolean, decorator: MethodDecorator): MethodDecorator =>
      is ? decorator : () => undefined;

    @Controller('items')
    class ReplacedController {
      @Get(':id')
      @either(above, ETag())
      @(replace as MethodDecorator)
      @either(below, ETag())
      findOne(@Param('id') id: string): Item {
        return { id };
      }

      @Put(':id')
      @either(above, IfMatch())
      @(replace as MethodDecorator)
      @either(below, IfMatch())
      update(@Param('id') id: string): Item {
        return { id };
      }
    }
    return ReplacedController;
  };

  it('does not boot where it stands above ours and loses it', async () => {
    await expect(bootWith(replacing(timed, 'below'))).rejects.toThrow(
      telling(
        'ReplacedController.findOne has @ETag(), @WeakETag() or @SkipETag()',
        'has replaced the method without its metadata',
        'write ours above that one',
        'ReplacedController.update has @IfMatch()',
      ),
    );
  });

  it.each<[string, unknown, 'below' | 'above']>([
    ['where it copies the metadata', timedWithMetadata, 'below'],
    ['where it stands below ours', timed, 'above'],
  ])('boots %s', async (_, replace, ours) => {
    await expect(bootWith(replacing(replace, ours))).resolves.toBeUndefined();
  });

  it('is no matter of a class that overrides the method', async () => {
    @Controller('items')
    class OverridingController extends controllerWith(IfMatch()) {
      @Put(':id')
      update(@Param('id') id: string): Item {
        return { id };
      }
    }
    await expect(bootWith(OverridingController)).resolves.toBeUndefined();
  });
});

it.each<[string, MethodDecorator]>([
  ['@IfMatch()', IfMatch()],
  ['its guard', UseGuards(IfMatchGuard)],
])('%s and @SkipIfMatch() on one handler do not boot', async (_, guarded) => {
  const both: MethodDecorator = (target, name, descriptor) => {
    guarded(target, name, descriptor);
    SkipIfMatch()(target, name, descriptor);
  };
  await expect(bootWith(controllerWith(both))).rejects.toThrow(
    'ItemsController.update has both @IfMatch() (or its guard) and @SkipIfMatch()',
  );
});

describe('two applications', () => {
  const create = (adapter: ExpressAdapter): Promise<INestApplication> => {
    @Module({ imports: [ETagModule.forRoot()], controllers: [controllerWith(IfMatch())] })
    class AppModule {}
    return NestFactory.create(AppModule, adapter, { logger: false, abortOnError: false });
  };

  it('on one instance of Express do not boot', async () => {
    const adapter = new ExpressAdapter();
    const first = await create(adapter);
    await first.init();
    const second = await create(new ExpressAdapter(adapter.getInstance()));
    await expect(second.init()).rejects.toThrow('share one instance of Express');
    await first.close();
  });

  it('control: each on its own boot, also where one is mounted in the other', async () => {
    const outer = new ExpressAdapter();
    const inner = new ExpressAdapter();
    const apps = [await create(outer), await create(inner)];
    outer.use('/inner', inner.getInstance());
    for (const app of apps) await app.init();
    for (const app of apps) await app.close();
  });
});

it('what is wrong of a POST is told as well', async () => {
  await expect(
    bootWith(controllerWith(ifMatch({ current: 'nobody' }), ETag(), Post)),
  ).rejects.toThrow('ItemsController.update');
});
