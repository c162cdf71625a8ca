import { PartialType } from '@nestjs/swagger';
import { ReplaceArticleDto } from './replace-article.dto.js';

/** What `PATCH /articles/:id` takes: any part of {@link ReplaceArticleDto}, but no `null` instead of it. */
export class ChangeArticleDto extends PartialType(ReplaceArticleDto, {
  skipNullProperties: false,
}) {}
