import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Body,
  Catch,
  ConflictException,
  Controller,
  Get,
  HttpException,
  NotFoundException,
  Param,
  Patch,
  PreconditionFailedException,
  Put,
  UseFilters,
} from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { createETagClient } from '../../src/client/index.js';
import {
  ETag,
  IfMatch,
  LastModified,
  Precondition,
  PreconditionRequiredException,
} from '../../src/index.js';
import type { RefusalReason, RefusalStatus } from '../../src/index.js';
import { documentETags } from '../../src/swagger/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

const row = { name: 'Shaun', updatedAt: '2026-11-21T10:00:00.000Z' };
const current = tagOf(JSON.stringify(row));
const EARLIER = 'Sat, 21 Nov 2026 09:00:00 GMT';

/** How often a handler has written. */
let writes = 0;
/** What a filter was given. */
let caught: unknown;

@Catch(HttpException)
class Remembers implements ExceptionFilter {
  catch(exception: HttpException, host: ArgumentsHost): void {
    caught = exception;
    const answer = host
      .switchToHttp()
      .getResponse<{ status(code: number): { send(body: unknown): void } }>();
    answer.status(exception.getStatus()).send(exception.getResponse());
  }
}

@Controller('rows')
@ETag()
@LastModified('updatedAt')
class RowsController {
  @Get(':id')
  findOne(@Param('id') id: string): object {
    if (id !== '1') throw new NotFoundException();
    return row;
  }

  @Put(':id')
  @IfMatch({ creates: true })
  @UseFilters(Remembers)
  update(@Body() body: object): object {
    writes += 1;
    return body;
  }

  /** Finds out in the database that somebody was faster. */
  @Patch(':id')
  @IfMatch({ required: false })
  patch(@Precondition() precondition: Precondition): object {
    return precondition.settle<object>({ affected: 0 });
  }
}

type Reason = keyof RefusalStatus;
type Request = readonly [line: string, headers: Readonly<Record<string, string>>];

/** A request for each reason that may have another status. */
const REQUESTS: Readonly<Record<Reason, Request>> = {
  changed: ['PUT /rows/1', { 'If-Match': '"stale"' }],
  'missing-resource': ['PUT /rows/2', { 'If-Match': '"stale"' }],
  exists: ['PUT /rows/1', { 'If-None-Match': '*' }],
  'weak-tag': ['PUT /rows/1', { 'If-Match': `W/${current}` }],
  'recoded-tag': ['PUT /rows/1', { 'If-Match': current.replace(/"$/, '-gzip"') }],
  'unmodified-since': ['PATCH /rows/1', { 'If-Unmodified-Since': EARLIER }],
  'missing-precondition': ['PUT /rows/1', {}],
};
const REASONS = Object.keys(REQUESTS) as Reason[];
const EXCEPTIONS = {
  400: BadRequestException,
  404: NotFoundException,
  409: ConflictException,
  412: PreconditionFailedException,
  428: PreconditionRequiredException,
} as const;
const STATUSES = [400, 404, 409, 412, 428] as const;

/** The same status for every reason. */
function always(status: (typeof STATUSES)[number]): RefusalStatus {
  return Object.fromEntries(REASONS.map((reason) => [reason, status]));
}

describeOnEachAdapter('refusalStatus', (start) => {
  const applications = new Map<number, Running>();
  let defaults: Running;
  const chosen = (status: number): Running => applications.get(status) as Running;
  const send = ({ send: sendTo }: Running, [line, headers]: Request) => {
    const [method = '', path = ''] = line.split(' ');
    return sendTo({ method, path, headers, ...(method === 'GET' ? {} : { body: row }) });
  };

  beforeAll(async () => {
    const controllers = [RowsController];
    defaults = await start({ controllers });
    for (const status of STATUSES) {
      applications.set(
        status,
        await start({ controllers, etag: { refusalStatus: always(status) } }),
      );
    }
  });
  beforeEach(() => {
    writes = 0;
    caught = undefined;
  });
  afterAll(async () => {
    for (const each of [defaults, ...applications.values()]) await each.close();
  });

  describe.each(STATUSES)('%i', (status) => {
    it.each(REASONS)(
      'is sent for %s, with the reason, the tag and nothing written',
      async (reason) => {
        const answer = await send(chosen(status), REQUESTS[reason]);
        const byDefault = await send(defaults, REQUESTS[reason]);
        expect(answer.status).toBe(status);
        expect(byDefault.status).toBe(reason === 'missing-precondition' ? 428 : 412);
        expect(answer.json()).toMatchObject({ reason, statusCode: status });
        for (const name of ['etag', 'cache-control'] as const) {
          expect([name, answer.headers[name]]).toEqual([name, byDefault.headers[name]]);
        }
        expect(writes).toBe(0);
      },
    );

    it('comes as the exception that Nest has for it', async () => {
      await send(chosen(status), REQUESTS.changed);
      expect(caught).toBeInstanceOf(EXCEPTIONS[status]);
    });

    it('is sent where the write itself finds out', async () => {
      const patch: Request = ['PATCH /rows/1', { 'If-Match': current }];
      const answer = await send(chosen(status), patch);
      expect([answer.status, answer.json()['reason']]).toEqual([status, 'changed']);
      expect((await send(defaults, patch)).status).toBe(412);
    });

    it('is a collision for the client', async () => {
      const client = createETagClient({ baseUrl: chosen(status).url });
      const stale = { ...(await client.get<object>('/rows/1')), etag: '"stale"' };
      await expect(client.put(stale, row)).rejects.toMatchObject({
        name: 'MidAirCollision',
        reason: 'changed',
        response: { status },
      });
    });

    it('is shown by OpenAPI', () => {
      const { app } = chosen(status);
      const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
      const { put } = documentETags(document, app).paths['/rows/{id}'] ?? {};
      const shown = Object.keys(put?.responses ?? {}).filter((each) => each !== '200');
      expect(shown).toEqual([...new Set(['400', String(status)])]);
    });
  });

  it.each<[string, Request, number, RefusalReason]>([
    ['a malformed field', ['PUT /rows/1', { 'If-Match': 'null' }], 400, 'malformed'],
    [
      'a GET, whose client has no change to lose',
      ['GET /rows/1', { 'If-Match': '"stale"' }],
      412,
      'changed',
    ],
  ])('is not for %s', async (_, request, status, reason) => {
    const answer = await send(chosen(409), request);
    expect([answer.status, answer.json()]).toEqual([
      status,
      expect.objectContaining({ statusCode: status, reason }),
    ]);
  });

  it('changes the reasons that it names, and no other', async () => {
    const one = await start({
      controllers: [RowsController],
      etag: { refusalStatus: { changed: 409 } },
    });
    const answers = await Promise.all(REASONS.map((reason) => send(one, REQUESTS[reason])));
    await one.close();
    expect(answers.map(({ status }) => status)).toEqual([409, 412, 412, 412, 412, 412, 428]);
  });
});
