import type { Article } from './article.entity.js';

/** An article in the list of all. */
export class ArticleSummary {
  readonly id: number;
  readonly slug: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly author: { readonly id: number; readonly name: string | undefined };

  /** @param article with its author. */
  constructor({ id, slug, title, tags, authorId, author }: Article) {
    this.id = id;
    this.slug = slug;
    this.title = title;
    this.tags = tags;
    this.author = { id: authorId, name: author?.name };
  }
}
