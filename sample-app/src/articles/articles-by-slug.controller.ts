import { Body, Controller, Get, Param, Put, Res } from '@nestjs/common';
import { ETag, IfMatch, Precondition } from 'nestjs-etag';
import type { Article } from './article.entity.js';
import { ArticlesService } from './articles.service.js';
import { ArticleSlugDto } from './dto/article-slug.dto.js';
import { ReplaceArticleDto } from './dto/replace-article.dto.js';

/** What Express's response and Fastify's reply have in common. */
interface Answer {
  status(code: number): unknown;
}

/**
 * Articles by the name that their writers give them.
 *
 * When an article is deleted, a new one may take its slug, and the versions begin at 1 again. So the
 * tags are made from all that is sent, which no two articles share, and the version only goes into
 * the write.
 */
@Controller('articles/by-slug')
@ETag()
export class ArticlesBySlugController {
  constructor(private readonly articles: ArticlesService) {}

  @Get(':slug')
  findOne(@Param() { slug }: ArticleSlugDto): Promise<Article> {
    return this.articles.findOne({ slug });
  }

  /** `If-None-Match: *` creates the article and never replaces one; `If-Match` the other way round. */
  @Put(':slug')
  @IfMatch({ creates: true, version: 'version' })
  put(
    @Param() { slug }: ArticleSlugDto,
    @Body() article: ReplaceArticleDto,
    @Precondition() precondition: Precondition,
    @Res({ passthrough: true }) answer: Answer,
  ): Promise<Article> {
    if (precondition.representation !== undefined) {
      return this.articles.update({ slug }, article, precondition);
    }
    answer.status(201);
    return this.articles.create(Object.assign(article, { slug }));
  }
}
