import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { send, start } from './support/client.js';
import { startCluster } from './support/cluster.js';
import type { Cluster } from './support/cluster.js';
import { Database } from './support/database.js';
import { all, behindTheGuard, countUp, orAnswered } from './support/races.js';
import { record } from './support/results.js';
import { successes, tally } from './support/tally.js';

const WHO = 'TypeORM, PostgreSQL';
const PATH = '/articles/1';

/** `atomicity: 'process'`: the handlers write without any condition, and the lock of the resource is all there is. */
describe('writers under locks of one process', () => {
  let database: Database;
  let cluster: Cluster;

  beforeEach(async () => {
    database = await Database.create('PostgreSQL');
    await database.put('articles', 1);
  });

  afterEach(async () => {
    await database.letGo();
    await cluster?.close();
    await database.drop();
  });

  async function startProcesses(processes: number, lockTimeout = 30_000): Promise<void> {
    cluster = await startCluster({
      app: 'typeorm-unconditional',
      database: database.url,
      processes,
      atomicity: 'process',
      lockTimeout,
    });
  }

  async function currentTag(): Promise<string | undefined> {
    return (await send(cluster.urls[0]!, `GET ${PATH}`)).etag;
  }

  it('are 1 of 50 in one process, in each of 20 rounds', async () => {
    await startProcesses(1);
    const rounds = [];
    for (let round = 1; round <= 20; round += 1) {
      const ifMatch = await currentTag();
      const answers = await all(cluster, 50, (index) => ({
        line: `PATCH ${PATH}`,
        write: { ifMatch, body: { title: `writer ${index}`, edits: round } },
      }));
      rounds.push(tally(answers));
    }
    const won = rounds.reduce((sum, round) => sum + (round[200] ?? 0), 0);
    const stored = await database.find('articles', 1);
    record({
      who: WHO,
      how: 'locks in process',
      scenario: '1 process, 50 writers, 20 rounds',
      requests: 1000,
      successes: won,
      refused: 1000 - won,
      lost: won - ((stored?.version ?? NaN) - 1),
    });
    expect(rounds).toEqual(rounds.map(() => ({ 200: 1, 412: 49 })));
    expect(stored).toMatchObject({ edits: 20, version: 21 });
  });

  it('lose no increment in one process: 4 clients × 200', async () => {
    await startProcesses(1);
    const url = cluster.urls[0]!;
    const clients = await Promise.all([1, 2, 3, 4].map(() => countUp(url, PATH, 200)));
    const won = clients.reduce((sum, client) => sum + client.successes, 0);
    expect((await database.find('articles', 1))?.edits).toBe(won);
    expect(won).toBeGreaterThan(0);
  });

  it('are one of PUT, PATCH and DELETE under one tag in one process', async () => {
    await startProcesses(1);
    const ifMatch = await currentTag();
    const body = { title: 'mixed', edits: 1 };
    const answers = await all(cluster, 12, (index) => ({
      line: `${['PUT', 'PATCH', 'DELETE'][index % 3]} ${PATH}`,
      write: { ifMatch, ...(index % 3 === 2 ? {} : { body }) },
    }));
    expect(successes(answers)).toBe(1);
    expect(tally(answers)[412]).toBe(11);
  });

  it('keep the lock when their client is gone in mid-write', async () => {
    await startProcesses(1);
    const url = cluster.urls[0]!;
    const ifMatch = await currentTag();
    const held = await database.hold('articles', 1);
    const gone = start(url, `PATCH ${PATH}`, { ifMatch, body: { title: 'gone', edits: 1 } });
    await orAnswered(database.blocked(), [gone.answer]);
    const outcome = Promise.allSettled([gone.answer]);
    gone.request.destroy();
    expect((await outcome)[0]?.status).toBe('rejected');
    const next = send(url, `PATCH ${PATH}`, {
      ifMatch,
      arrival: 'next',
      body: { title: 'next', edits: 1 },
    });
    await orAnswered(cluster.arrived('next'), [next]);
    await held.end('COMMIT');
    expect((await next).status).toBe(412);
    expect(await database.find('articles', 1)).toMatchObject({ title: 'gone', version: 2 });
  });

  it('leave the queue when their client is gone while they wait, and write nothing', async () => {
    await startProcesses(1);
    const url = cluster.urls[0]!;
    const body = { edits: 1 };
    const first = send(url, `PATCH ${PATH}`, { ifMatch: '*', gate: 'first', body });
    await orAnswered(cluster.gate.gathered(['first']), [first]);
    const gone = start(url, `PATCH ${PATH}`, { ifMatch: '*', arrival: 'gone', body });
    await orAnswered(cluster.arrived('gone'), [gone.answer]);
    const outcome = Promise.allSettled([gone.answer]);
    gone.request.destroy();
    await outcome;
    await cluster.logged();
    cluster.gate.open('first');
    expect((await first).status).toBe(200);
    expect((await send(url, `PATCH ${PATH}`, { ifMatch: '*', body })).status).toBe(200);
    expect(await database.find('articles', 1)).toMatchObject({ version: 3 });
  });

  it('are answered 503 when the lock is held for too long, and the log names who holds it', async () => {
    await startProcesses(1, 200);
    const url = cluster.urls[0]!;
    const ifMatch = await currentTag();
    const body = { title: 'first', edits: 1 };
    const first = send(url, `PATCH ${PATH}`, { ifMatch, gate: 'first', body });
    await orAnswered(cluster.gate.gathered(['first']), [first]);
    const second = await send(url, `PUT ${PATH}`, { ifMatch, body });
    expect(second).toMatchObject({ status: 503, body: { reason: 'busy' } });
    expect(await cluster.logged()).toEqual([
      expect.stringMatching(
        /^warn ArticlesController\.put waited 200 ms .* ArticlesController\.patch has held it/,
      ),
    ]);
    cluster.gate.open('first');
    expect((await first).status).toBe(200);
  });

  it('exclude each other in one process only: in four, one of each process wins', async () => {
    await startProcesses(4);
    const ifMatch = await currentTag();
    const write = { ifMatch, body: { title: 'a writer', edits: 1 } };
    const first = await behindTheGuard(cluster, 'one after another', 4, () => ({
      line: `PATCH ${PATH}`,
      write,
    }));
    const others = await all(cluster, 4, () => ({ line: `PATCH ${PATH}`, write }));
    const answers = [...first, ...others];
    record({
      who: WHO,
      how: 'locks in process',
      scenario: '4 processes, a writer each behind the guard, and one more each',
      requests: 8,
      successes: successes(answers),
      refused: tally(answers)[412] ?? 0,
      lost: successes(answers) - 1,
    });
    expect(tally(answers)).toEqual({ 200: 4, 412: 4 });
  });
});
