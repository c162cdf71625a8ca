import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ETag, IfMatch } from '../../src/index.js';
import { itOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';
import { tokens } from './support/tokens.js';
import { AppModule } from './support/with-nest/envelope.js';
import { ErrorShape } from './support/with-nest/filter.js';
import {
  Articles,
  ReadArticleController,
  RenameArticleController,
} from './support/with-nest/use-cases.js';

const page = readFileSync('docs/with-nest.md', 'utf8');

/** The versions that test/wild has installed, on either major. */
function triedVersions(name: string): readonly (string | undefined)[] {
  return ['nest-11', 'nest-12', '../services'].map((folder) => {
    const text = readFileSync(`test/wild/${folder}/package.json`, 'utf8');
    return (JSON.parse(text) as { dependencies: Record<string, string> }).dependencies[name];
  });
}

describe('docs/with-nest.md', () => {
  const NPM_NAMES: Readonly<Record<string, string>> = {
    TypeORM: 'typeorm',
    MikroORM: '@mikro-orm/core',
    Sequelize: 'sequelize',
  };
  const named = [...page.matchAll(/(?:`([@\w/-]+)`|\b(\w+ORM|Sequelize)) (\d+\.\d+\.\d+)/g)].map(
    ([, code, word = '', version]) => [code ?? NPM_NAMES[word] ?? word, version] as const,
  );

  it('names the versions that were tried', () => {
    expect(named.length).toBeGreaterThan(20);
    const wrong = named.filter(([name, version]) => !triedVersions(name).includes(version));
    expect(wrong).toEqual([]);
  });

  it.each(['envelope', 'filter', 'use-cases'])('shows the code that is run here (%s)', (name) => {
    const shown = new RegExp(`<!-- ${name} -->\\n\\n\`\`\`ts\\n(.*?)^\`\`\`$`, 'ms').exec(
      page,
    )?.[1];
    const run = readFileSync(`test/docs/support/with-nest/${name}.ts`, 'utf8');
    expect(tokens(shown ?? '')).toBe(tokens(run));
  });
});

@Controller('article')
@ETag()
class ArticleController {
  @Get()
  read(): object {
    return { title: 'Tags' };
  }

  @Put()
  @IfMatch()
  replace(@Body() article: object): object {
    return article;
  }
}

function put({ send }: Running, ifMatch: string | undefined): Promise<RawResponse> {
  const headers = ifMatch === undefined ? {} : { 'If-Match': ifMatch };
  return send({ method: 'PUT', path: '/article', headers, body: { title: 'Entity tags' } });
}

itOnEachAdapter(
  'an envelope: the version is found in it, and passed to the write',
  { imports: [AppModule], withoutModule: true },
  async (running) => {
    const { headers, text } = await running.send('GET /article');
    expect(text).toBe('{"data":{"id":1,"title":"Tags","version":3}}');
    expect([(await put(running, undefined)).status, (await put(running, '"x"')).status]).toEqual([
      428, 412,
    ]);
    const saved = await put(running, headers.etag);
    expect([saved.status, saved.text]).toEqual([
      200,
      '{"data":{"id":1,"title":"Entity tags","version":4}}',
    ]);
    expect(saved.headers.etag).toBe((await running.send('GET /article')).headers.etag);
    expect((await put(running, headers.etag)).status).toBe(412);
  },
);

itOnEachAdapter(
  'a filter: refusals have its shape, their status and their header fields',
  { controllers: [ArticleController], providers: [{ provide: APP_FILTER, useClass: ErrorShape }] },
  async (running) => {
    const stale = await put(running, '"stale"');
    expect(stale.status).toBe(412);
    expect(stale.headers.etag).toBe(tagOf('{"title":"Tags"}'));
    expect(stale.headers['cache-control']).toBe('no-store');
    expect(stale.json()).toEqual({
      error: { message: expect.stringContaining('If-Match'), reason: 'changed' },
    });
    const missing = await put(running, undefined);
    expect(missing.status).toBe(428);
    expect(missing.json()).toEqual({
      error: { message: expect.stringContaining('If-Match'), reason: 'missing-precondition' },
    });
  },
);

itOnEachAdapter(
  'a controller for each use case: the write is compared with the GET of another controller',
  { controllers: [RenameArticleController, ReadArticleController], providers: [Articles] },
  async (running) => {
    const { etag } = (await running.send('GET /article')).headers;
    expect((await put(running, undefined)).status).toBe(428);
    const saved = await put(running, etag);
    expect(saved.status).toBe(200);
    expect(saved.headers.etag).toBe((await running.send('GET /article')).headers.etag);
    expect((await put(running, etag)).status).toBe(412);
  },
);
