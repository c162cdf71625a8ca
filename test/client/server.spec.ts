import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as forward,
  createServer,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Get, Patch, Put } from '@nestjs/common';
import { createETagClient, type ETagClient, isMidAirCollision } from '../../src/client/index.js';
import { ETag, IfMatch, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter, type Running } from '../support/each-adapter.js';
import { rejection } from './support/with-store.js';

interface Doc {
  title: string;
  stars: number;
}

let doc: Doc;

@Controller('doc')
@ETag()
class DocController {
  @Get()
  read(): Doc {
    return doc;
  }

  @Put()
  @IfMatch()
  replace(@Body() body: Doc): Doc {
    return (doc = body);
  }

  @Patch()
  @IfMatch()
  change(@Body() body: Partial<Doc>): Doc {
    return (doc = { ...doc, ...body });
  }
}

@Controller('weak')
class WeakController {
  @Get()
  @WeakETag(['title'])
  read(): Doc {
    return doc;
  }

  @Put()
  @IfMatch({ comparison: 'weak' })
  replace(@Body() body: Doc): Doc {
    return (doc = body);
  }
}

const TAG_HEADER = 'X-Resource-Version';

/** What stands between the client and the server. */
class Proxy {
  readonly seen: string[] = [];
  /** What it makes of the header fields of an answer. */
  rewrite: (headers: OutgoingHttpHeaders) => void = () => undefined;
  /** Answers the next write with this status, as gateways do when the server breaks off, after it was carried out. */
  loseNextWrite: number | undefined;
  private server: Server | undefined;

  async start(origin: string): Promise<string> {
    this.server = createServer((request, response) => this.pass(origin, request, response));
    await new Promise<void>((listening) => this.server?.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  private pass(origin: string, request: IncomingMessage, response: ServerResponse): void {
    const { method, headers, url = '/' } = request;
    const onward = forward(new URL(url, origin), { method, headers }, (answer) => {
      const lost = method === 'GET' ? undefined : this.loseNextWrite;
      if (method !== 'GET') this.loseNextWrite = undefined;
      this.seen.push(`${method} ${answer.statusCode}`);
      if (lost !== undefined) {
        answer.resume();
        response.writeHead(lost, { 'Content-Type': 'text/html' }).end('<h1>Bad Gateway</h1>');
        return;
      }
      const fields: OutgoingHttpHeaders = { ...answer.headers };
      this.rewrite(fields);
      response.writeHead(answer.statusCode ?? 500, fields);
      answer.pipe(response);
    });
    request.pipe(onward);
  }
}

describeOnEachAdapter('The client and the server with tagHeader, together', (start) => {
  let server: Running;
  let proxy: Proxy;
  let client: ETagClient;
  let withoutOption: ETagClient;

  beforeEach(async () => {
    doc = { title: 'first', stars: 0 };
    server = await start({
      controllers: [DocController, WeakController],
      etag: { tagHeader: TAG_HEADER },
    });
    proxy = new Proxy();
    const baseUrl = await proxy.start(server.url);
    client = createETagClient({ baseUrl, tagHeader: TAG_HEADER });
    withoutOption = createETagClient({ baseUrl });
  });
  afterEach(async () => {
    proxy.stop();
    await server.close();
  });

  const PATHS: [string, (headers: OutgoingHttpHeaders) => void][] = [
    ['directly', () => undefined],
    ['through a proxy that strips ETag', (headers) => delete headers['etag']],
    [
      'through a proxy that weakens ETag',
      (headers) => (headers['etag'] = `W/${String(headers['etag'])}`),
    ],
  ];

  describe.each(PATHS)('%s', (_path, rewrite) => {
    beforeEach(() => {
      proxy.rewrite = rewrite;
    });

    it.each(['doc', 'weak'])('read, revalidate, save, and save again: /%s', async (path) => {
      const first = await client.get<Doc>(`/${path}`);
      const read = await client.get<Doc>(`/${path}`);
      expect(read).toEqual(first);
      const saved = await client.put(read, { ...read.body, title: 'second' });
      const again = await client.put(saved, { ...saved.body, title: 'third' });
      expect(again.body).toEqual(doc);
      expect(doc.title).toBe('third');
      await client.put(`/${path}`, { ...doc, title: 'fourth' });
      expect(proxy.seen).toEqual(['GET 200', 'GET 304', 'PUT 200', 'PUT 200', 'PUT 200']);
    });

    it('collide', async () => {
      const read = await client.get<Doc>('/doc');
      doc = { title: 'somebody else’s', stars: 1 };
      const error = await rejection(client.patch(read, { title: 'mine' }));
      expect(error).toMatchObject({ reason: 'changed', theirs: { body: doc } });
      if (!isMidAirCollision<Doc>(error) || !error.theirs) throw error;
      expect((await client.patch(error.theirs, { title: 'both' })).body).toEqual({
        title: 'both',
        stars: 1,
      });
    });

    it('update, and watch with 304s', async () => {
      const read = await client.get<Doc>('/doc');
      const changes = client.watch(read, { every: 1 });
      const next = changes.next();
      while (proxy.seen.length < 3) await new Promise((turn) => setImmediate(turn));
      await createETagClient({ baseUrl: server.url }).update<Doc>('/doc', (now) => ({
        ...now,
        stars: now.stars + 1,
      }));
      expect(await next).toMatchObject({ value: { body: { stars: 1 } } });
      await changes.return?.();
      expect(proxy.seen.slice(0, 3)).toEqual(['GET 200', 'GET 304', 'GET 304']);
    });
  });

  it('are what makes the difference: without the option nothing can be saved', async () => {
    proxy.rewrite = (headers) => delete headers['etag'];
    const read = await withoutOption.get<Doc>('/doc');
    expect(await rejection(withoutOption.put(read, doc))).toMatchObject({
      name: 'MissingEntityTagError',
      message: expect.stringContaining('tagHeader'),
    });
  });

  it.each([502, 503, 504, 500])('heal a %i after a write that was carried out', async (status) => {
    proxy.loseNextWrite = status;
    const saved = await client.update<Doc>('/doc', (now) => ({ ...now, title: 'second' }));
    expect(saved.body.title).toBe('second');
    expect(proxy.seen).toEqual(['GET 200', 'PUT 200', 'GET 200']);
    proxy.loseNextWrite = status;
    const error = await rejection(client.put(saved, { ...saved.body, title: 'third' }));
    expect(error).toMatchObject({ name: 'LostAnswerError', cause: { status } });
    expect(await rejection(client.put(saved, { ...saved.body, title: 'third' }))).toMatchObject({
      name: 'MidAirCollision',
      alreadyApplied: true,
    });
  });
});
