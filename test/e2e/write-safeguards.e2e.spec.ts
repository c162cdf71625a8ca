import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import {
  Body,
  Controller,
  Get,
  HttpStatus,
  Param,
  Put,
  Res,
  ServiceUnavailableException,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { ETag, IfMatch, LastModified, Precondition, isPreconditionRead } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

const written: string[] = [];
const visits: boolean[] = [];
const limits: number[] = [];

/** What middleware keeps for one request. */
class Notes {
  author = 'nobody';
}

/** A response of either platform, with the notes that middleware put on it. */
interface Noted {
  readonly raw?: Noted;
  locals: Notes;
}

function notesOf(response: Noted): Notes {
  return (response.raw ?? response).locals;
}

class Visits implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    visits.push(isPreconditionRead(context.switchToHttp().getRequest()));
    return next.handle();
  }
}

@Controller('away')
@ETag()
class AwayController {
  @Get(':id')
  findOne(): never {
    throw new ServiceUnavailableException();
  }

  @Put(':id')
  @IfMatch({ creates: true })
  put(@Param('id') id: string): object {
    written.push(id);
    return { id };
  }
}

@Controller('visited')
@ETag()
class VisitedController {
  @Get()
  @UseInterceptors(Visits)
  findOne(): object {
    limits.push(Error.stackTraceLimit);
    return { name: 'visited' };
  }

  @Put()
  @IfMatch({ etag: false })
  put(@Body() body: object): object {
    return body;
  }
}

@Controller('dated')
@ETag({ version: 'changedAt' })
class DatedController {
  @Get()
  findOne(): { changedAt: Date } {
    return { changedAt: new Date('2026-01-01T00:00:00.001Z') };
  }

  /** The row that the transaction has locked is another one by a millisecond. */
  @Put()
  @IfMatch()
  async put(@Precondition() precondition: Precondition<Date>): Promise<object> {
    return precondition.verify({ changedAt: new Date('2026-01-01T00:00:00.002Z') });
  }
}

@Controller('modified')
@ETag()
class ModifiedController {
  @Get()
  @LastModified('changedAt')
  findOne(): { changedAt: Date } {
    return { changedAt: new Date('2026-01-01T00:00:00Z') };
  }

  @Put()
  @IfMatch({ unmodifiedSince: true, etag: false })
  put(): object {
    return {};
  }
}

@Controller('noted')
@ETag()
class NotedController {
  @Get()
  findOne(@Res({ passthrough: true }) response: Noted): object {
    notesOf(response).author = 'the read';
    return { name: 'noted' };
  }

  @Put()
  @IfMatch({ etag: false })
  put(@Res({ passthrough: true }) response: Noted): object {
    return notesOf(response);
  }
}

const keys: Readonly<Record<string, unknown>> = {
  text: 'a text',
  promise: Promise.resolve('a text'),
  object: { id: 1 },
  number: 1,
  nothing: undefined,
};

@Controller('keyed')
@ETag()
class KeyedController {
  @Get(':key')
  findOne(): object {
    return { name: 'keyed' };
  }

  @Put(':key')
  @IfMatch<KeyedController, { params: { key: string } }>({
    etag: false,
    key: ({ params }) => keys[params.key] as string,
  })
  put(@Param('key') key: string): object {
    written.push(key);
    return {};
  }
}

describeOnEachAdapter('what a guarded write relies on', (start) => {
  let running: Running;

  beforeAll(async () => {
    running = await start({
      controllers: [
        AwayController,
        VisitedController,
        DatedController,
        ModifiedController,
        NotedController,
        KeyedController,
      ],
      configure: (app) => {
        app.use((request: IncomingMessage, response: Noted, next: () => void) => {
          if (request.headers['x-notes'] === 'of a class') response.locals = new Notes();
          else response.locals = { author: 'nobody' };
          next();
        });
      },
    });
  });
  afterAll(() => running.close());

  it('a read that answers 503 is an error, and nothing is created', async () => {
    written.length = 0;
    const put = { method: 'PUT', path: '/away/1', headers: { 'If-None-Match': '*' } };
    const { status } = await running.send(put);
    expect([status, written]).toEqual([HttpStatus.SERVICE_UNAVAILABLE, []]);
  });

  it('errors of the application keep their stack after a refusal', async () => {
    limits.length = 0;
    const before = Error.stackTraceLimit;
    const headers = { 'If-Match': '"stale"' };
    expect((await running.send({ method: 'PUT', path: '/visited', headers })).status).toBe(412);
    await running.send('GET /visited');
    const after = limits.at(-1);
    Error.stackTraceLimit = before;
    expect(after).toBe(before);
    expect(before).toBeGreaterThan(0);
  });

  it('dates as versions are compared to the millisecond', async () => {
    const { headers } = await running.send('GET /dated');
    const put = { method: 'PUT', path: '/dated', headers: { 'If-Match': String(headers.etag) } };
    expect((await running.send(put)).status).toBe(412);
  });

  it('an interceptor can tell the read that a write is compared with', async () => {
    visits.length = 0;
    const { headers } = await running.send('GET /visited');
    const put = {
      method: 'PUT',
      path: '/visited',
      headers: { 'If-Match': String(headers.etag) },
      body: { name: 'visited' },
    };
    expect((await running.send(put)).status).toBe(200);
    expect(visits).toEqual([false, true]);
  });

  it.each(['of a class', 'plain'])(
    'what the read notes on the response does not reach the write (%s)',
    async (notes) => {
      const headers = { 'If-Match': '*', 'X-Notes': notes };
      const answer = await running.send({ method: 'PUT', path: '/noted', headers });
      expect([answer.status, answer.json()]).toEqual([200, { author: 'nobody' }]);
    },
  );

  it('a key that is a text, and what is none is refused', async () => {
    written.length = 0;
    const headers = { 'If-Match': '*' };
    const statuses = [];
    for (const key of Object.keys(keys)) {
      statuses.push((await running.send({ method: 'PUT', path: `/keyed/${key}`, headers })).status);
    }
    expect([statuses, written]).toEqual([[200, 500, 500, 500, 500], ['text']]);
  });

  it('two lines of a date are none, and one is one', async () => {
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
    const statuses = [];
    for (const dates of [date, [date, date]]) {
      const headers = { 'If-Unmodified-Since': dates };
      statuses.push((await running.send({ method: 'PUT', path: '/modified', headers })).status);
    }
    expect(statuses).toEqual([200, 428]);
  });
});
