import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Put,
} from '@nestjs/common';
import { ETag, IfMatch, Precondition } from '../../src/index.js';
import type { Revision } from '../../src/index.js';
import { describeOnEachAdapter, startOn } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

interface Article {
  title: string;
  version: number;
}

const articles = new Map<number, Article>();
let serialized = 0;

/** An article as an ORM would give it: serialized by a method of its own. */
function sent(article: Article): Article & { toJSON(): Article } {
  return {
    ...article,
    toJSON() {
      serialized += 1;
      return { ...article };
    },
  };
}

function found(id: number): Article {
  const article = articles.get(id);
  if (article === undefined) throw new NotFoundException();
  return article;
}

@Controller('articles')
@ETag({ version: 'version' })
class ArticlesController {
  @Get()
  findAll(): unknown {
    return [...articles.values()];
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): unknown {
    return sent(found(id));
  }

  @Post()
  create(@Body() { title }: Article): unknown {
    const created = { title, version: 1 };
    articles.set(articles.size + 1, created);
    return sent(created);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id', ParseIntPipe) id: number, @Body() { title }: Article): unknown {
    const changed = { title, version: found(id).version + 1 };
    articles.set(id, changed);
    return sent(changed);
  }

  @Patch(':id')
  @IfMatch()
  @ETag({ version: (article: Article) => article.version })
  retitle(
    @Param('id', ParseIntPipe) id: number,
    @Body() { title }: Article,
    @Precondition() precondition: Precondition,
  ): unknown {
    const criteria = precondition.where({ id });
    const changed = { title, version: (criteria.version ?? 0) + 1 };
    articles.set(id, changed);
    return sent(changed);
  }
}

/** The same rows below another path: version 3 of one is not version 3 of the other. */
@Controller('drafts')
class DraftsController {
  @Get(':id')
  @ETag({ version: 'version' })
  findOne(@Param('id', ParseIntPipe) id: number): unknown {
    return sent(found(id));
  }

  @Post()
  @ETag({ version: 'version' })
  create(@Body() article: Article): unknown {
    return sent({ ...article, version: 1 });
  }
}

const revisions: Record<string, unknown> = {
  number: 3,
  bigint: 3n,
  text: '3',
  date: new Date('2026-11-21T10:00:00.123Z'),
  later: new Date('2026-11-21T10:00:00.124Z'),
  nothing: undefined,
  null: null,
  infinite: Number.POSITIVE_INFINITY,
  empty: '',
};

@Controller('revisions')
class RevisionsController {
  @Get('nested/:kind')
  @ETag({ version: 'meta.revision' })
  nested(@Param('kind') kind: string): unknown {
    const meta = { revision: revisions[kind] };
    return { meta, toJSON: () => ({ kind }) };
  }

  @Get('by-function/:kind')
  @ETag({ version: ({ revision }: { revision: Revision }) => revision })
  byFunction(@Param('kind') kind: string): unknown {
    return { revision: revisions[kind], toJSON: () => ({ kind }) };
  }

  @Get('throwing')
  @ETag({
    version: () => {
      throw new Error('no such column');
    },
  })
  throwing(): unknown {
    return { name: 'Shaun' };
  }
}

/** The version tag of a path, as anybody can make it. */
function versionTag(scope: string, revision: string): string {
  return tagOf(`revision ${JSON.stringify(scope)} ${revision}`);
}

describeOnEachAdapter('a tag made from a version', (start) => {
  let running: Running;
  const controllers = [ArticlesController, DraftsController, RevisionsController];

  beforeAll(async () => {
    running = await start({ controllers });
  });
  beforeEach(() => {
    serialized = 0;
    articles.clear();
    articles.set(7, { title: 'Tags', version: 3 });
  });
  afterAll(() => running.close());

  async function tag(line: string): Promise<string | undefined> {
    return (await running.send(line)).headers.etag;
  }

  it('is a digest of the path and the version, which tells no counter (golden)', async () => {
    expect(await tag('GET /articles/7')).toBe(versionTag('articles/:id', '"3"'));
    expect(await tag('GET /articles/7')).toBe('"2f09418c52fc995f7cb50ed0045c6073"');
  });

  it('is another below another path', async () => {
    expect(await tag('GET /drafts/7')).not.toBe(await tag('GET /articles/7'));
  });

  it('hashes no bytes: only a new version changes it', async () => {
    const before = await tag('GET /articles/7');
    articles.set(7, { title: 'Other', version: 3 });
    expect(await tag('GET /articles/7')).toBe(before);
    articles.set(7, { title: 'Other', version: 4 });
    expect(await tag('GET /articles/7')).not.toBe(before);
  });

  it('spares a 304 the serialization', async () => {
    const etag = (await tag('GET /articles/7')) as string;
    expect(serialized).toBe(1);
    const again = await running.send({ path: '/articles/7', headers: { 'If-None-Match': etag } });
    expect(again.status).toBe(304);
    expect(serialized).toBe(1);
  });

  it('takes a number, a bigint and a text of the same version for the same', async () => {
    const tags = await Promise.all(
      ['number', 'bigint', 'text'].map((kind) => tag(`GET /revisions/nested/${kind}`)),
    );
    expect(new Set(tags)).toEqual(new Set([versionTag('revisions/nested/:kind', '"3"')]));
  });

  it('takes a date to the millisecond', async () => {
    expect(await tag('GET /revisions/nested/date')).toBe(
      versionTag('revisions/nested/:kind', 'Date 1795255200123'),
    );
    expect(await tag('GET /revisions/nested/later')).not.toBe(
      await tag('GET /revisions/nested/date'),
    );
  });

  it('may be found by a function', async () => {
    expect(await tag('GET /revisions/by-function/number')).toBe(
      versionTag('revisions/by-function/:kind', '"3"'),
    );
  });

  it.each(['nothing', 'null', 'infinite', 'empty'])(
    'is one of the bytes where the version is no version (%s)',
    async (kind) => {
      expect(await tag(`GET /revisions/nested/${kind}`)).toBe(tagOf(`{"kind":"${kind}"}`));
    },
  );

  it('is one of the bytes where the function throws', async () => {
    expect(await tag('GET /revisions/throwing')).toBe(tagOf('{"name":"Shaun"}'));
  });

  it('is one of the bytes for a list: it has no version of its own', async () => {
    expect(await tag('GET /articles')).toBe(tagOf('[{"title":"Tags","version":3}]'));
  });

  it('is the same from GET, for the guard and on the answers of writes', async () => {
    const first = (await tag('GET /articles/7')) as string;
    const put = await running.send({
      method: 'PUT',
      path: '/articles/7',
      headers: { 'If-Match': first },
      body: { title: 'Validators' },
    });
    expect(put.status).toBe(200);
    expect(put.headers.etag).toBe(await tag('GET /articles/7'));

    const patch = await running.send({
      method: 'PATCH',
      path: '/articles/7',
      headers: { 'If-Match': put.headers.etag as string },
      body: { title: 'Entity tags' },
    });
    expect(patch.status).toBe(200);
    expect(patch.headers.etag).toBe(await tag('GET /articles/7'));

    const stale = await running.send({
      method: 'PUT',
      path: '/articles/7',
      headers: { 'If-Match': first },
      body: { title: 'Mine' },
    });
    expect(stale.status).toBe(412);
    expect(stale.headers.etag).toBe(patch.headers.etag);
  });

  it.each(['articles', 'drafts'])(
    'is on what a POST created the one that GET sends from then on (%s)',
    async (path) => {
      articles.clear();
      const created = await running.send({
        method: 'POST',
        path: `/${path}`,
        body: { title: 'New' },
      });
      expect(created.status).toBe(201);
      articles.set(1, { title: 'New', version: 1 });
      expect(created.headers.etag).toBe(await tag(`GET /${path}/1`));
    },
  );

  describe('with a secret', () => {
    it('is another, and cannot be computed without it', async () => {
      const keyed = await start({ controllers, etag: { secret: 'correct horse' } });
      const { headers } = await keyed.send('GET /articles/7');
      await keyed.close();
      expect(headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
      expect(headers.etag).not.toBe(await tag('GET /articles/7'));
    });
  });
});

@Controller('articles')
class ReadingController {
  @Get(':id')
  @ETag({ version: 'version' })
  findOne(@Param('id', ParseIntPipe) id: number): unknown {
    return found(id);
  }
}

@Controller('articles')
class WritingController {
  @Put(':id')
  @IfMatch({
    current: (_: unknown, { params }: { params: { id: string } }) => found(Number(params.id)),
  })
  @ETag({ version: 'version' })
  update(@Param('id', ParseIntPipe) id: number): unknown {
    const changed = { title: 'Changed', version: found(id).version + 1 };
    articles.set(id, changed);
    return changed;
  }
}

describe('a version tag', () => {
  it('is the same on both adapters', async () => {
    articles.set(7, { title: 'Tags', version: 3 });
    const tags: unknown[] = [];
    for (const adapter of ['express', 'fastify'] as const) {
      const running = await startOn(adapter, { controllers: [ArticlesController] });
      tags.push((await running.send('GET /articles/7')).headers.etag);
      await running.close();
    }
    expect(tags[0]).toBe(tags[1]);
  });

  it('is the same in two controllers that share a path, one reading and one writing', async () => {
    articles.set(7, { title: 'Tags', version: 3 });
    const running = await startOn('express', {
      controllers: [ReadingController, WritingController],
    });
    const { headers } = await running.send('GET /articles/7');
    const put = await running.send({
      method: 'PUT',
      path: '/articles/7',
      headers: { 'If-Match': headers.etag as string },
    });
    const after = await running.send('GET /articles/7');
    await running.close();
    expect(put.status).toBe(200);
    expect(put.headers.etag).toBe(after.headers.etag);
  });
});
