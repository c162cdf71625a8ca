import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Param, Put, Res } from '@nestjs/common';
import type { CanActivate, INestApplication, LoggerService } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { of } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, ETagModule, IfMatch, IfMatchGuard, Precondition } from '../../src/index.js';
import { UnguardedWrites } from '../../src/testing/index.js';
import { request } from '../support/raw-request.js';
import type { RawResponse } from '../support/raw-request.js';

interface Article {
  readonly title: string;
}

@Controller('articles')
@ETag({ version: 'version' })
class ArticlesController {
  @Get(':id')
  find(@Param('id') id: string) {
    return { id, title: 'First', version: 3 };
  }

  @Put(':id')
  @IfMatch()
  replace(
    @Param('id') id: string,
    @Body() { title }: Article,
    @Precondition() precondition: Precondition,
  ) {
    const criteria = precondition.where({ id });
    return { criteria, title, touched: precondition.settle(1), etag: precondition.etag ?? 'none' };
  }

  @Put(':id/observed')
  @IfMatch({ current: 'find' })
  observed(@Param('id') id: string): Observable<object> {
    return of({ id });
  }

  @Put(':id/own-answer')
  @IfMatch({ current: 'find' })
  ownAnswer(@Res() response: { status(code: number): { send(body: object): void } }): void {
    response.status(200).send({ own: true });
  }
}

/** A controller that only guards, and tags nothing by its class. */
@Controller('notes')
class NotesController {
  @Get()
  @ETag()
  find() {
    return { text: 'first' };
  }

  @Put()
  @IfMatch()
  replace() {
    return { text: 'second' };
  }
}

const ADAPTERS: readonly (readonly [string, () => AbstractHttpAdapter])[] = [
  ['express', () => new ExpressAdapter()],
  ['fastify', () => new FastifyAdapter()],
];

/** Keeps what is logged as an error. */
class ErrorLog implements LoggerService {
  readonly errors: string[] = [];
  log(): void {
    // Only errors count.
  }
  warn(): void {
    // Only errors count.
  }
  error(message: string): void {
    this.errors.push(message);
  }
}

describe.each(ADAPTERS)('a test without the guards of writes (%s)', (_, adapter) => {
  /** Sends PUTs to an application that a test has put together. */
  async function put(
    paths: readonly string[],
    override: (builder: TestingModuleBuilder) => TestingModuleBuilder,
    logger = new ErrorLog(),
  ): Promise<RawResponse[]> {
    const builder = Test.createTestingModule({
      imports: [ETagModule.forRoot()],
      controllers: [ArticlesController, NotesController],
    }).setLogger(logger);
    const module = await override(builder).compile();
    const app: INestApplication = module.createNestApplication(adapter());
    await app.listen(0, '127.0.0.1');
    try {
      const url = await app.getUrl();
      const answers: RawResponse[] = [];
      for (const path of paths) {
        answers.push(await request(`${url}${path}`, { method: 'PUT', body: { title: 'Second' } }));
      }
      return answers;
    } finally {
      await app.close();
    }
  }

  const unguarded = (builder: TestingModuleBuilder): TestingModuleBuilder =>
    builder.overrideGuard(IfMatchGuard).useClass(UnguardedWrites);

  it('lets writes through without If-Match, and gives them a precondition that asks for nothing', async () => {
    const [answer] = await put(['/articles/7'], unguarded);
    expect(answer?.status).toBe(200);
    expect(answer?.json()).toEqual({
      criteria: { id: '7' },
      title: 'Second',
      touched: 1,
      etag: 'none',
    });
    expect(answer?.headers.etag).toBeUndefined();
  });

  it('lets every kind of handler through', async () => {
    const answers = await put(
      ['/articles/7/observed', '/articles/7/own-answer', '/notes'],
      unguarded,
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map((answer) => answer.json())).toEqual([
      { id: '7' },
      { own: true },
      { text: 'second' },
    ]);
  });

  it('is needed: with the guard in its place, the same write is refused', async () => {
    const [answer] = await put(['/articles/7'], (builder) => builder);
    expect(answer?.status).toBe(428);
  });

  it('answers 500 where the guard is merely replaced, and says what to write instead', async () => {
    const logger = new ErrorLog();
    const passes: CanActivate = { canActivate: () => true };
    const replaced = (builder: TestingModuleBuilder): TestingModuleBuilder =>
      builder.overrideGuard(IfMatchGuard).useValue(passes);
    const answers = await put(['/articles/7', '/notes'], replaced, logger);
    expect(answers.map(({ status }) => status)).toEqual([500, 500]);
    expect(logger.errors.filter((each) => each.includes('nestjs-etag/testing'))).toEqual([
      expect.stringContaining(
        'ArticlesController.replace is guarded by @IfMatch(), and was about to run without a verdict of its guard. It was refused. If a test replaces IfMatchGuard, let it use UnguardedWrites of nestjs-etag/testing: .overrideGuard(IfMatchGuard).useClass(UnguardedWrites)',
      ),
      expect.stringContaining('NotesController.replace is guarded'),
    ]);
  });
});
