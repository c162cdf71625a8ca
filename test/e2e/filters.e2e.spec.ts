import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Catch, Controller, Get, Put, UseFilters, UseInterceptors } from '@nestjs/common';
import type {
  ArgumentsHost,
  CallHandler,
  ExceptionFilter,
  ExecutionContext,
  NestInterceptor,
  Type,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

interface Answering {
  status(code: number): Answering;
  json?(body: unknown): unknown;
  send(body: unknown): unknown;
}

/** Answers every error with one status, by the response itself: as Nest's documentation does. */
function answering(status: number): Type<ExceptionFilter> {
  @Catch()
  class Filter implements ExceptionFilter {
    catch(_: unknown, host: ArgumentsHost): void {
      const response = host.switchToHttp().getResponse<Answering>().status(status);
      if (response.json === undefined) response.send({ ok: false });
      else response.json({ ok: false });
    }
  }
  return Filter;
}

/** The same by the adapter. */
function answeringByAdapter(status?: number): Type<ExceptionFilter> {
  @Catch()
  class Filter implements ExceptionFilter {
    constructor(private readonly host: HttpAdapterHost) {}

    catch(_: unknown, host: ArgumentsHost): void {
      const response = host.switchToHttp().getResponse<object>();
      this.host.httpAdapter.reply(response, { ok: false }, status);
    }
  }
  Reflect.defineMetadata('design:paramtypes', [HttpAdapterHost], Filter);
  return Filter;
}

class FailsLate implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<never> {
    return next.handle().pipe(
      map(() => {
        throw new Error('an interceptor failed');
      }),
    );
  }
}

/** What JSON cannot write. */
const BIG = { value: 1n };

function rowsController(path: string, filter: Type<ExceptionFilter>): Type {
  @Controller(path)
  @ETag()
  @UseFilters(filter)
  class RowsController {
    private row: object = { name: 'before' };

    @Get()
    findOne(): object {
      return this.row;
    }

    @Get('failing')
    fail(): never {
      throw new Error('the handler failed');
    }

    @Get('failing-late')
    @UseInterceptors(FailsLate)
    failLate(): object {
      return this.row;
    }

    @Put('failing')
    @IfMatch({ current: 'findOne' })
    failToWrite(): never {
      throw new Error('the handler failed');
    }

    @Put('failing-late')
    @UseInterceptors(FailsLate)
    @IfMatch({ current: 'findOne' })
    failToWriteLate(): object {
      return this.row;
    }

    @Get('big')
    findBig(): object {
      return BIG;
    }

    @Put()
    @IfMatch()
    update(@Body() row: { isBig?: true }): object {
      this.row = row;
      return row.isBig === true ? BIG : row;
    }
  }
  return RowsController;
}

describeOnEachAdapter('what a filter answers', (start) => {
  let running: Running;

  beforeAll(async () => {
    running = await start({
      etag: { tagHeader: 'X-ETag' },
      controllers: [
        rowsController('failures', answering(500)),
        rowsController('failures-by-adapter', answeringByAdapter(500)),
        rowsController('successes', answering(200)),
        rowsController('successes-by-adapter', answeringByAdapter(200)),
        rowsController('successes-without-status', answeringByAdapter()),
      ],
    });
  });
  afterAll(() => running.close());

  const tagsOf = async (
    request: Parameters<Running['send']>[0],
  ): Promise<[number, unknown, unknown]> => {
    const { status, headers } = await running.send(request);
    return [status, headers.etag, headers['x-etag']];
  };

  it.each(['failures', 'failures-by-adapter'])(
    'carries no tag where the answer could not be serialized: %s',
    async (path) => {
      const read = await tagsOf(`GET /${path}/big`);
      expect(read).toEqual([500, undefined, undefined]);
      const headers = { 'If-Match': '*' };
      const write = { method: 'PUT', path: `/${path}`, headers, body: { isBig: true } };
      expect(await tagsOf(write)).toEqual([500, undefined, undefined]);
    },
  );

  describe.each(['successes', 'successes-by-adapter', 'successes-without-status'])(
    'carries no tag where it makes a success of an error: %s',
    (path) => {
      it.each([
        ['GET', 'failing'],
        ['GET', 'failing-late'],
        ['PUT', 'failing'],
        ['PUT', 'failing-late'],
      ])('%s, %s', async (method, which) => {
        const headers = { 'If-Match': '*' };
        const request = { method, path: `/${path}/${which}`, headers };
        expect((await running.send(request)).json()).toEqual({ ok: false });
        expect(await tagsOf(request)).toEqual([200, undefined, undefined]);
      });
    },
  );

  it.each(['successes', 'successes-by-adapter', 'successes-without-status'])(
    'carries no tag where it makes a success of a refusal: %s',
    async (path) => {
      const headers = { 'If-Match': '"stale"' };
      const write = { method: 'PUT', path: `/${path}`, headers, body: { name: 'after' } };
      expect(await tagsOf(write)).toEqual([200, undefined, undefined]);
      expect((await running.send(`GET /${path}`)).json()).toEqual({ name: 'before' });
    },
  );
});
