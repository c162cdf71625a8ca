import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { send } from './client.js';
import type { Answer } from './client.js';
import { startCluster } from './cluster.js';
import type { Cluster } from './cluster.js';
import type { Contract } from './contract.js';
import { STRATEGIES } from './contract.js';
import { Database } from './database.js';
import { startProxy } from './proxy.js';
import type { Proxy } from './proxy.js';
import { all, countUp, orAnswered, persistently } from './races.js';
import { successes, tally } from './tally.js';

/** What holds when something breaks: nothing is lost, nothing is stuck, and the client is told by a 5xx. */
export function describeFaults({ app, server }: Contract): void {
  let database: Database;
  let proxy: Proxy;
  let cluster: Cluster;

  beforeAll(async () => {
    database = await Database.create(server);
    proxy = await startProxy(database.url, server === 'PostgreSQL' ? 5432 : 3306);
    cluster = await startCluster({ app, database: proxy.url, processes: 2 });
  });

  afterAll(async () => {
    await cluster?.close();
    await proxy?.close();
    await database?.drop();
  });

  describe.each(STRATEGIES)('$how when something breaks', ({ table }) => {
    const path = `/${table}/1`;
    const change = { title: 'mine', edits: 1 };

    beforeEach(async () => {
      proxy.mend();
      await database.letGo();
      await database.put(table, 1);
    });

    it('answers 5xx when the database ends the connection in mid-write, and has written nothing', async () => {
      const { etag } = await read();
      const held = await database.hold(table, 1);
      const answer = send(cluster.urls[0]!, `PATCH ${path}`, { ifMatch: etag, body: change });
      await orAnswered(database.blocked(), [answer]);
      await database.terminateBlocked();
      expect((await answer).status).toBeGreaterThanOrEqual(500);
      await held.end('ROLLBACK');
      expect((await database.find(table, 1))?.edits).toBe(0);
      const again = await persistently(() =>
        send(cluster.urls[0]!, `PATCH ${path}`, { ifMatch: etag, body: change }),
      );
      expect(again.status).toBe(200);
    });

    it('answers 5xx while the database is away, and goes on when it comes back', async () => {
      const { etag } = await read();
      const held = await database.hold(table, 1);
      const caught = send(cluster.urls[0]!, `PATCH ${path}`, { ifMatch: etag, body: change });
      await orAnswered(database.blocked(), [caught]);
      proxy.cut();
      const away = await all(cluster, 8, () => ({
        line: `PATCH ${path}`,
        write: { ifMatch: etag, body: change },
      }));
      const statuses = [await caught, ...away].map(({ status }) => status);
      expect(statuses.filter((status) => status < 500)).toEqual([]);
      await held.end('ROLLBACK');
      await database.idle();
      proxy.mend();
      const applied = (await database.find(table, 1))?.edits ?? 0;
      const back = await Promise.all(
        [...cluster.urls, ...cluster.urls].map((url) =>
          persistently(() => send(url, `PATCH ${path}`, { ifMatch: etag, body: change })),
        ),
      );
      expect(tally(back)).toEqual(applied === 1 ? { 412: 4 } : { 200: 1, 412: 3 });
    });

    it('loses no increment that it has confirmed while the database comes and goes', async () => {
      const clients = [...cluster.urls, ...cluster.urls].map((url) => countUp(url, path, 100));
      for (let outage = 1; outage <= 5; outage += 1) {
        while ((await edits()) < outage * 5) await new Promise(setImmediate);
        proxy.cut();
        const away = { ifMatch: '*', body: { title: 'away' } };
        const answer = await send(cluster.urls[outage % 2]!, `PATCH ${path}`, away);
        expect(answer.status).toBeGreaterThanOrEqual(500);
        proxy.mend();
      }
      const counted = await Promise.all(clients);
      const confirmed = counted.reduce((sum, client) => sum + client.successes, 0);
      const unknown = counted.reduce((sum, client) => sum + client.failed, 0);
      await database.idle();
      expect(await edits()).toBeGreaterThanOrEqual(confirmed);
      expect(await edits()).toBeLessThanOrEqual(confirmed + unknown);
      expect(confirmed).toBeGreaterThan(0);
    });

    it('lets another process win when one is killed between the check and the write', async () => {
      const { etag } = await read();
      const names = Array.from({ length: 8 }, (_, index) => `writer ${index}`);
      const answers = names.map((gate, index) =>
        send(cluster.urls[index % 2]!, `PATCH ${path}`, { ifMatch: etag, gate, body: change }),
      );
      const settled = Promise.allSettled(answers);
      await orAnswered(cluster.gate.gathered(names), answers);
      await cluster.replace(1);
      for (const name of names) cluster.gate.open(name);
      const finished = (await settled).filter((answer) => answer.status === 'fulfilled');
      const survivors = finished.map(({ value }): Answer => value);
      expect(tally(survivors)).toEqual({ 200: 1, 412: 3 });
      expect(await edits()).toBe(1);
    });

    it('writes on in another process when one is killed in mid-write', async () => {
      const { etag } = await read();
      const held = await database.hold(table, 1);
      const killed = send(cluster.urls[1]!, `PATCH ${path}`, { ifMatch: etag, body: change });
      const outcome = Promise.allSettled([killed]);
      await orAnswered(database.blocked(), [killed]);
      await cluster.replace(1);
      await held.end('ROLLBACK');
      expect((await outcome)[0]?.status).toBe('rejected');
      await database.idle();
      const applied = await edits();
      const answers = await Promise.all(
        [...cluster.urls, ...cluster.urls].map((url) =>
          persistently(() => send(url, `PATCH ${path}`, { ifMatch: etag, body: change })),
        ),
      );
      expect(applied + successes(answers)).toBe(1);
      expect(await edits()).toBe(1);
    });

    function read(): Promise<Answer> {
      return persistently(() => send(cluster.urls[0]!, `GET ${path}`));
    }

    async function edits(): Promise<number> {
      return (await database.find(table, 1))?.edits ?? NaN;
    }
  });
}
