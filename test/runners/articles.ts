import {
  Body,
  Controller,
  Get,
  Injectable,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  Put,
} from '@nestjs/common';
import { ETag, ETagModule, IfMatch, Precondition } from 'nestjs-etag';

export interface Article {
  id: number;
  title: string;
  version: number;
}

@Injectable()
export class ArticleStore {
  private article: Article = { id: 7, title: 'Tags', version: 3 };

  find(id: number): Article {
    if (id !== this.article.id) throw new NotFoundException();
    return this.article;
  }

  /** UPDATE … WHERE id = $1 AND version = $2: how many rows were changed. */
  update(where: { id: number; version?: number }, change: { title: string }): number {
    const { id, version } = this.article;
    if (where.id !== id || (where.version ?? version) !== version) return 0;
    this.article = { id, ...change, version: version + 1 };
    return 1;
  }
}

@Controller('articles')
@ETag<Article>({ version: 'version' })
export class ArticlesController {
  constructor(private readonly articles: ArticleStore) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Article {
    return this.articles.find(id);
  }

  @Put(':id')
  @IfMatch()
  update(
    @Param('id', ParseIntPipe) id: number,
    @Body() { title }: { title: string },
    @Precondition() precondition: Precondition,
  ): Article {
    precondition.settle(this.articles.update(precondition.where({ id }), { title }));
    return this.articles.find(id);
  }
}

@Module({
  imports: [ETagModule.forRoot()],
  controllers: [ArticlesController],
  providers: [ArticleStore],
})
export class AppModule {}
