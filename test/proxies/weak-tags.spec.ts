import { expect, it } from '@jest/globals';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ETag, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';
import { articleOf } from './support/articles.js';
import type { Article } from './support/articles.js';
import { ASKED, nginx, haproxy, varnish } from './support/proxies.js';
import { contentOf, readerOf, tagIn } from './support/reader.js';

let article: Article;

@Controller('article')
@ETag({ weak: true })
class ArticleController {
  @Get()
  read(): Article {
    return article;
  }

  @Put()
  @IfMatch({ comparison: 'weak' })
  replace(@Body() body: Article): Article {
    article = body;
    return article;
  }
}

describeOnEachAdapter('the tag of @ETag({ weak: true })', (start) => {
  it.each([nginx(), haproxy(), varnish()].map((proxy) => [proxy.title, proxy] as const))(
    'passes through %s as it is, and reads and saves with it',
    async (_, proxy) => {
      article = articleOf('before');
      const origin = await start({ controllers: [ArticleController] });
      const program = await proxy.start(origin.url);
      for (const asked of ASKED) {
        article = articleOf(asked);
        const reader = readerOf(`${program.url}/article`, asked);
        const read = await reader.get();
        // It compresses, so that it would rewrite a strong tag.
        expect(read.headers['content-encoding']).toBe(proxy.outcomes.usual[asked].coding);
        const etag = tagIn(read);
        expect(etag).toBe(`W/${tagOf(JSON.stringify(article))}`);
        const again = await reader.get(etag);
        expect([again.status, again.text, tagIn(again)]).toEqual([304, '', etag]);
        const saved = await reader.put(etag, articleOf(`${asked} saved`));
        expect([saved.status, contentOf(saved)]).toEqual([200, article]);
        expect((await reader.put(etag, articleOf('x'))).status).toBe(412);
      }
      await program.stop();
      await origin.close();
    },
  );
});
