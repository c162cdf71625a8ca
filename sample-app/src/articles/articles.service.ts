import { BadRequestException, Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Precondition } from 'nestjs-etag';
import { Repository } from 'typeorm';
import { insertRow } from '../database/insert-row.js';
import { User } from '../users/user.entity.js';
import { Article } from './article.entity.js';
import { ArticleSummary } from './article-summary.js';
import type { ChangeArticleDto } from './dto/change-article.dto.js';
import type { CreateArticleDto } from './dto/create-article.dto.js';

/** What tells one article from all others. */
export type ArticleKey = { readonly id: number } | { readonly slug: string };

/**
 * Reads and writes articles. Every write of an article names the version that the client knew, so that
 * the database decides who of several writers wins, in however many processes they are.
 */
@Injectable()
export class ArticlesService {
  constructor(
    @InjectRepository(Article) private readonly articles: Repository<Article>,
    @InjectRepository(User) private readonly users: Repository<User>,
  ) {}

  async findAll(): Promise<ArticleSummary[]> {
    const articles = await this.articles.find({
      relations: { author: true },
      order: { id: 'ASC' },
    });
    return articles.map((article) => new ArticleSummary(article));
  }

  /** @throws NotFoundException */
  async findOne(key: ArticleKey): Promise<Article> {
    const article = await this.articles.findOneBy(key);
    if (article === null) {
      throw new NotFoundException(`There is no article ${'id' in key ? key.id : key.slug}.`);
    }
    return article;
  }

  /** @throws BadRequestException for an author who does not exist. */
  async create({ slug, title, body, tags, authorId }: CreateArticleDto): Promise<Article> {
    await this.refuseUnknownAuthor(authorId);
    const now = new Date();
    const row = { slug, title, body, tags, authorId, version: 1, createdAt: now, updatedAt: now };
    return insertRow(this.articles, row, { slug });
  }

  /**
   * Changes the article if it still is as the client knew it.
   *
   * `update()` and never `save()`: TypeORM's `save()` looks at no version, and even sets it back. The
   * answer is put together from what was written, since a second read might already find what
   * somebody else wrote.
   *
   * @throws PreconditionFailedException when somebody else was faster.
   */
  async update(
    key: ArticleKey,
    change: ChangeArticleDto,
    precondition: Precondition,
  ): Promise<Article> {
    await this.refuseUnknownAuthor(change.authorId);
    const article = await this.findOne(key);
    const columns = Object.assign({ updatedAt: new Date() }, change);
    precondition.settle(await this.articles.update(precondition.where(key), columns));
    return Object.assign(article, columns, { version: article.version + 1 });
  }

  /** @throws PreconditionFailedException when somebody else was faster. */
  async remove(key: ArticleKey, precondition: Precondition): Promise<void> {
    precondition.settle(await this.articles.delete(precondition.where(key)));
  }

  private async refuseUnknownAuthor(id: number | undefined): Promise<void> {
    if (id !== undefined && !(await this.users.existsBy({ id }))) {
      throw new BadRequestException([`authorId must be the id of a user: there is no user ${id}`]);
    }
  }
}
