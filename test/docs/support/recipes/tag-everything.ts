import { Controller, Get, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ETagInterceptor, ETagModule, SkipETag } from '../../../../src/index.js';

@Controller('articles')
export class ArticlesController {
  @Get(':id')
  findOne() {
    return { title: 'Tags' };
  }
}

@Controller('health')
@SkipETag() // takes one controller or one handler out
export class HealthController {
  @Get()
  read() {
    return { status: 'ok' };
  }
}

@Module({
  imports: [ETagModule.forRoot()],
  controllers: [ArticlesController, HealthController],
  providers: [{ provide: APP_INTERCEPTOR, useClass: ETagInterceptor }],
})
export class AppModule {}
