import { expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  Post,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor, Type } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, ETagInterceptor, SkipETag, WeakETag } from '../../src/index.js';
import { create, describeOnEachAdapter } from '../support/each-adapter.js';
import type { AppOptions } from '../support/each-adapter.js';
import { fieldsOf } from '../support/fields.js';
import { tagOf } from '../support/tag-of.js';

const WEAK = /^W\/"[0-9a-f]{32}"$/;

@Injectable()
class Envelope implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

const user = { name: 'Shaun', age: 27 };

@Controller('decorated')
@ETag()
class DecoratedController {
  @Get()
  read(): unknown {
    return user;
  }

  @Get('wrapped')
  @UseInterceptors(Envelope)
  wrapped(): unknown {
    return user;
  }
}

@Controller('intercepted')
@UseInterceptors(ETagInterceptor)
class InterceptedController {
  @Get()
  read(): unknown {
    return user;
  }

  @Get('wrapped')
  @UseInterceptors(Envelope)
  wrapped(): unknown {
    return user;
  }

  @Get('skipped')
  @SkipETag()
  skipped(): unknown {
    return user;
  }

  @Get('weak')
  @WeakETag(['name'])
  weak(): unknown {
    return user;
  }
}

@Controller('handlers')
class HandlersController {
  @Get()
  @UseInterceptors(ETagInterceptor)
  read(): unknown {
    return user;
  }

  @Get('wrapped')
  @UseInterceptors(Envelope, ETagInterceptor)
  outside(): unknown {
    return user;
  }

  @Get('wrapped-last')
  @UseInterceptors(ETagInterceptor, Envelope)
  inside(): unknown {
    return user;
  }

  @Get('both')
  @ETag()
  @UseInterceptors(ETagInterceptor)
  both(): unknown {
    return user;
  }

  @Get('none')
  none(): unknown {
    return user;
  }
}

@Controller('plain')
class PlainController {
  @Get()
  read(): unknown {
    return user;
  }

  @Get('with/:id')
  one(@Param('id') id: string): unknown {
    return { id };
  }

  @Get('skipped')
  @SkipETag()
  skipped(): unknown {
    return user;
  }

  @Get('weak')
  @WeakETag(['name'])
  weak(): unknown {
    return user;
  }

  @Get('res')
  answers(@Res() response: { send(body: unknown): void }): void {
    response.send(user);
  }

  @Post()
  create(): unknown {
    return user;
  }
}

@Controller('skipped')
@SkipETag()
class SkippedController {
  @Get()
  read(): unknown {
    return user;
  }
}

describeOnEachAdapter('ETagInterceptor', (start) => {
  it('on a handler or a controller is the same as @ETag()', async () => {
    const { send, close } = await start({
      controllers: [DecoratedController, InterceptedController, HandlersController],
    });
    const plain = await send('GET /decorated');
    const wrapped = await send('GET /decorated/wrapped');
    expect(wrapped.text).toBe(JSON.stringify({ data: user }));
    for (const [path, expected] of [
      ['/intercepted', plain],
      ['/intercepted/wrapped', wrapped],
      ['/handlers', plain],
      ['/handlers/wrapped', wrapped],
      ['/handlers/wrapped-last', wrapped],
      ['/handlers/both', plain],
    ] as const) {
      const answer = await send({ path });
      expect([answer.text, fieldsOf(answer)]).toEqual([expected.text, fieldsOf(expected)]);
      const again = await send({
        path,
        headers: { 'If-None-Match': answer.headers.etag as string },
      });
      expect([again.status, again.text]).toEqual([304, '']);
    }
    await close();
  });

  it('on a controller gives way to what a handler says', async () => {
    const { send, close } = await start({
      controllers: [InterceptedController, HandlersController],
    });
    expect((await send('GET /intercepted/skipped')).headers).not.toHaveProperty('etag');
    expect((await send('GET /intercepted/weak')).headers.etag).toMatch(WEAK);
    expect((await send('GET /handlers/none')).headers).not.toHaveProperty('etag');
    await close();
  });

  it('in another place throws nothing: handlers that it does not stand on are left alone', async () => {
    @Module({ providers: [ETagInterceptor] })
    class OtherModule {}
    const { send, close } = await start({ imports: [OtherModule], controllers: [PlainController] });
    const { status, headers } = await send('GET /plain');
    await close();
    expect([status, headers.etag]).toEqual([200, undefined]);
  });

  it.each<[string, () => AppOptions]>([
    [
      'in the root module',
      () => ({ providers: [{ provide: APP_INTERCEPTOR, useClass: ETagInterceptor }] }),
    ],
    [
      'in an imported module',
      () => {
        @Module({ providers: [{ provide: APP_INTERCEPTOR, useClass: ETagInterceptor }] })
        class TaggingModule {}
        return { imports: [TaggingModule as Type] };
      },
    ],
    [
      'by the name of a provider',
      () => ({
        providers: [ETagInterceptor, { provide: APP_INTERCEPTOR, useExisting: ETagInterceptor }],
      }),
    ],
  ])('as an APP_INTERCEPTOR %s tags every controller', async (_where, options) => {
    const controllers = [PlainController, SkippedController, DecoratedController];
    const { send, close } = await start({ ...options(), controllers });
    const strong = tagOf(JSON.stringify(user));
    const etagOf = async (line: string): Promise<unknown> => (await send(line)).headers.etag;
    expect(await etagOf('GET /plain')).toBe(strong);
    expect(await etagOf('GET /plain/with/1')).toBe(tagOf('{"id":"1"}'));
    expect(await etagOf('GET /decorated')).toBe(strong);
    // No GET shows what was created.
    expect(await etagOf('POST /plain')).toBeUndefined();
    expect(await etagOf('GET /plain/weak')).toMatch(WEAK);
    for (const path of ['/plain/skipped', '/plain/res', '/skipped', '/no-such-path']) {
      expect(await etagOf(`GET ${path}`)).toBeUndefined();
    }
    const again = await send({ path: '/plain/with/1', headers: { 'If-None-Match': '*' } });
    await close();
    expect(again.status).toBe(304);
  });
});

it('ETagInterceptor without ETagModule stops the boot with the names of the controllers', async () => {
  const options = { withoutModule: true, controllers: [InterceptedController] };
  await expect(create('express', options)).rejects.toThrow(
    'InterceptedController uses the decorators of nestjs-etag, but ETagModule is not there: add ETagModule.forRoot() to the imports of your root module',
  );
  await expect(
    create('express', {
      withoutModule: true,
      providers: [{ provide: APP_INTERCEPTOR, useClass: ETagInterceptor }],
    }),
  ).rejects.toThrow(
    'A global guard or interceptor is of nestjs-etag, but ETagModule is not there: add ETagModule.forRoot() to the imports of your root module',
  );
});
