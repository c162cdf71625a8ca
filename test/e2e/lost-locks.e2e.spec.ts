import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller, Get, HttpCode, Put, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, of } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, IfMatch } from '../../src/index.js';
import { LockLostError, processLocks } from '../../src/nest/locks/index.js';
import type { WriteLock, WriteLocks } from '../../src/nest/locks/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

let isLost = false;

/** Locks as of a database, which tells of a loss when they are released. */
class LossyLocks implements WriteLocks {
  private readonly locks = processLocks();

  async acquire(...given: Parameters<WriteLocks['acquire']>): Promise<WriteLock> {
    const lock = await this.locks.acquire(...given);
    return {
      lost: lock.lost,
      release: async () => {
        await lock.release();
        if (isLost) throw new LockLostError(['rows'], new Error('the connection has ended'));
      },
    };
  }

  run<Result>(
    keys: readonly string[],
    work: () => Promise<Result>,
    wait?: Parameters<WriteLocks['run']>[2],
  ): Promise<Result> {
    return this.locks.run(keys, work, wait);
  }
}

class AnswersAnyway implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError(() => of({ ok: false })));
  }
}

@Controller('rows')
@ETag()
class RowsController {
  @Get()
  findOne(): object {
    return { name: 'Shaun' };
  }

  @Put()
  @IfMatch()
  plain(): object {
    return { name: 'Timmy' };
  }

  @Put('moved')
  @HttpCode(303)
  @IfMatch({ current: 'findOne' })
  moved(): object {
    return {};
  }

  @Put('nothing')
  @HttpCode(204)
  @IfMatch({ current: 'findOne' })
  nothing(): void {}

  @Put('failing')
  @UseInterceptors(AnswersAnyway)
  @IfMatch({ current: 'findOne' })
  failing(): never {
    throw new Error('the handler failed');
  }
}

describeOnEachAdapter('a write whose lock was lost', (start) => {
  let running: Running;

  beforeAll(async () => {
    running = await start({
      controllers: [RowsController],
      etag: { atomicity: new LossyLocks() },
    });
  });
  beforeEach(() => {
    isLost = false;
  });
  afterAll(() => running.close());

  it.each([
    ['', 200],
    ['/moved', 303],
    ['/nothing', 204],
    ['/failing', 200],
  ])('is answered 500, whatever the handler answers: %s', async (path, status) => {
    const write = { method: 'PUT', path: `/rows${path}`, headers: { 'If-Match': '*' } };
    expect((await running.send(write)).status).toBe(status);
    isLost = true;
    const answer = await running.send(write);
    expect([answer.status, answer.headers.etag]).toEqual([500, undefined]);
  });
});
