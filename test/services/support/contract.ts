import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { send } from './client.js';
import type { Write } from './client.js';
import { startCluster } from './cluster.js';
import type { Cluster } from './cluster.js';
import { Database } from './database.js';
import type { Server } from './database.js';
import { describeOwnChecks } from './own-checks.js';
import type { OwnChecks } from './own-checks.js';
import { all, behindTheGuard, countUp, orAnswered, urlFor } from './races.js';
import { record } from './results.js';
import { successes, tally } from './tally.js';

export interface Contract {
  /** As it stands in the table of numbers: `TypeORM`. */
  readonly orm: string;
  /** The file in ../apps. */
  readonly app: string;
  readonly server: Server;
  readonly own?: OwnChecks;
}

/** What a suite runs on, from its first test on. */
export interface Running {
  database: Database;
  cluster: Cluster;
}

/** How a write is made safe, each with a table of its own. */
export const STRATEGIES = [
  { table: 'articles', how: 'where/settle', writesToEachRow: 50 },
  { table: 'notes', how: 'lock/verify', writesToEachRow: 10 },
] as const;

const PROCESSES = 4;
const WRITERS = 50;
const ROUNDS = 20;
const AT_THE_GATE = 8;

/** What holds with every ORM: N writers with the same tag, in four processes, are one success and N − 1 times 412. */
export function describeContract({ orm, app, server, own = {} }: Contract): void {
  const who = `${orm}, ${server}`;
  const running = {} as Running;
  let database: Database;
  let cluster: Cluster;

  beforeAll(async () => {
    running.database = database = await Database.create(server);
    const options = { app, database: database.url, processes: PROCESSES };
    running.cluster = cluster = await startCluster(options);
  });

  beforeEach(async () => {
    await database.letGo();
    await cluster.logged();
  });

  afterAll(async () => {
    await cluster?.close();
    await database?.drop();
  });

  describeOwnChecks(running, who, own);

  describe.each(STRATEGIES)('$how', ({ table, how, writesToEachRow }) => {
    const path = `/${table}/1`;

    beforeEach(() => database.put(table, 1));

    afterEach(async () => {
      expect(await cluster.logged()).toEqual([]);
    });

    it('lets one of 50 writers in 4 processes win, in each of 20 rounds', async () => {
      const rounds = [];
      let refused = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const { etag, body } = await send(cluster.urls[0]!, `GET ${path}`);
        const edits = Number(body['edits']) + 1;
        const answers = await all(cluster, WRITERS, (index) => ({
          line: `PATCH ${path}`,
          write: { ifMatch: etag, body: { title: `writer ${index}`, edits } },
        }));
        rounds.push(tally(answers));
        refused += tally(answers)[412] ?? 0;
      }
      const won = rounds.reduce((sum, round) => sum + (round[200] ?? 0), 0);
      const stored = await database.find(table, 1);
      record({
        who,
        how,
        scenario: `${PROCESSES} processes, ${WRITERS} writers, ${ROUNDS} rounds`,
        requests: WRITERS * ROUNDS,
        successes: won,
        refused,
        lost: won - (stored?.edits ?? 0),
      });
      expect(rounds).toEqual(rounds.map(() => ({ 200: 1, 412: WRITERS - 1 })));
      expect(stored?.edits).toBe(won);
    });

    it.each(['at once', 'one after another'] as const)(
      'lets one of 8 writers win that are all behind the guard and then write %s',
      async (order) => {
        const { etag } = await send(cluster.urls[0]!, `GET ${path}`);
        const answers = await behindTheGuard(cluster, order, AT_THE_GATE, (index) => ({
          line: `PATCH ${path}`,
          write: { ifMatch: etag, body: { title: `writer ${index}`, edits: 1 } },
        }));
        expect(tally(answers)).toEqual({ 200: 1, 412: AT_THE_GATE - 1 });
      },
    );

    it('lets one of 50 writers win in one process, which has 5 connections', async () => {
      const { etag } = await send(cluster.urls[0]!, `GET ${path}`);
      const answers = await all({ urls: [cluster.urls[0]!] }, WRITERS, (index) => ({
        line: `PATCH ${path}`,
        write: { ifMatch: etag, body: { title: `writer ${index}`, edits: 1 } },
      }));
      expect(tally(answers)).toEqual({ 200: 1, 412: WRITERS - 1 });
    });

    it('lets one of PUT, PATCH and DELETE win under one tag', async () => {
      for (let round = 0; round < 6; round += 1) {
        await database.put(table, 1);
        const { etag } = await send(cluster.urls[0]!, `GET ${path}`);
        const body = { title: 'mixed', edits: 1 };
        const answers = await behindTheGuard(cluster, 'at once', 12, (index) => ({
          line: `${['PUT', 'PATCH', 'DELETE'][index % 3]} ${path}`,
          write: { ifMatch: etag, ...(index % 3 === 2 ? {} : { body }) },
        }));
        expect(successes(answers)).toBe(1);
        expect(tally(answers)[412]).toBe(11);
      }
    });

    it('lets one of 50 create what is not there, with If-None-Match: *', async () => {
      await database.remove(table, 1);
      const write = { ifNoneMatch: '*', body: { title: 'created', edits: 0 } };
      const storm = await all(cluster, WRITERS, () => ({ line: `PUT ${path}`, write }));
      expect(successes(storm)).toBe(1);
      expect(tally(storm)[412]).toBe(WRITERS - 1);
    });

    it('lets one create what is not there when all have found nothing', async () => {
      await database.remove(table, 1);
      const answers = await behindTheGuard(cluster, 'at once', AT_THE_GATE, () => ({
        line: `PUT ${path}`,
        write: { ifNoneMatch: '*', body: { title: 'created', edits: 0 } },
      }));
      expect(successes(answers)).toBe(1);
      expect(tally(answers)[412]).toBe(AT_THE_GATE - 1);
    });

    it('takes a list of tags for the one that is current', async () => {
      const { etag } = await send(cluster.urls[0]!, `GET ${path}`);
      const answers = await all(cluster, WRITERS, (index) => ({
        line: `PATCH ${path}`,
        write: { ifMatch: `"an-older-one", ${etag}`, body: { title: `writer ${index}`, edits: 1 } },
      }));
      expect(tally(answers)).toEqual({ 200: 1, 412: WRITERS - 1 });
    });

    it('lets everybody win with If-Match: *, as long as there is something', async () => {
      const write: Write = { ifMatch: '*', body: { title: 'any', edits: 1 } };
      const there = await all(cluster, WRITERS, () => ({ line: `PATCH ${path}`, write }));
      expect(tally(there)).toEqual({ 200: WRITERS });
      await database.remove(table, 1);
      const gone = await all(cluster, 4, () => ({ line: `PUT ${path}`, write }));
      expect(tally(gone)).toEqual({ 412: 4 });
    });

    it('lets one of 8 delete with If-Match: *, and tells the others that it is gone', async () => {
      const answers = await behindTheGuard(cluster, 'one after another', AT_THE_GATE, () => ({
        line: `DELETE ${path}`,
        write: { ifMatch: '*' },
      }));
      expect(tally(answers)).toEqual({ 204: 1, 412: AT_THE_GATE - 1 });
    });

    it('answers writes with tags that the next write can rely on: 4 clients × 200 increments', async () => {
      const clients = await Promise.all(cluster.urls.map((url) => countUp(url, path, 200)));
      const sum = (name: keyof (typeof clients)[number]): number =>
        clients.reduce((total, client) => total + client[name], 0);
      const stored = await database.find(table, 1);
      record({
        who,
        how,
        scenario: '4 clients, 200 increments each, tags of write answers only',
        requests: 800,
        successes: sum('successes'),
        refused: sum('refused'),
        lost: sum('successes') - (stored?.edits ?? 0),
      });
      expect(sum('failed')).toBe(0);
      expect(stored?.edits).toBe(sum('successes'));
      expect(sum('successes')).toBeGreaterThan(0);
    });

    it(`never refuses anybody on 40 different rows: ${40 * writesToEachRow} writes without a 412`, async () => {
      const ids = Array.from({ length: 40 }, (_, index) => 100 + index);
      for (const id of ids) await database.put(table, id);
      const clients = await Promise.all(
        ids.map((id) => countUp(urlFor(cluster.urls, id), `/${table}/${id}`, writesToEachRow)),
      );
      record({
        who,
        how,
        scenario: `40 clients, a row each, ${writesToEachRow} writes each`,
        requests: 40 * writesToEachRow,
        successes: clients.reduce((total, client) => total + client.successes, 0),
        refused: clients.reduce((total, client) => total + client.refused, 0),
        lost: 0,
      });
      const undisturbed = { successes: writesToEachRow, refused: 0, failed: 0 };
      expect(clients).toEqual(clients.map(() => undisturbed));
    });

    it('takes a write that changes nothing for a success', async () => {
      const { etag, body } = await send(cluster.urls[0]!, `GET ${path}`);
      const { title, edits } = body;
      const same = { ifMatch: etag, body: { title, edits } };
      const answer = await send(cluster.urls[1]!, `PATCH ${path}`, same);
      expect(answer.status).toBe(200);
      const again = await send(cluster.urls[2]!, `PATCH ${path}`, {
        ...same,
        ifMatch: answer.etag,
      });
      expect(again.status).toBe(200);
    });

    it('answers 404 for what is not there', async () => {
      await database.remove(table, 1);
      const patch = await send(cluster.urls[0]!, `PATCH ${path}`, { ifMatch: '"x"', body: {} });
      const remove = await send(cluster.urls[1]!, `DELETE ${path}`);
      expect([patch.status, remove.status]).toEqual([404, 404]);
    });

    it('answers what vanished between the check and the write with 412, and with 404 where no condition was made', async () => {
      for (const [ifMatch, status] of [
        [true, 412],
        [false, 404],
      ] as const) {
        await database.put(table, 1);
        const { etag } = await send(cluster.urls[0]!, `GET ${path}`);
        const held = await database.hold(table, 1);
        const answer = send(cluster.urls[1]!, `DELETE ${path}`, ifMatch ? { ifMatch: etag } : {});
        await orAnswered(database.blocked(), [answer]);
        await held.run(`DELETE FROM ${table} WHERE id = 1`);
        await held.end('COMMIT');
        expect((await answer).status).toBe(status);
      }
    });
  });
}
