import { Body, Controller, Get, Injectable, Put } from '@nestjs/common';
import { ETag, IfMatch } from '../../../../src/index.js';

@Injectable()
export class Articles {
  article = { title: 'Tags' };
}

@Controller('article')
export class ReadArticleController {
  constructor(private readonly articles: Articles) {}

  @Get()
  @ETag()
  run() {
    return this.articles.article;
  }
}

@Controller('article')
export class RenameArticleController {
  constructor(private readonly articles: Articles) {}

  @Put()
  @IfMatch({ current: [ReadArticleController, 'run'] })
  run(@Body() { title }: { title: string }) {
    this.articles.article = { title };
    return this.articles.article;
  }
}
