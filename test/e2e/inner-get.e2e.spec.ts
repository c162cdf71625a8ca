import { describe, expect } from '@jest/globals';
import { Body, Controller, Get, Put, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, map, of } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, IfMatch } from '../../src/index.js';
import { itOnEachAdapter } from '../support/each-adapter.js';
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
