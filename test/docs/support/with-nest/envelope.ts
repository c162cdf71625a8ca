import { Body, Controller, Get, Injectable, Module, Put } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ETag, ETagModule, IfMatch, Precondition } from '../../../../src/index.js';
import { map } from 'rxjs';

/** Wraps every answer: `{ "data": … }`. */
@Injectable()
export class Envelope implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

@Controller('article')
@ETag({ version: 'data.version' })
export class ArticleController {
  private article = { id: 1, title: 'Tags', version: 3 };

  @Get()
  read() {
    return this.article;
  }

  @Put()
  @IfMatch()
  replace(@Body() { title }: { title: string }, @Precondition() precondition: Precondition) {
    // For a database: … WHERE id = 1 AND version = 3
    const { id, version = this.article.version } = precondition.where({ id: 1 });
    this.article = { id, title, version: version + 1 };
    return this.article;
  }
}

@Module({
  imports: [ETagModule.forRoot()],
  controllers: [ArticleController],
  providers: [{ provide: APP_INTERCEPTOR, useClass: Envelope }],
})
export class AppModule {}
