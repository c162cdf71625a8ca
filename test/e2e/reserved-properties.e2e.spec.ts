import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ETag, IfMatch, ItemETags } from '../../src/index.js';
import { startOn } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

interface Seen {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

setFlagsFromString('--allow-natives-syntax');
/** Whether two objects have one hidden class, as V8 sees them. */
const haveSameClass = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (
  a: object,
  b: object,
) => boolean;

@Controller('users')
@ETag()
class UsersController {
  private readonly users = new Map([['1', { id: '1', name: 'Shaun' }]]);

  @Get()
  @ItemETags()
  findAll() {
    return [...this.users.values()];
  }

  @Get(':id')
  findOne(@Param('id') id: string) {
    return this.users.get(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id') id: string, @Body() change: { name: string }) {
    this.users.set(id, { id, ...change });
    return this.findOne(id);
  }
}

describe('the objects of Express', () => {
  let running: Running;
  let seen: Seen[];
  let early: Middleware;

  async function start(options: { useEarly?: boolean } = {}): Promise<void> {
    running = await startOn('express', {
      controllers: [UsersController],
      configure: (app) => {
        if (options.useEarly === true) {
          app.use((...given: Parameters<Middleware>) => early(...given));
        }
      },
    });
  }

  /** Sends a request and waits until its answer is over. */
  async function send(...given: Parameters<Running['send']>) {
    const server = running.app.getHttpServer() as Server;
    const over = once(server, 'request').then(async ([request, response]) => {
      const exchange = { request, response } as Seen;
      seen.push(exchange);
      if (!exchange.response.closed) await once(exchange.response, 'close');
    });
    const answer = await running.send(...given);
    await over;
    return answer;
  }

  /** Express itself prepares what is lazy, and V8 learns what a class holds, with the first requests. */
  async function sendRepeatedly(make: () => Promise<unknown>): Promise<void> {
    for (let count = 0; count < 20; count += 1) await make();
    seen = seen.slice(-2);
  }

  function expectOneClass(): void {
    const [a, b] = seen;
    expect(haveSameClass(a?.request as object, b?.request as object)).toBe(true);
    expect(haveSameClass(a?.response as object, b?.response as object)).toBe(true);
  }

  beforeEach(() => {
    seen = [];
    early = (_request, _response, next) => next();
  });
  afterEach(() => running.close());

  it('have one hidden class on a read', async () => {
    await start();
    await sendRepeatedly(() => send('GET /users/1'));
    expectOneClass();
  });

  it('have one hidden class on a list whose items are written to be tagged', async () => {
    await start();
    await sendRepeatedly(() => send('GET /users'));
    expectOneClass();
  });

  it('have one hidden class on a read behind other middleware', async () => {
    await start({ useEarly: true });
    await sendRepeatedly(() => send('GET /users/1'));
    expectOneClass();
  });

  it('have one hidden class on a write', async () => {
    await start();
    await sendRepeatedly(async () => {
      const { headers } = await running.send('GET /users/1');
      const answer = await send({
        method: 'PUT',
        path: '/users/1',
        headers: { 'If-Match': headers.etag as string },
        body: { name: 'Ada' },
      });
      expect(answer.status).toBe(200);
    });
    expectOneClass();
  });

  it('show middleware before the parser no body property on a request with content', async () => {
    await start({ useEarly: true });
    let hasBody: boolean | undefined;
    early = (request, _response, next) => {
      hasBody = 'body' in request;
      next();
    };
    await send({ method: 'PUT', path: '/users/1', body: {} });
    expect(hasBody).toBe(false);
  });

  it('keep what was put on them before', async () => {
    await start();
    const server = running.app.getHttpServer() as Server;
    server.prependListener('request', (request, response) => {
      Object.assign(request, { body: { name: 'Ada' } });
      Object.assign(response, { locals: { kept: true } });
    });
    const { headers } = await running.send('GET /users/1');
    const answer = await send({
      method: 'PUT',
      path: '/users/1',
      headers: { 'If-Match': headers.etag as string },
    });
    expect(answer.json()).toEqual({ id: '1', name: 'Ada' });
    expect(seen[0]?.response).toHaveProperty('locals.kept', true);
  });

  it('are left alone where they are of another class', async () => {
    await start();
    const server = running.app.getHttpServer() as Server;
    server.prependListener('request', (request) => {
      const prototype = Object.create(Object.getPrototypeOf(request) as object) as object;
      Object.setPrototypeOf(request, prototype);
    });
    const { status } = await send('GET /nowhere');
    expect(status).toBe(404);
    expect(Object.keys(seen[0]?.request as object)).not.toContain('route');
  });
});
