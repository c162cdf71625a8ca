import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { ETag, WeakETag } from '../../src/index.js';
import type { ETagModuleOptions } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';

/**
 * The tags of `{ "name": "Shaun", "age": 27 }`, for ever: a release that makes others makes every client read everything
 * again, and every writer collide. To be checked by hand:
 *
 *     printf '{"name":"Shaun","age":27}' | sha256sum
 *     printf '["name"]{"name":"Shaun"}' | sha256sum
 *     printf '{"name":"Shaun","age":27}' | openssl dgst -sha256 -hmac 'correct horse'
 */
const GOLDEN = {
  plain: {
    strong: '"77bc43ac22bb2f5a9fbab5a32554a5d3"',
    weak: 'W/"dc31cc2cf7012b08cb8abb113c59fc05"',
  },
  keyed: {
    strong: '"8d4c1f876f535781b7cafee44efd592d"',
    weak: 'W/"3cce94af892520a3d2b313e26a71f120"',
  },
};

const SECRET = 'correct horse';

@Controller('users')
class UsersController {
  @Get('1')
  @ETag()
  findOne(): unknown {
    return { name: 'Shaun', age: 27 };
  }

  @Get('1/card')
  @WeakETag(['name'])
  card(): unknown {
    return { name: 'Shaun', age: 27 };
  }
}

describeOnEachAdapter('the golden tags', (start) => {
  const tagsWith = async (etag: ETagModuleOptions): Promise<{ strong: unknown; weak: unknown }> => {
    const { send, close } = await start({ etag, controllers: [UsersController] });
    const strong = (await send('GET /users/1')).headers.etag;
    const weak = (await send('GET /users/1/card')).headers.etag;
    await close();
    return { strong, weak };
  };

  it('are these', async () => {
    expect(await tagsWith({})).toEqual(GOLDEN.plain);
  });

  it('are others with a secret, and these with this one', async () => {
    expect(await tagsWith({ secret: SECRET })).toEqual(GOLDEN.keyed);
    expect(await tagsWith({ secret: Buffer.from(SECRET) })).toEqual(GOLDEN.keyed);
  });

  it('are others with every other secret and algorithm', async () => {
    const others = [
      await tagsWith({ secret: 'battery staple' }),
      await tagsWith({ algorithm: 'sha512' }),
      await tagsWith({ algorithm: 'sha512', secret: SECRET }),
      GOLDEN.plain,
      GOLDEN.keyed,
    ];
    expect(new Set(others.map(({ strong }) => strong)).size).toBe(others.length);
    expect(new Set(others.map(({ weak }) => weak)).size).toBe(others.length);
  });

  it('outlive a restart: what a client got before is 304 after', async () => {
    const before = await start({ controllers: [UsersController] });
    const paths = ['/users/1', '/users/1/card'];
    const tags = await Promise.all(
      paths.map(async (path) => (await before.send({ path })).headers.etag ?? ''),
    );
    await before.close();
    const after = await start({ controllers: [UsersController] });
    const again = await Promise.all(
      paths.map((path, index) =>
        after.send({ path, headers: { 'If-None-Match': tags[index] as string } }),
      ),
    );
    await after.close();
    expect(again.map(({ status }) => status)).toEqual([304, 304]);
  });
});

it('the golden tags are the same in every process, wherever and in whatever language it runs', async () => {
  const hooks = fileURLToPath(new URL('../support/typescript.mjs', import.meta.url));
  const program = fileURLToPath(new URL('../support/golden-answers.ts', import.meta.url));
  const processes = [
    { TZ: 'UTC', LANG: 'C', HOSTNAME: 'one' },
    { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', HOSTNAME: 'two' },
  ].map(async (environment) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--no-warnings', '--import', hooks, program],
      { env: { ...process.env, ...environment } },
    );
    return JSON.parse(stdout) as unknown;
  });
  const expected = {
    'plain on express': GOLDEN.plain,
    'plain on fastify': GOLDEN.plain,
    'keyed on express': GOLDEN.keyed,
    'keyed on fastify': GOLDEN.keyed,
  };
  expect(await Promise.all(processes)).toEqual([expected, expected]);
}, 60_000);
