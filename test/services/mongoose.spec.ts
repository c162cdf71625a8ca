import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { send } from './support/client.js';
import type { Answer } from './support/client.js';
import { startCluster } from './support/cluster.js';
import type { Cluster } from './support/cluster.js';
import { all, behindTheGuard } from './support/races.js';
import { record } from './support/results.js';
import { tally } from './support/tally.js';

/** Mongoose with everything of its own but a server: one process, whose writers do not take turns. */
describe('Mongoose without a server', () => {
  let cluster: Cluster;
  let id = 0;

  beforeAll(async () => {
    cluster = await startCluster({ app: 'mongoose', database: '', processes: 1 });
  });

  afterAll(() => cluster?.close());

  /** A document that no other test has. */
  async function create(resource: 'articles' | 'mistakes'): Promise<Answer & { path: string }> {
    id += 1;
    const write = { ifNoneMatch: '*', body: { title: 'untouched', edits: 0 } };
    const created = await send(cluster.urls[0]!, `PUT /articles/${id}`, write);
    expect(created.status).toBe(200);
    const path = `/${resource}/${id}`;
    return { ...(await send(cluster.urls[0]!, `GET ${path}`)), path };
  }

  it('lets one of 50 writers win, in each of 20 rounds', async () => {
    const { path } = await create('articles');
    const rounds = [];
    for (let round = 1; round <= 20; round += 1) {
      const { etag } = await send(cluster.urls[0]!, `GET ${path}`);
      const answers = await all(cluster, 50, (index) => ({
        line: `PATCH ${path}`,
        write: { ifMatch: etag, body: { title: `writer ${index}`, edits: round } },
      }));
      rounds.push(tally(answers));
    }
    const won = rounds.reduce((sum, round) => sum + (round[200] ?? 0), 0);
    const { body } = await send(cluster.urls[0]!, `GET ${path}`);
    record({
      who: 'Mongoose, stand-in for MongoDB',
      how: 'where/settle',
      scenario: '1 process, 50 writers, 20 rounds',
      requests: 1000,
      successes: won,
      refused: 1000 - won,
      lost: won - Number(body['version']),
    });
    expect(rounds).toEqual(rounds.map(() => ({ 200: 1, 412: 49 })));
    expect(body).toMatchObject({ edits: 20, version: 20 });
    expect(await cluster.logged()).toEqual([]);
  });

  it.each(['at once', 'one after another'] as const)(
    'lets one of 8 writers win that are all behind the guard and then write %s',
    async (order) => {
      const { etag, path } = await create('articles');
      const answers = await behindTheGuard(cluster, order, 8, (index) => ({
        line: `${index % 2 === 0 ? 'PATCH' : 'PUT'} ${path}`,
        write: { ifMatch: etag, body: { title: `writer ${index}`, edits: 1 } },
      }));
      expect(tally(answers)).toEqual({ 200: 1, 412: 7 });
    },
  );

  it('lets one of 8 writers delete, one after another', async () => {
    const { etag, path } = await create('articles');
    const answers = await behindTheGuard(cluster, 'one after another', 8, () => ({
      line: `DELETE ${path}`,
      write: { ifMatch: etag },
    }));
    expect(tally(answers)).toEqual({ 204: 1, 412: 7 });
  });

  it('lets one create what is not there when all have found nothing', async () => {
    const answers = await behindTheGuard(cluster, 'at once', 8, () => ({
      line: 'PUT /articles/1000',
      write: { ifNoneMatch: '*', body: { title: 'created', edits: 0 } },
    }));
    expect(tally(answers)).toEqual({ 200: 1, 412: 7 });
  });

  it.each([
    ['412 with If-Match', true, 412],
    ['409 without If-Match', false, 409],
  ])('makes its VersionError %s', async (_, ifMatch, status) => {
    const { etag, path } = await create('mistakes');
    const answer = await send(cluster.urls[0]!, `PATCH ${path}`, {
      ...(ifMatch ? { ifMatch: etag } : {}),
      body: { title: 'as it was known long ago', version: 77 },
    });
    expect(answer.status).toBe(status);
  });

  it('lets everybody win whose handler loads the document again, one after another', async () => {
    const { etag, path } = await create('mistakes');
    const answers = await behindTheGuard(cluster, 'one after another', 8, (index) => ({
      line: `PATCH ${path}`,
      write: { ifMatch: etag, body: { title: `writer ${index}`, edits: 1 } },
    }));
    expect(tally(answers)).toEqual({ 200: 8 });
  });
});
