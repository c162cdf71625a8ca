import { expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Param,
  Put,
  Query,
  RequestMethod,
  Scope,
  Version,
  VersioningType,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { ETag, IfMatch, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

@Controller({ path: 'versions', version: '1' })
@ETag()
class FirstController {
  @Get()
  read(): unknown {
    return { version: 1 };
  }
}

@Controller({ path: 'versions', version: '2' })
class SecondController {
  @Get()
  read(): unknown {
    return { version: 2 };
  }

  @Get('weak')
  @Version(['2', '3'])
  @WeakETag(['version'])
  weak(): unknown {
    return { version: 2 };
  }
}

@Injectable({ scope: Scope.REQUEST })
class Caller {
  readonly name: string;

  constructor(@Inject(REQUEST) request: { query: { caller?: string } }) {
    this.name = request.query.caller ?? 'nobody';
  }
}

@Controller('scoped')
@ETag()
class ScopedController {
  constructor(@Inject(Caller) private readonly caller: Caller) {}

  @Get(':id')
  read(@Param('id') id: string): unknown {
    return { id, caller: this.caller.name };
  }
}

@Controller(['one', 'other'])
@ETag()
class PathsController {
  @Get(['', 'again', 'deep/:a/:b', 'rest/*'])
  read(@Query('page') page?: string): unknown {
    return { page };
  }
}

@Controller({ path: 'hosted', host: ':tenant.example' })
@ETag()
class HostedController {
  @Get()
  read(): unknown {
    return { hosted: true };
  }
}

@Controller({ path: 'hosted-plainly', host: 'acme.example' })
class PlainlyHostedController {
  @Get()
  read(): unknown {
    return {};
  }
}

describeOnEachAdapter('tags follow the router', (start) => {
  /** The status of a read, whether its tag is of its bytes, and the status when it is asked again. */
  const outcome = async (
    { send }: Running,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<unknown> => {
    const fresh = await send({ path, headers });
    const { etag } = fresh.headers;
    if (etag === undefined) return [fresh.status, 'untagged'];
    const again = await send({ path, headers: { ...headers, 'If-None-Match': etag } });
    return [fresh.status, etag === tagOf(fresh.text) ? 'tagged' : etag, again.status];
  };
  const tagged = [200, 'tagged', 304];
  const untagged = [200, 'untagged'];
  const weak = [200, expect.stringMatching(/^W\/"/), 304];

  it('to each of several paths, with wildcards as Nest registers them', async () => {
    @Controller('places')
    @ETag()
    class PlacesController {
      @Get([':id', 'files/*'])
      read(): unknown {
        return { text: 'a place' };
      }

      @Put([':id', 'files/*'])
      @IfMatch({ etag: false })
      write(): object {
        return {};
      }
    }
    const running = await start({ controllers: [PlacesController] });
    for (const path of ['/places/1', '/places/files/a/b']) {
      expect([path, await outcome(running, path)]).toEqual([path, tagged]);
      const headers = { 'If-Match': tagOf('{"text":"a place"}') };
      const stale = { 'If-Match': '"stale"' };
      expect((await running.send({ method: 'PUT', path, headers })).status).toBe(200);
      expect((await running.send({ method: 'PUT', path, headers: stale })).status).toBe(412);
      expect((await running.send({ method: 'PUT', path })).status).toBe(428);
    }
    await running.close();
  });

  it('to versions in the path', async () => {
    const running = await start({
      controllers: [FirstController, SecondController],
      configure: (app) => void app.enableVersioning({ type: VersioningType.URI }),
    });
    expect(await outcome(running, '/v1/versions')).toEqual(tagged);
    expect(await outcome(running, '/v2/versions')).toEqual(untagged);
    expect(await outcome(running, '/v3/versions/weak')).toEqual(weak);
    await running.close();
  });

  it('to versions in a header, of one and the same path', async () => {
    const running = await start({
      controllers: [FirstController, SecondController],
      configure: (app) =>
        void app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' }),
    });
    expect(await outcome(running, '/versions', { 'X-Version': '1' })).toEqual(tagged);
    expect(await outcome(running, '/versions', { 'X-Version': '2' })).toEqual(untagged);
    expect(await outcome(running, '/versions/weak', { 'X-Version': '3' })).toEqual(weak);
    expect(await outcome(running, '/versions', { 'X-Version': '9' })).toEqual([404, 'untagged']);
    await running.close();
  });

  it('to a controller that is made for each request', async () => {
    const running = await start({ controllers: [ScopedController], providers: [Caller] });
    expect(await outcome(running, '/scoped/1?caller=a')).toEqual(tagged);
    const [a, b] = await Promise.all(
      ['a', 'b'].map((caller) => running.send(`GET /scoped/1?caller=${caller}`)),
    );
    await running.close();
    expect([a?.json(), b?.json()]).toEqual([
      { id: '1', caller: 'a' },
      { id: '1', caller: 'b' },
    ]);
    expect(a?.headers.etag).not.toBe(b?.headers.etag);
  });

  it('to every path of a handler that has several, below a prefix', async () => {
    const running = await start({
      controllers: [PathsController, FirstController],
      configure: (app) =>
        void app.setGlobalPrefix('api', {
          exclude: [{ path: 'versions', method: RequestMethod.GET }],
        }),
    });
    for (const path of ['/one', '/other', '/one/again', '/one/deep/x/y', '/other/rest/x/y/z']) {
      expect(await outcome(running, `/api${path}?page=2`)).toEqual(tagged);
    }
    expect(await outcome(running, '/versions')).toEqual(tagged);
    await running.close();
  });

  it('to a host', async () => {
    const running = await start({ controllers: [HostedController, PlainlyHostedController] });
    expect(await outcome(running, '/hosted', { Host: 'acme.example' })).toEqual(tagged);
    // The oldest Nest answers another host with 500 on Fastify.
    const elsewhere = { Host: 'example.org' };
    const plain = await outcome(running, '/hosted-plainly', elsewhere);
    expect(await outcome(running, '/hosted', elsewhere)).toEqual(plain);
    await running.close();
  });
});
