import { gunzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import fastifyCompress from '@fastify/compress';
import { Controller, Get } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import compression from 'compression';
import { ETag, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { AdapterName } from '../support/each-adapter.js';
import { fieldsOf } from '../support/fields.js';
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

interface FastifyInstance {
  register(plugin: unknown, options: unknown): Promise<void>;
}

/** As each platform's documentation says to compress in the process itself. */
const COMPRESS: Readonly<Record<AdapterName, (app: INestApplication) => void | Promise<void>>> = {
  express: (app) => void app.use(compression()),
  fastify: async (app) => {
    const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
    await fastify.register(fastifyCompress, { encodings: ['gzip'] });
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
