import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  Body,
  Controller,
  Get,
  Next,
  NotFoundException,
  Param,
  Put,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { concat, defer, from, ignoreElements, mergeMap, of, throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter, itOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { gate, until } from '../support/gate.js';
import type { Gate } from '../support/gate.js';

/** What both platforms' responses can do, and where Node's own is. */
interface Answering {
  readonly raw?: ServerResponse;
  send(body: unknown): unknown;
}

const rows = new Map<string, object>();
const ran: string[] = [];
let entered: Gate;
let goOn: Gate;
let closed: Gate;

function find(id: string): object {
  const row = rows.get(id);
  if (row === undefined) throw new NotFoundException();
  return row;
}

async function enter(name: string): Promise<void> {
  ran.push(name);
  entered.open();
  await goOn.opened;
}

function rawOf(response: Answering): ServerResponse {
  return response.raw ?? (response as unknown as ServerResponse);
}

/** Answers by itself, and never comes to an end. */
class AnswersForGood implements NestInterceptor {
  intercept(context: ExecutionContext): Promise<Observable<unknown>> {
    context.switchToHttp().getResponse<Answering>().send({ replayed: true });
    return new Promise(() => undefined);
  }
}

/** Commits what the handler has written when the handler is over. */
class CommitsLate implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return concat(
      next.handle(),
      defer(async () => {
        await enter('commit');
        ran.push('committed');
      }).pipe(ignoreElements()),
    );
  }
}

/** Answers with the beginning of what the handler streams, and waits no longer for what comes next. */
class AnswersWithTheFirst implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler<AsyncIterator<number>>): Observable<unknown> {
    return next.handle().pipe(
      mergeMap(async (stream) => {
        const { value } = await stream.next();
        void stream.next();
        return { first: value as number };
      }),
    );
  }
}

/** Milliseconds: how long writers wait, and how long what tells of no end keeps its lock. */
const PATIENCE = 1000;

/** A name that cannot be read. */
function unreadableError(): Error {
  return Object.defineProperty(new Error('boom'), 'name', {
    get: () => {
      throw new Error('unreadable');
    },
  });
}

@Controller('rows')
@ETag()
class RowsController {
  @Get(':id')
  findOne(@Param('id') id: string): object {
    return find(id);
  }

  @Put(':id')
  @IfMatch()
  put(@Param('id') id: string, @Body() body: object): object {
    rows.set(id, body);
    return find(id);
  }

  @Put(':id/slow')
  @IfMatch({ current: 'findOne' })
  async slow(@Param('id') id: string, @Body() body: object): Promise<object> {
    await enter('slow');
    rows.set(id, body);
    return body;
  }

  /** Sees that its client has left, and answers nobody. */
  @Put(':id/unanswered')
  @IfMatch({ current: 'findOne' })
  async unanswered(@Res() response: Answering): Promise<void> {
    rawOf(response).once('close', () => closed.open());
    await enter('unanswered');
  }

  /** Answers when its work is done, which no promise tells of. */
  @Put(':id/later')
  @IfMatch({ current: 'findOne' })
  later(@Param('id') id: string, @Res() response: Answering): void {
    rawOf(response).once('close', () => closed.open());
    void enter('later').then(() => {
      rows.set(id, { name: 'later' });
      response.send({ name: 'later' });
    });
  }

  @Put(':id/committed')
  @UseInterceptors(CommitsLate)
  @IfMatch({ current: 'findOne' })
  committed(@Res() response: Answering): void {
    response.send({ name: 'committed' });
  }

  @Put(':id/answers-for-good')
  @UseInterceptors(AnswersForGood)
  @IfMatch({ current: 'findOne' })
  answersForGood(): object {
    return {};
  }

  @Put(':id/unread')
  @UseInterceptors(AnswersWithTheFirst)
  @IfMatch({ current: 'findOne' })
  async *unread(): AsyncGenerator<number> {
    yield 1;
    await goOn.opened;
  }

  @Put(':id/unreadable')
  @IfMatch({ current: 'findOne' })
  unreadable(): Observable<never> {
    return from(Promise.resolve()).pipe(mergeMap(() => throwError(unreadableError)));
  }

  @Put(':id/null')
  @IfMatch({ current: 'findOne' })
  throwsNull(): Observable<never> {
    return of(1).pipe(mergeMap(() => throwError(() => null)));
  }
}

describeOnEachAdapter('a resource is free again', (start) => {
  let running: Running;
  let answerInstead: (() => void) | undefined;
  let id = 0;

  beforeAll(async () => {
    running = await start({
      controllers: [RowsController],
      etag: { lockTimeout: PATIENCE },
      configure: (app) => {
        app.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
          if (request.headers['x-impatient'] !== undefined) {
            answerInstead = () => {
              response.statusCode = 503;
              response.end();
            };
          }
          next();
        });
      },
    });
  });
  afterAll(() => running.close());
  beforeEach(() => {
    // A resource of its own: one that stays locked fails no other test.
    id += 1;
    rows.set(String(id), { name: 'Shaun' });
    ran.length = 0;
    answerInstead = undefined;
    [entered, goOn, closed] = [gate(), gate(), gate()];
  });

  const write = (path: string) =>
    running.send({
      method: 'PUT',
      path: `/rows/${id}${path}`,
      headers: { 'If-Match': '*' },
      body: { name: 'Timmy' },
    });

  /** What tells of no end keeps its lock for a while; the test's own time limit is the only other end. */
  const writeWhenFree = async (): Promise<void> => {
    while ((await write('')).status !== 200);
  };

  const leave = async (path: string): Promise<void> => {
    const client = httpRequest(`${running.url}/rows/${id}${path}`, {
      method: 'PUT',
      headers: { 'If-Match': '*' },
    });
    client.on('error', () => undefined);
    client.end();
    await entered.opened;
    client.destroy();
    await closed.opened;
  };

  /** Over a connection that stays: its client has not left when it is answered. */
  const writeImpatiently = (agent: Agent): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { 'If-Match': '*', 'X-Impatient': 'yes' };
      const options = { agent, method: 'PUT', headers };
      const client = httpRequest(`${running.url}/rows/${id}/slow`, options, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode));
      });
      client.on('error', reject).end();
    });

  it('where a client leaves a handler that answers by itself, and now answers nobody', async () => {
    await leave('/unanswered');
    goOn.open();
    await writeWhenFree();
  });

  it('control: not while that handler is at work', async () => {
    await leave('/unanswered');
    let isOver = false;
    const next = write('').finally(() => (isOver = true));
    // A read takes no lock: it comes back, the write does not.
    await running.send(`GET /rows/${id}`);
    expect(isOver).toBe(false);
    goOn.open();
    expect((await next).status).toBe(200);
  });

  it('not before a handler has answered that does so later, although its client has left', async () => {
    await leave('/later');
    const next = write('');
    await running.send(`GET /rows/${id}`);
    goOn.open();
    expect((await next).status).toBe(200);
    expect(rows.get(String(id))).toEqual({ name: 'Timmy' });
  });

  it('not before an interceptor has committed what a handler wrote that answers by itself', async () => {
    expect((await write('/committed')).json()).toEqual({ name: 'committed' });
    await entered.opened;
    const next = write('/committed');
    await running.send(`GET /rows/${id}`);
    expect(ran).toEqual(['commit']);
    goOn.open();
    expect((await next).status).toBe(200);
    await until(() => ran.length === 4);
    expect(ran).toEqual(['commit', 'committed', 'commit', 'committed']);
  });

  it('where an interceptor answers and never ends', async () => {
    expect((await write('/answers-for-good')).json()).toEqual({ replayed: true });
    await writeWhenFree();
  });

  it('where nobody waits any more for what the handler streams', async () => {
    expect((await write('/unread')).json()).toEqual({ first: 1 });
    await writeWhenFree();
  });

  describe.each(['/unreadable', '/null'])('where a handler throws what is no error: %s', (path) => {
    it('which is 500', async () => {
      expect((await write(path)).status).toBe(500);
      expect((await write('')).status).toBe(200);
    });
  });

  it('and a write that something else has answered while it waited does not run', async () => {
    const first = write('/slow');
    await entered.opened;
    const agent = new Agent({ keepAlive: true });
    const second = writeImpatiently(agent);
    await until(() => answerInstead !== undefined);
    answerInstead?.();
    expect(await second).toBe(503);
    goOn.open();
    expect((await first).status).toBe(200);
    expect((await write('')).status).toBe(200);
    agent.destroy();
    expect(ran).toEqual(['slow']);
  });

  it('control: one that nobody has answered runs', async () => {
    const first = write('/slow');
    await entered.opened;
    const second = write('/slow');
    goOn.open();
    expect([(await first).status, (await second).status, ran]).toEqual([
      200,
      200,
      ['slow', 'slow'],
    ]);
  });
});

@Controller('passed')
class PassingController {
  @Put(':kind/:id')
  @IfMatch({ required: false, current: () => ({ name: 'audit' }) })
  audit(@Next() next: () => void): void {
    next();
  }
}

@Controller('passed/rows')
class PassedController extends RowsController {}

describe('a request that a guarded handler passes on', () => {
  for (const path of ['/passed/rows/1']) {
    itOnEachAdapter(
      'is not written under the verdict of the first',
      { controllers: [PassingController, PassedController] },
      async ({ send, adapter }) => {
        rows.set('1', { name: 'Shaun' });
        const { status } = await send({ method: 'PUT', path, body: { name: 'Timmy' } });
        // Fastify has a router that finds the longest path, and no next().
        expect([status, rows.get('1')]).toEqual([
          adapter === 'express' ? 500 : 428,
          { name: 'Shaun' },
        ]);
      },
    );
  }
});
