import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createETagClient } from '../../src/client/index.js';
import { startOn, type Running } from '../support/each-adapter.js';
import { type Article, articleOf, controllerOf } from './support/articles.js';
import { PASSING, STRIPPING } from './support/passing-proxies.js';
import type { PassingProxy } from './support/passing-proxies.js';
import type { RunningProgram } from './support/programs/program.js';

const TAG_HEADER = 'X-Resource-Version';
const articles = new Map<string, Article>();

/** The server, of which a connection may die after a write; what it carried out is counted. */
class DyingServer {
  isDying = false;
  writes = 0;
  private running: Running | undefined;

  async start(): Promise<string> {
    this.running = await startOn('express', {
      controllers: [controllerOf(articles)],
      etag: { tagHeader: TAG_HEADER },
      configure: (app) => {
        const server: Server = app.getHttpServer();
        server.prependListener('request', this.watch.bind(this));
      },
    });
    return this.running.url;
  }

  async stop(): Promise<void> {
    await this.running?.close();
  }

  private watch({ method, socket }: IncomingMessage, response: ServerResponse): void {
    if (method === 'GET') return;
    this.writes += 1;
    if (!this.isDying) return;
    this.isDying = false;
    response.end = () => {
      socket.destroy();
      return response;
    };
  }
}

function behind(proxy: PassingProxy): { server: DyingServer; url(): string } {
  const server = new DyingServer();
  let program: RunningProgram | undefined;
  beforeAll(async () => {
    program = await proxy.start(await server.start());
  });
  afterAll(async () => {
    await program?.stop();
    await server.stop();
  });
  beforeEach(() => {
    articles.set('1', articleOf('before'));
    server.isDying = false;
    server.writes = 0;
  });
  return { server, url: () => `${program?.url}/articles/1` };
}

describe.each(PASSING)('a connection that dies after the write, behind $title', (proxy) => {
  const { server, url } = behind(proxy);

  it(`is a lost answer: ${proxy.lostAnswer}`, async () => {
    const client = createETagClient();
    const article = await client.get<Article>(url());
    server.isDying = true;
    const saving = client.put(article, articleOf('saved')).then(
      () => 'saved',
      (error: unknown) => error,
    );
    expect(await saving).toMatchObject({
      name: 'LostAnswerError',
      cause: { status: proxy.lostAnswer },
    });
    expect(articles.get('1')).toEqual(articleOf('saved'));
    const again = client.put(article, articleOf('saved')).catch((error: unknown) => error);
    expect(await again).toMatchObject({ name: 'MidAirCollision', alreadyApplied: true });
  });

  it.each(['PUT', 'PATCH'] as const)('is healed by update(): %s', async (method) => {
    const client = createETagClient();
    server.isDying = true;
    const saved = await client.update<Article>(
      url(),
      (article) => ({ ...article, title: 'saved' }),
      { method },
    );
    expect(saved.body).toEqual(articleOf('saved'));
    expect(articles.get('1')).toEqual(articleOf('saved'));
    expect(server.writes).toBe(1);
  });
});

describe.each(STRIPPING)('with tagHeader, behind $title', (proxy) => {
  const { server, url } = behind(proxy);

  it('the client revalidates and saves', async () => {
    const statuses: number[] = [];
    const client = createETagClient({
      tagHeader: TAG_HEADER,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        statuses.push(response.status);
        return response;
      },
    });
    await client.get(url());
    const article = await client.get<Article>(url());
    const saved = await client.put(article, articleOf('saved'));
    await client.patch(saved, { title: 'saved again' });
    expect(articles.get('1')).toEqual(articleOf('saved again'));
    expect(statuses).toEqual([200, 304, 200, 200]);
  });

  it('and without it, nothing can be saved', async () => {
    const client = createETagClient();
    const article = await client.get<Article>(url());
    const saving = client.put(article, articleOf('saved')).catch((error: unknown) => error);
    expect(await saving).toMatchObject({ name: 'MissingEntityTagError' });
    expect(server.writes).toBe(0);
  });
});
