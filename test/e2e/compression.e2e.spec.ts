import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import fastifyCompress from '@fastify/compress';
import { Body, Controller, Get, Put } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import compression from 'compression';
import { ETag, IfMatch, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { AdapterName } from '../support/each-adapter.js';
import { fieldsOf } from '../support/fields.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

const article = { title: 'Long', body: 'word '.repeat(1000) };
const text = JSON.stringify(article);
const tag = tagOf(text);

@Controller('articles')
@ETag()
class ArticlesController {
  @Get('1')
  findOne(): unknown {
    return article;
  }

  @Get('1/card')
  @WeakETag(['title'])
  card(): unknown {
    return article;
  }
}

/** One that is written, by the name of whoever wrote it. */
@Controller('drafts')
@ETag()
class DraftsController {
  private draft = draftBy('nobody');

  @Get('1')
  findOne(): unknown {
    return this.draft;
  }

  @Put('1')
  @IfMatch()
  replace(@Body() draft: Draft): Draft {
    return (this.draft = draft);
  }
}

interface Draft {
  readonly author: string;
  readonly text: string;
}

function draftBy(author: string): Draft {
  return { author, text: 'word '.repeat(1000) };
}

interface FastifyInstance {
  register(plugin: unknown, options: unknown): Promise<void>;
}

/** As each platform's documentation says to compress in the process itself. */
const COMPRESS: Readonly<Record<AdapterName, (app: INestApplication) => void | Promise<void>>> = {
  express: (app) => void app.use(compression()),
  fastify: async (app) => {
    const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
    await fastify.register(fastifyCompress, { encodings: ['br', 'gzip'] });
  },
};

describeOnEachAdapter('compression in the process', (start, adapter) => {
  const gzip = { 'Accept-Encoding': 'gzip' };

  it('leaves the tag of the text as it was before, and the text under it', async () => {
    const { send, close } = await start({
      controllers: [ArticlesController],
      configure: COMPRESS[adapter],
    });
    const plain = await send('GET /articles/1');
    const packed = await send({ path: '/articles/1', headers: gzip });
    await close();
    expect([plain.headers['content-encoding'], plain.text, plain.headers.etag]).toEqual([
      undefined,
      text,
      tag,
    ]);
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.bytes).toString()).toBe(text);
    expect(packed.headers.etag).toBe(tag);
  });

  it('leaves 304 and 412 to what they are', async () => {
    const { send, close } = await start({
      controllers: [ArticlesController],
      configure: COMPRESS[adapter],
    });
    for (const path of ['/articles/1', '/articles/1/card']) {
      const { headers } = await send({ path, headers: gzip });
      for (const method of ['GET', 'HEAD']) {
        const again = await send({
          method,
          path,
          headers: { ...gzip, 'If-None-Match': headers.etag as string },
        });
        expect([again.status, again.text, again.headers.etag]).toEqual([304, '', headers.etag]);
        const described = fieldsOf(again).filter((field) => /^(content|transfer)-/.test(field));
        expect(described).toEqual([]);
      }
      const failed = await send({ path, headers: { ...gzip, 'If-Match': '"x"' } });
      expect([failed.status, failed.headers.etag]).toEqual([412, headers.etag]);
    }
    await close();
  });

  it('answers HEAD with the tag of GET', async () => {
    const { send, close } = await start({
      controllers: [ArticlesController],
      configure: COMPRESS[adapter],
    });
    const head = await send({ method: 'HEAD', path: '/articles/1', headers: gzip });
    await close();
    expect([head.status, head.text, head.headers.etag]).toEqual([200, '', tag]);
  });
});

describeOnEachAdapter('saving with compression in the process', (start, adapter) => {
  const DECODE = {
    identity: (bytes: Buffer) => bytes,
    gzip: (bytes: Buffer) => gunzipSync(bytes),
    br: (bytes: Buffer) => brotliDecompressSync(bytes),
  } as const;

  for (const asked of ['identity', 'gzip', 'br'] as const) {
    const coding = asked === 'identity' ? undefined : asked;
    const contentOf = ({ headers, bytes }: RawResponse): unknown =>
      JSON.parse(
        DECODE[headers['content-encoding'] === asked ? asked : 'identity'](bytes).toString(),
      );

    it(`passes with the tag of what was read and of what was saved, and not with a stale one, in ${asked}`, async () => {
      const { send, close } = await start({
        controllers: [DraftsController],
        configure: COMPRESS[adapter],
      });
      const get = (): Promise<RawResponse> =>
        send({ path: '/drafts/1', headers: { 'Accept-Encoding': asked } });
      const put = (etag: string | undefined, author: string): Promise<RawResponse> =>
        send({
          method: 'PUT',
          path: '/drafts/1',
          headers: { 'Accept-Encoding': asked, 'If-Match': String(etag) },
          body: draftBy(author),
        });

      const read = await get();
      const saved = await put(read.headers.etag, 'Alice');
      const again = await put(saved.headers.etag, 'Alice, again');
      const stale = await put(read.headers.etag, 'Bob');
      const after = await get();
      await close();

      for (const [answer, author] of [
        [read, 'nobody'],
        [saved, 'Alice'],
        [again, 'Alice, again'],
        [after, 'Alice, again'],
      ] as const) {
        expect([answer.status, answer.headers['content-encoding']]).toEqual([200, coding]);
        expect(answer.headers.etag).toBe(tagOf(JSON.stringify(draftBy(author))));
        expect(contentOf(answer)).toEqual(draftBy(author));
      }
      expect([stale.status, stale.headers.etag]).toEqual([412, after.headers.etag]);
      expect(contentOf(stale)).toMatchObject({ reason: 'changed' });
    });
  }
});
