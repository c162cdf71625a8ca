import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ArticlesService } from '../articles/articles.service.js';
import { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { SAMPLE_ARTICLES, SAMPLE_USERS } from './sample-data.js';

/** Any number will do, as long as all processes take the same. */
const ADVISORY_LOCK = 9110;

/** Makes the tables, and fills them when they are new, before the first request comes in. */
@Injectable()
export class DatabaseSetup implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersService,
    private readonly articles: ArticlesService,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.oneProcessAtATime(async () => {
      await this.dataSource.synchronize();
      if (!(await this.dataSource.getRepository(User).exists())) await this.seed();
    });
  }

  private async seed(): Promise<void> {
    for (const user of SAMPLE_USERS) await this.users.create(user);
    for (const article of SAMPLE_ARTICLES) await this.articles.create(article);
  }

  /** Several processes may start on one server at once; a file has one process only. */
  private async oneProcessAtATime(work: () => Promise<void>): Promise<void> {
    if (this.dataSource.options.type !== 'postgres') return work();
    const connection = this.dataSource.createQueryRunner();
    try {
      await connection.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
      await work();
    } finally {
      await connection.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]);
      await connection.release();
    }
  }
}
