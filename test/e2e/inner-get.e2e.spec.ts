import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  ForbiddenException,
  Get,
  Param,
  Put,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, map, of } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter, itOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';

const CHANGE = { name: 'Grace' };

function put(
  { send }: Running,
  path: string,
  etag: string | undefined,
  headers: Record<string, string> = {},
): Promise<RawResponse> {
  return send({
    method: 'PUT',
    path,
    headers: { ...headers, 'If-Match': etag ?? '*' },
    body: CHANGE,
  });
}

/** Whether the tag of GET opens the write, and any other tag does not. */
async function expectToOpen(
  running: Running,
  read: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const { status, headers: fields } = await running.send({ path: read, headers });
  expect(status).toBe(200);
  const stale = await put(running, path, '"x"', headers);
  expect([stale.status, stale.headers.etag]).toEqual([412, fields.etag]);
  expect((await put(running, path, fields.etag, headers)).status).toBe(200);
}

class EnvelopeInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((data: unknown) => ({ data })),
      catchError((error: Error) => of({ data: null, error: error.message })),
    );
  }
}

describe('an interceptor that answers for an error of the GET handler', () => {
  function controllers(): { controllers: [new () => unknown] } {
    @Controller('notes')
    @ETag()
    @UseInterceptors(EnvelopeInterceptor)
    class NotesController {
      private note: unknown;

      @Get()
      findOne(): unknown {
        if (this.note === undefined) throw new Error('none yet');
        return this.note;
      }

      @Put()
      @IfMatch()
      replace(@Body() note: unknown): unknown {
        return (this.note = note);
      }
    }
    return { controllers: [NotesController] };
  }

  itOnEachAdapter('has said what GET sends', controllers(), async (running) => {
    expect((await running.send('GET /notes')).json()).toEqual({ data: null, error: 'none yet' });
    await expectToOpen(running, '/notes', '/notes');
    expect((await running.send('GET /notes')).json()).toEqual({ data: CHANGE });
    await expectToOpen(running, '/notes', '/notes');
  });
});

/** What both platforms have. */
interface AnyResponse {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
  redirect(url: string): unknown;
}

describeOnEachAdapter('a GET handler that sets a status', (start) => {
  const written: string[] = [];

  @Controller('statuses')
  @ETag()
  class StatusesController {
    @Get('thrown')
    thrown(): never {
      throw new ForbiddenException();
    }

    @Get('redirected')
    redirected(@Res({ passthrough: true }) response: AnyResponse): void {
      response.redirect('/statuses/200');
    }

    @Get(':status')
    findOne(
      @Param('status') status: string,
      @Res({ passthrough: true }) response: AnyResponse,
    ): object {
      response.status(Number(status));
      response.header('Location', '/elsewhere');
      return { message: 'not for you', status };
    }

    @Put('thrown')
    @IfMatch({ current: 'thrown' })
    replaceThrown(): void {
      written.push('thrown');
    }

    @Put('redirected')
    @IfMatch({ current: 'redirected' })
    replaceRedirected(): void {
      written.push('redirected');
    }

    @Put(':status')
    @IfMatch({ etag: false })
    replace(@Param('status') status: string, @Body() body: object): object {
      written.push(status);
      return body;
    }
  }

  let running: Running;
  beforeAll(async () => {
    running = await start({ controllers: [StatusesController] });
  });
  afterAll(() => running.close());
  beforeEach(() => {
    written.length = 0;
  });

  it.each([400, 401, 403, 404, 410, 429, 500, 503])(
    'refuses with it: %s, in the words of GET and without a tag',
    async (status) => {
      const read = await running.send(`GET /statuses/${status}`);
      expect([read.status, read.headers.etag]).toEqual([status, undefined]);
      for (const etag of ['*', '"x"']) {
        const answer = await put(running, `/statuses/${status}`, etag);
        expect([answer.status, answer.text]).toEqual([status, read.text]);
        expect([answer.headers.etag, answer.headers.location]).toEqual([undefined, undefined]);
      }
      expect(written).toEqual([]);
    },
  );

  it('refuses as by an exception (control)', async () => {
    const answer = await put(running, '/statuses/thrown', '*');
    expect([answer.status, answer.headers.etag, written]).toEqual([403, undefined, []]);
  });

  it.each([301, 307, 308])('of a redirect sends the write there: %s', async (status) => {
    const answer = await put(running, `/statuses/${status}`, '*');
    expect([answer.status, answer.headers.location]).toEqual([status, '/elsewhere']);
    expect([answer.headers.etag, written]).toEqual([undefined, []]);
  });

  it('of a redirect by redirect() as well', async () => {
    const answer = await put(running, '/statuses/redirected', '*');
    expect([answer.status, answer.headers.location]).toEqual([302, '/statuses/200']);
    expect(written).toEqual([]);
  });

  it('has nothing there to write where it sends no content: 204', async () => {
    expect((await put(running, '/statuses/204', '*')).status).toBe(404);
    expect(written).toEqual([]);
  });

  it('has no tag where GET sends none: 202', async () => {
    const read = await running.send('GET /statuses/202');
    expect([read.status, read.headers.etag]).toEqual([202, undefined]);
    const refused = await put(running, '/statuses/202', '"x"');
    expect([refused.status, refused.headers.etag]).toEqual([412, undefined]);
    expect((await put(running, '/statuses/202', '*')).status).toBe(200);
    expect(written).toEqual(['202']);
  });

  it('has its tag where it is 200 (control)', () =>
    expectToOpen(running, '/statuses/200', '/statuses/200'));
});
