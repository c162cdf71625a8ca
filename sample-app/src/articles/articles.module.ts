import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { User } from '../users/user.entity.js';
import { Article } from './article.entity.js';
import { ArticlesBySlugController } from './articles-by-slug.controller.js';
import { ArticlesController } from './articles.controller.js';
import { ArticlesService } from './articles.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Article, User])],
  controllers: [ArticlesController, ArticlesBySlugController],
  providers: [ArticlesService],
  exports: [ArticlesService],
})
export class ArticlesModule {}
