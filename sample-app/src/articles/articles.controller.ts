import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Put,
} from '@nestjs/common';
import { ETag, IfMatch, Precondition } from 'nestjs-etag';
import type { Article } from './article.entity.js';
import type { ArticleSummary } from './article-summary.js';
import { ArticlesService } from './articles.service.js';
import { ChangeArticleDto } from './dto/change-article.dto.js';
import { CreateArticleDto } from './dto/create-article.dto.js';
import { ReplaceArticleDto } from './dto/replace-article.dto.js';

/** Articles have a version. Their tags are made from it, and their writes depend on it. */
@Controller('articles')
@ETag({ version: 'version' })
export class ArticlesController {
  constructor(private readonly articles: ArticlesService) {}

  /** A list has no version: its tag is made from what is sent, the names of the authors included. */
  @Get()
  @ETag()
  findAll(): Promise<ArticleSummary[]> {
    return this.articles.findAll();
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Article> {
    return this.articles.findOne({ id });
  }

  @Post()
  create(@Body() article: CreateArticleDto): Promise<Article> {
    return this.articles.create(article);
  }

  @Put(':id')
  @IfMatch()
  replace(
    @Param('id', ParseIntPipe) id: number,
    @Body() article: ReplaceArticleDto,
    @Precondition() precondition: Precondition,
  ): Promise<Article> {
    return this.articles.update({ id }, article, precondition);
  }

  @Patch(':id')
  @IfMatch()
  change(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: ChangeArticleDto,
    @Precondition() precondition: Precondition,
  ): Promise<Article> {
    return this.articles.update({ id }, change, precondition);
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch({ required: true })
  remove(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<void> {
    return this.articles.remove({ id }, precondition);
  }
}
