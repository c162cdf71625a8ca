import { Controller, Delete, Get, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import { ETag, IfMatch } from '../../../../src/index.js';

interface Article {
  title: string;
  isPublished: boolean;
}

@Controller('articles')
@ETag()
export class ArticlesController {
  private readonly articles = new Map<string, Article>([
    ['1', { title: 'Tags', isPublished: false }],
  ]);

  @Get(':id')
  findOne(@Param('id') id: string): Article {
    const article = this.articles.get(id);
    if (article === undefined) throw new NotFoundException();
    return article;
  }

  /** An action on an article: 428 without If-Match, 412 when the article was changed. */
  @Post(':id/publish')
  @HttpCode(200)
  @IfMatch({ current: 'findOne', required: true })
  publish(@Param('id') id: string): Article {
    const article = { ...this.findOne(id), isPublished: true };
    this.articles.set(id, article);
    return article;
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch({ required: true })
  remove(@Param('id') id: string): void {
    this.articles.delete(id);
  }
}
