import { Controller, Get, Inject, Injectable, Param, Put, UseGuards } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ETag, IfMatch, IfMatchGuard } from '../../../../src/index.js';

/** A primary that takes writes, and a replica that lags behind and answers reads. */
@Injectable()
export class Articles {
  readonly primary = new Map<string, { title: string }>();
  readonly replica = new Map<string, { title: string }>();
}

/** Compares writes with what is on the primary. */
@Injectable()
export class PrimaryGuard extends IfMatchGuard {
  @Inject(Articles) private readonly articles!: Articles;

  protected override currentOf(context: ExecutionContext, read: () => Promise<unknown>): unknown {
    const { params } = context.switchToHttp().getRequest<{ params: { id: string } }>();
    return this.articles.primary.get(params.id) ?? read();
  }
}

@Controller('articles')
@ETag()
@UseGuards(PrimaryGuard)
export class ArticlesController {
  constructor(private readonly articles: Articles) {}

  @Get(':id')
  findOne(@Param('id') id: string) {
    return this.articles.replica.get(id);
  }

  @Put(':id')
  @IfMatch({ etag: false }) // options stand beside the guard
  touch(@Param('id') id: string) {
    return { changed: id };
  }
}
