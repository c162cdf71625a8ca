import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Put } from '@nestjs/common';
import type { ArgumentMetadata, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { ETag, IfMatch } from '../../src/index.js';
import { startOn } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { everythingElse, gate, until } from '../support/gate.js';
import { request } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';
import { Articles, ArticlesController, PrimaryGuard } from './support/extending/current.js';
import { PriceListsController, ShopGuard } from './support/extending/key.js';
import { AppModule as RefusalModule } from './support/extending/refusal-body.js';
import { tokens } from './support/tokens.js';

const EXAMPLES = ['current', 'key', 'refusal-body'];
const page = readFileSync(join(process.cwd(), 'docs/extending.md'), 'utf8');

function shown(name: string): string {
  return new RegExp(`<!-- ${name} -->\\n\\n\`\`\`ts\\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? '';
}

@Controller('theme')
@ETag()
class ThemeController {
  @Get()
  find(): unknown {
    return { theme: 'dark' };
  }

  @Put()
  @IfMatch()
  replace(): unknown {
    return { theme: 'light' };
  }
}

describe('docs/extending.md', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(async () => {
    await close?.();
    close = undefined;
  });

  async function listening(app: INestApplication): Promise<string> {
    close = () => app.close();
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  }

  async function serving(module: Type): Promise<string> {
    const imports = [module];
    const root = { module: class {}, imports, controllers: [ThemeController] };
    return listening(await NestFactory.create(root, new ExpressAdapter(), { logger: false }));
  }

  async function running(options: Parameters<typeof startOn>[1]): Promise<Running> {
    const started = await startOn('express', options);
    close = () => started.close();
    return started;
  }

  it.each(EXAMPLES)('shows the example that is run here (%s)', (name) => {
    const run = readFileSync(join(process.cwd(), `test/docs/support/extending/${name}.ts`), 'utf8');
    expect(tokens(shown(name))).toBe(tokens(run));
  });

  it('shows a body of its own', async () => {
    const answer = await request(`${await serving(RefusalModule)}/theme`, { method: 'PUT' });
    expect(answer.status).toBe(428);
    expect(JSON.parse(answer.text)).toEqual({
      errors: [
        {
          status: '428',
          code: 'missing-precondition',
          detail: expect.stringContaining('If-Match') as unknown,
        },
      ],
    });
  });

  it('shows a key of its own: writes of one shop wait for one another', async () => {
    const atWork: string[] = [];
    const firstMayEnd = gate();
    const transform = async (value: { name?: string }, { type }: ArgumentMetadata) => {
      if (type === 'body') atWork.push(value.name ?? '');
      if (value.name === 'first') await firstMayEnd.opened;
      return value;
    };
    const { send } = await running({
      controllers: [PriceListsController],
      providers: [ShopGuard],
      configure: (app) => void app.useGlobalPipes({ transform }),
    });
    const put = async (path: string, name: string) => {
      const { etag } = (await send(`GET ${path}`)).headers;
      const body = { name, prices: [] };
      return send({ method: 'PUT', path, headers: { 'If-Match': etag ?? '' }, body });
    };
    const first = put('/shops/leeds/price-lists/bread', 'first');
    await until(() => atWork.length === 1);
    const second = put('/shops/Leeds/price-lists/milk', 'second');
    expect((await put('/shops/york/price-lists/milk', 'third')).status).toBe(200);
    await everythingElse();
    expect(atWork).toEqual(['first', 'third']);
    firstMayEnd.open();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(atWork).toEqual(['first', 'third', 'second']);
  });

  it('shows a current representation of its own: writes are compared with the primary', async () => {
    const { app, send } = await running({
      controllers: [ArticlesController],
      providers: [Articles, PrimaryGuard],
    });
    const articles = app.get(Articles);
    articles.replica.set('1', { title: 'as it was' });
    articles.primary.set('1', { title: 'as it is' });
    const put = (text: string) =>
      send({ method: 'PUT', path: '/articles/1', headers: { 'If-Match': tagOf(text) } });
    const stale = await put('{"title":"as it was"}');
    expect(stale.status).toBe(412);
    expect(stale.headers.etag).toBe(tagOf('{"title":"as it is"}'));
    expect((await put('{"title":"as it is"}')).status).toBe(200);
  });
});
