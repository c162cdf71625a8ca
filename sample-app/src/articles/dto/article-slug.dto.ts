import { Matches, MaxLength } from 'class-validator';

/** The part of an article's address that names it. */
export class ArticleSlugDto {
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
    message: 'slug must be lower-case words joined by hyphens, as in hello-world',
  })
  @MaxLength(100)
  slug!: string;
}
