import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import {
  BadRequestException,
  Controller,
  Delete,
  Get,
  Head,
  HttpCode,
  HttpException,
  Logger,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Put,
  Redirect,
  Res,
  Sse,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import type { CanActivate, Type } from '@nestjs/common';
import { of } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, SkipETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { fieldsOf } from '../support/fields.js';
import type { RawResponse } from '../support/raw-request.js';

class Refuses implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

interface Reply {
  header(name: string, value: string): Reply;
  status(code: number): Reply;
  send(body?: unknown): void;
}

const user = { name: 'Shaun', age: 27 };

const noDecorator: ClassDecorator & MethodDecorator = () => undefined;

/** The same handlers with our decorators and without: whatever they answer, it must be the same. */
function controllers(decorated: boolean): Type[] {
  const tag = decorated ? ETag() : noDecorator;
  const skip = decorated ? SkipETag() : noDecorator;

  @Controller('tagged')
  @tag
  class TaggedController {
    @Get('404')
    missing(): unknown {
      throw new NotFoundException();
    }

    @Get('418')
    teapot(): unknown {
      throw new HttpException({ reason: 'teapot' }, 418);
    }

    @Get('500')
    broken(): unknown {
      throw new Error('broken');
    }

    @Get('rejected')
    async rejected(): Promise<unknown> {
      return Promise.reject(new BadRequestException('rejected'));
    }

    @Get('pipe/:id')
    pipe(@Param('id', ParseIntPipe) id: number): unknown {
      return { id };
    }

    @Get('refused')
    @UseGuards(Refuses)
    refused(): unknown {
      return user;
    }

    @Get('null')
    nothing(): unknown {
      return null;
    }

    @Get('undefined')
    undefined(): unknown {
      return undefined;
    }

    @Get('204')
    @HttpCode(204)
    noContent(): unknown {
      return undefined;
    }

    @Get('204-with-body')
    @HttpCode(204)
    noContentAfterAll(): unknown {
      return user;
    }

    @Get('status/:status')
    status(
      @Param('status', ParseIntPipe) status: number,
      @Res({ passthrough: true }) response: Reply,
    ): unknown {
      response.status(status);
      return user;
    }

    @Get('201')
    @HttpCode(201)
    created(): unknown {
      return user;
    }

    @Get('202')
    @HttpCode(202)
    accepted(): unknown {
      return user;
    }

    @Get('203')
    @HttpCode(203)
    transformed(): unknown {
      return user;
    }

    @Get('206')
    @HttpCode(206)
    partial(): unknown {
      return user;
    }

    @Get('302')
    @Redirect('/elsewhere', 302)
    elsewhere(): unknown {
      return undefined;
    }

    @Get('stream')
    stream(): unknown {
      return new StreamableFile(Readable.from([Buffer.from('a'), Buffer.from('b')]));
    }

    @Sse('events')
    events(): Observable<unknown> {
      return of({ data: 'one' });
    }

    @Get('res')
    answers(@Res() response: Reply): void {
      response.header('X-By', 'hand').send(user);
    }

    @Get('res/404')
    answersWithError(@Res() response: Reply): void {
      response.status(404).send(user);
    }

    @Get('skipped')
    @skip
    skipped(): unknown {
      return user;
    }

    @Head('head')
    head(): unknown {
      return undefined;
    }

    @Post('200')
    @HttpCode(200)
    search(): unknown {
      return user;
    }

    @Put()
    put(): unknown {
      return user;
    }

    @Patch()
    patch(): unknown {
      return user;
    }

    @Delete()
    delete(): unknown {
      return user;
    }
  }

  @Controller('untagged')
  class UntaggedController {
    @Get()
    read(): unknown {
      return user;
    }

    @Get('text')
    text(): unknown {
      return 'text';
    }

    @Get('with/:id')
    one(@Param('id') id: string): unknown {
      return { id };
    }

    @Get('304/:id')
    notModified(@Res({ passthrough: true }) response: Reply): void {
      response.status(304);
    }

    @Get('own-tag')
    ownTag(@Res({ passthrough: true }) response: Reply): unknown {
      response.header('ETag', 'bare').header('Last-Modified', 'yesterday');
      return user;
    }

    @Post()
    create(): unknown {
      return user;
    }

    @Put()
    replace(): unknown {
      return user;
    }
  }

  return [TaggedController, UntaggedController];
}

describeOnEachAdapter('an answer without an entity tag', (start) => {
  let withModule: Running;
  let without: Running;
  beforeAll(async () => {
    withModule = await start({ controllers: controllers(true) });
    without = await start({ controllers: controllers(false), withoutModule: true });
  });
  afterAll(() => Promise.all([withModule.close(), without.close()]));

  /** The answer with the module and without it; nothing in them may differ. */
  const both = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<[RawResponse, RawResponse]> => {
    const request = { method, path, headers };
    return [await withModule.send(request), await without.send(request)];
  };
  const all = ({ status, text, ...head }: RawResponse): unknown => [status, fieldsOf(head), text];

  const conditions: Record<string, string>[] = [
    {},
    { 'If-Match': '"x"' },
    { 'If-None-Match': '"x"' },
    { 'If-None-Match': 'malformed', 'If-Modified-Since': new Date().toUTCString() },
  ];
  /** Express answers this one with 304 by itself, whatever it is about. */
  const anything = { 'If-None-Match': '*' };

  it.each([
    ['an error that the handler throws', '404'],
    ['an error with a body of its own', '418'],
    ['an error that is no HTTP error', '500'],
    ['a rejected promise', 'rejected'],
    ["a pipe's error", 'pipe/x'],
    ["another guard's refusal", 'refused'],
    ['null', 'null'],
    ['undefined', 'undefined'],
    ['204', '204'],
    ['204 of a handler that returns something', '204-with-body'],
    ['an error status that the handler set', 'status/404'],
    ['a success other than 200', 'status/207'],
    ['201 to GET', '201'],
    ['202', '202'],
    ['203', '203'],
    ['206', '206'],
    ['a redirect', '302'],
    ['a stream', 'stream'],
    ['a handler marked @SkipETag()', 'skipped'],
  ])('%s is what it would be without the module, to the byte', async (_case, path) => {
    for (const method of ['GET', 'HEAD']) {
      for (const headers of conditions) {
        const [ours, theirs] = await both(method, `/tagged/${path}`, headers);
        expect(all(ours)).toEqual(all(theirs));
        expect(ours.headers).not.toHaveProperty('etag');
        expect(ours.headers).not.toHaveProperty('last-modified');
      }
    }
  });

  it.each(['null', 'undefined', '204', '203', 'stream', 'skipped', '404'])(
    'answers /tagged/%s as without any precondition to If-None-Match: *, on both adapters',
    async (path) => {
      const plain = await withModule.send(`GET /tagged/${path}`);
      const asked = await withModule.send({ path: `/tagged/${path}`, headers: anything });
      expect(all(asked)).toEqual(all(plain));
    },
  );

  it.each([
    ['HEAD', '/tagged/head'],
    ['POST', '/tagged/200'],
    ['PUT', '/tagged'],
    ['PATCH', '/tagged'],
    ['DELETE', '/tagged'],
    ['OPTIONS', '/tagged/404'],
    ['GET', '/tagged/no/such/path'],
    ['GET', '/no-such-path'],
  ])('%s %s is what it would be without the module, to the byte', async (method, path) => {
    for (const headers of conditions) {
      const [ours, theirs] = await both(method, path, headers);
      expect(all(ours)).toEqual(all(theirs));
      expect(ours.headers).not.toHaveProperty('etag');
    }
  });

  it.each([
    ['GET', '/tagged/res'],
    ['HEAD', '/tagged/res'],
    ['GET', '/tagged/res/404'],
    ['GET', '/tagged/events'],
    ['GET', '/untagged'],
    ['HEAD', '/untagged'],
    ['GET', '/untagged/text'],
    ['GET', '/untagged/with/1'],
    ['HEAD', '/untagged/with/1'],
    ['GET', '/untagged/304/1'],
    ['HEAD', '/untagged/304/1'],
    ['GET', '/untagged/own-tag'],
    ['HEAD', '/untagged/own-tag'],
    ['POST', '/untagged'],
    ['PUT', '/untagged'],
  ])(
    'a handler that is not ours to tag answers %s %s as without the module, to the byte',
    async (method, path) => {
      for (const headers of [...conditions, anything]) {
        const [ours, theirs] = await both(method, path, headers);
        expect(all(ours)).toEqual(all(theirs));
      }
    },
  );
});

let writes = 0;

@Controller('unguarded')
@ETag()
class UnguardedController {
  @Get()
  read(): unknown {
    return user;
  }

  @Put()
  replace(): unknown {
    writes++;
    return user;
  }
}

describeOnEachAdapter('a write that nothing guards, of a resource that is tagged', (start) => {
  it('goes ahead whatever If-Match says, and is told of once', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const running = await start({ controllers: [UnguardedController] });
    const put = (headers: Record<string, string>): Promise<RawResponse> =>
      running.send({ method: 'PUT', path: '/unguarded', headers });
    await put({});
    await running.send({ path: '/unguarded', headers: { 'If-Match': '*' } });
    expect(warn).not.toHaveBeenCalled();
    writes = 0;
    expect((await put({ 'If-Match': '"stale"' })).status).toBe(200);
    expect((await put({ 'If-Match': '"stale"' })).status).toBe(200);
    await running.close();
    expect([writes, warn.mock.calls]).toEqual([
      2,
      [
        [
          'UnguardedController.replace was sent If-Match with a PUT, and nothing compares it, so that a change which nobody has seen can be overwritten: put @IfMatch() on it (@ETag() tags what is read, and guards no write)',
        ],
      ],
    ]);
    jest.restoreAllMocks();
  });
});
