import { IntersectionType } from '@nestjs/swagger';
import { ArticleSlugDto } from './article-slug.dto.js';
import { ReplaceArticleDto } from './replace-article.dto.js';

/** What `POST /articles` takes. */
export class CreateArticleDto extends IntersectionType(ArticleSlugDto, ReplaceArticleDto) {}
