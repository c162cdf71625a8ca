import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  Get,
  NotFoundException,
  Param,
  Patch,
  PreconditionFailedException,
  Put,
  UseFilters,
} from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import {
  ETag,
  IfMatch,
  LastModified,
  PreconditionRequiredException,
  WeakETag,
} from '../../src/index.js';
import type { RefusalReason } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

const row = { name: 'Shaun', updatedAt: '2026-11-21T10:00:00.000Z' };
const current = tagOf(JSON.stringify(row));

/** What a filter was given. */
let caught: unknown;

@Catch(PreconditionFailedException, PreconditionRequiredException)
class Catches implements ExceptionFilter {
  catch(exception: PreconditionFailedException, host: ArgumentsHost): void {
    caught = exception.getResponse();
    host
      .switchToHttp()
      .getResponse<{ status(code: number): { send(body: unknown): void } }>()
      .status(exception.getStatus())
      .send({ handled: exception.constructor.name });
  }
}

@Controller('rows')
@ETag()
@LastModified('updatedAt')
class RowsController {
  @Get(':id')
  findOne(@Param('id') id: string): unknown {
    if (id !== '1') throw new NotFoundException(`no row ${id}`);
    return row;
  }

  @Put(':id')
  @IfMatch({ creates: true })
  update(): unknown {
    return row;
  }

  @Patch(':id')
  @IfMatch({ required: false })
  patch(): unknown {
    throw Object.assign(new Error('conflict'), { name: 'OptimisticLockError' });
  }

  @Get(':id/card')
  @WeakETag(['name'])
  card(): unknown {
    return row;
  }

  @Put(':id/card')
  @IfMatch({ comparison: 'weak' })
  @UseFilters(Catches)
  filtered(): unknown {
    return row;
  }

  @Get(':id/page')
  page(): unknown {
    return row;
  }

  @Put(':id/page')
  @IfMatch()
  @UseFilters(Catches)
  replacePage(): unknown {
    return row;
  }
}

type Line = readonly [
  reason: RefusalReason,
  status: number,
  line: string,
  headers: Record<string, string>,
];

/** One request for each reason of each status. */
const REFUSALS: readonly Line[] = [
  ['changed', 412, 'PUT /rows/1', { 'If-Match': '"stale"' }],
  ['changed', 412, 'PATCH /rows/1', { 'If-Match': current }],
  ['changed', 409, 'PATCH /rows/1', {}],
  ['missing-resource', 412, 'PUT /rows/2', { 'If-Match': '"stale"' }],
  ['exists', 412, 'PUT /rows/1', { 'If-None-Match': '*' }],
  ['weak-tag', 412, 'PUT /rows/1', { 'If-Match': `W/${current}` }],
  ['recoded-tag', 412, 'PUT /rows/1', { 'If-Match': current.replace(/"$/, '-gzip"') }],
  [
    'unmodified-since',
    412,
    'PATCH /rows/1',
    { 'If-Unmodified-Since': 'Sat, 21 Nov 2026 09:00:00 GMT' },
  ],
  ['missing-precondition', 428, 'PUT /rows/1', {}],
  ['malformed', 400, 'PUT /rows/1', { 'If-Match': 'null' }],
  ['changed', 412, 'GET /rows/1', { 'If-Match': '"stale"' }],
];

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  409: 'Conflict',
  412: 'Precondition Failed',
  428: 'Precondition Required',
};

describeOnEachAdapter('a refusal', (start) => {
  let nests: Running;
  let problems: Running;

  beforeAll(async () => {
    nests = await start({ controllers: [RowsController] });
    problems = await start({ controllers: [RowsController], etag: { problemDetails: true } });
  });
  beforeEach(() => {
    caught = undefined;
  });
  afterAll(async () => {
    await nests.close();
    await problems.close();
  });

  function send(running: Running, [, , line, headers]: Line): Promise<RawResponse> {
    const [method = '', path = ''] = line.split(' ');
    return running.send({ method, path, headers });
  }

  describe.each(REFUSALS)("'%s' (%i to %s)", (...refusal) => {
    const [reason, status] = refusal;

    it('has the shape of Nest by default, with the reason', async () => {
      const answer = await send(nests, refusal);
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.json()).toEqual({
        statusCode: status,
        message: expect.stringMatching(/^[A-Z].+\.?$/),
        error: TITLES[status],
        reason,
      });
    });

    it('is a problem (RFC 9457) where the module says so', async () => {
      const answer = await send(problems, refusal);
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.json()).toEqual({
        type: 'about:blank',
        title: TITLES[status],
        status,
        detail: (await send(nests, refusal)).json()['message'],
        reason,
      });
    });

    it('has the same header fields in both shapes', async () => {
      const fields = async (running: Running): Promise<unknown> => {
        const { headers } = await send(running, refusal);
        return [headers.etag, headers['cache-control']];
      };
      expect(await fields(problems)).toEqual(await fields(nests));
    });
  });

  it('of a write is kept by no cache', async () => {
    for (const refusal of REFUSALS.filter(([, , line]) => !line.startsWith('GET'))) {
      expect((await send(nests, refusal)).headers['cache-control']).toBe('no-store');
    }
  });

  it('with 412 names the current tag, unless the client sent it or nothing is there', async () => {
    const tags = await Promise.all(
      REFUSALS.filter(([, status]) => status === 412).map(async (refusal) => [
        refusal[0],
        (await send(nests, refusal)).headers.etag,
      ]),
    );
    expect(tags).toEqual([
      ['changed', current],
      ['changed', undefined],
      ['missing-resource', undefined],
      ['exists', current],
      ['weak-tag', current],
      ['recoded-tag', current],
      ['unmodified-since', current],
      ['changed', current],
    ]);
  });

  it("is caught by filters as Nest's own exception, with the same body", async () => {
    const stale = { method: 'PUT', path: '/rows/1/page', headers: { 'If-Match': '"stale"' } };
    const failed = await nests.send(stale);
    expect(failed.json()).toEqual({ handled: 'PreconditionFailedException' });
    expect(caught).toMatchObject({ statusCode: 412, reason: 'changed' });
    const handled = await problems.send(stale);
    expect(handled.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(caught).toMatchObject({ status: 412, reason: 'changed', title: 'Precondition Failed' });

    const required = await nests.send('PUT /rows/1/card');
    expect(required.json()).toEqual({ handled: 'PreconditionRequiredException' });
    expect(caught).toMatchObject({ statusCode: 428, reason: 'missing-precondition' });
  });

  it('of anybody else keeps its own shape', async () => {
    const missing = await problems.send('GET /rows/2');
    expect(missing.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(missing.json()).toEqual({ statusCode: 404, message: 'no row 2', error: 'Not Found' });
    const denied = await problems.send({
      method: 'PATCH',
      path: '/rows/2',
      headers: { 'If-Match': '"stale"' },
    });
    expect(denied.status).toBe(404);
    expect(denied.headers['content-type']).toBe('application/json; charset=utf-8');
  });
});
