import { Body, Controller, Get, NotFoundException, Param, Patch, Put } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ETag, IfMatch } from '../../../src/index.js';

export interface Article {
  readonly title: string;
  readonly text: string;
}

/** Long enough for everything that compresses to find it worth the while: above 2 kB as JSON. */
export function articleOf(title: string): Article {
  return { title, text: 'Somebody else may have been faster. '.repeat(80) };
}

/** A controller of these articles, which a test may change behind its back. */
export function controllerOf(articles: Map<string, Article>): Type {
  @Controller('articles')
  @ETag()
  class ArticlesController {
    @Get(':id')
    findOne(@Param('id') id: string): Article {
      const article = articles.get(id);
      if (article === undefined) throw new NotFoundException(`no article ${id}`);
      return article;
    }

    @Put(':id')
    @IfMatch()
    replace(@Param('id') id: string, @Body() article: Article): Article {
      articles.set(id, article);
      return article;
    }

    @Patch(':id')
    @IfMatch()
    change(@Param('id') id: string, @Body() change: Partial<Article>): Article {
      const article = { ...this.findOne(id), ...change };
      articles.set(id, article);
      return article;
    }
  }
  return ArticlesController;
}
