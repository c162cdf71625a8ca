import { expect, it } from '@jest/globals';
import { Controller, Get, Header, HttpCode, NotFoundException, Post, Res } from '@nestjs/common';
import { ETag, SkipETag, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

const user = { name: 'Shaun', age: 27 };

@Controller('users')
@ETag()
class UsersController {
  @Get('1')
  findOne(): unknown {
    return user;
  }

  @Get('1/card')
  @WeakETag(['name'])
  card(): unknown {
    return user;
  }

  @Get('by-decorator')
  @Header('Cache-Control', 'public, max-age=60')
  byDecorator(): unknown {
    return user;
  }

  @Get('by-hand')
  byHand(
    @Res({ passthrough: true }) response: { header(name: string, value: string): void },
  ): unknown {
    response.header('cache-control', 'no-store');
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

  @Get('204')
  @HttpCode(204)
  nothing(): unknown {
    return undefined;
  }

  @Post()
  create(): unknown {
    return user;
  }
}

describeOnEachAdapter('Cache-Control', (start) => {
  const fieldOf = async ({ send }: Running, path: string, headers = {}): Promise<unknown> =>
    (await send({ path, headers })).headers['cache-control'];
  const controllers = [UsersController];

  it('of a tagged answer lets nobody but the caller keep it, and asks to ask again', async () => {
    const running = await start({ controllers });
    const fields = [
      await fieldOf(running, '/users/1'),
      await fieldOf(running, '/users/1/card'),
      await fieldOf(running, '/users/1', { 'If-None-Match': '*' }),
      (await running.send('HEAD /users/1')).headers['cache-control'],
    ];
    await running.close();
    expect(fields).toEqual(Array.from(fields, () => 'private, no-cache'));
  });

  it("is the handler's own where it sets one, on 200 and on 304", async () => {
    const running = await start({ controllers });
    for (const headers of [{}, { 'If-None-Match': '*' }]) {
      expect(await fieldOf(running, '/users/by-decorator', headers)).toBe('public, max-age=60');
      expect(await fieldOf(running, '/users/by-hand', headers)).toBe('no-store');
    }
    await running.close();
  });

  it('is not ours to set on an answer without a tag', async () => {
    const running = await start({ controllers });
    for (const path of ['/users/skipped', '/users/404', '/users/204']) {
      expect(await fieldOf(running, path)).toBeUndefined();
    }
    await running.close();
  });

  it('is what the option says', async () => {
    const running = await start({ controllers, etag: { cacheControl: 'public, no-cache' } });
    expect(await fieldOf(running, '/users/1')).toBe('public, no-cache');
    expect(await fieldOf(running, '/users/1', { 'If-None-Match': '*' })).toBe('public, no-cache');
    expect(await fieldOf(running, '/users/by-decorator')).toBe('public, max-age=60');
    await running.close();
  });

  it('is left out when the option is false, and the tag stays', async () => {
    const running = await start({ controllers, etag: { cacheControl: false } });
    const { headers } = await running.send('GET /users/1');
    expect(await fieldOf(running, '/users/by-decorator')).toBe('public, max-age=60');
    await running.close();
    expect(headers).not.toHaveProperty('cache-control');
    expect(headers).toHaveProperty('etag');
  });
});
