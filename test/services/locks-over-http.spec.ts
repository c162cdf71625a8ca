import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { UnawareSetup } from './apps/unaware/main.js';
import { send } from './support/client.js';
import type { Answer } from './support/client.js';
import { startUnaware } from './support/cluster.js';
import type { Cluster, UnawareOptions } from './support/cluster.js';
import { Database } from './support/database.js';
import type { Server } from './support/database.js';
import { POSTGRESQL, launch } from './support/launch.mjs';
import type { Launched } from './support/launch.mjs';
import { all, countUp, orAnswered, persistently, urlFor } from './support/races.js';
import { record } from './support/results.js';
import { REDIS_URL } from './support/servers.mjs';
import { successes, tally } from './support/tally.js';

const PROCESSES = 4;
const WRITERS = 50;
const PATH = '/notes/1';
const LINE = `PATCH ${PATH}`;
const CHANGE = { title: 'mine', edits: 1 };

/** What stands in the log when a lock was lost: once, and it names the handler. */
const LOST = [expect.stringMatching(/^error UnawareNotesController\.change has lost the lock of /)];

/** Handlers that know nothing of versions, and locks that all processes share. */
describe('guarded writes of handlers that know nothing of versions', () => {
  let database: Database;
  let cluster: Cluster;
  let others: Cluster | undefined;
  /** One that a test may restart. */
  let server: Launched | undefined;

  beforeEach(() => {
    others = undefined;
    server = undefined;
  });

  afterEach(async () => {
    await database?.letGo();
    await cluster?.close();
    await others?.close();
    await database?.drop();
    await server?.stop();
  });

  async function start(
    app: string,
    kind: UnawareSetup['locks']['kind'],
    options: Partial<UnawareOptions> = {},
    kindOfServer: Server = 'PostgreSQL',
  ): Promise<void> {
    database = await Database.create(kindOfServer, server?.url);
    await database.put('notes', 1);
    const url = kind === 'redis' ? REDIS_URL : database.url;
    // Redis is shared by all tests, which write the same note.
    const prefix = database.url;
    cluster = await startUnaware({
      app,
      database: database.url,
      processes: PROCESSES,
      locks: { kind, url, prefix },
      ...options,
    });
  }

  async function edits(): Promise<number> {
    return (await database.find('notes', 1))?.edits ?? NaN;
  }

  function read(index = 0): Promise<Answer> {
    return persistently(() => send(urlFor(cluster.urls, index), `GET ${PATH}`));
  }

  /** Writers that all have the same tag, round after round. */
  async function race(
    rounds: number,
    who: string,
    how: string,
    commitsLate = false,
  ): Promise<void> {
    const tallies = [];
    for (let round = 1; round <= rounds; round += 1) {
      const { etag, body } = await read(round);
      const answers = await all(cluster, WRITERS, (index) => ({
        line: LINE,
        write: {
          ifMatch: etag,
          commitsLate,
          body: { title: `writer ${index}`, edits: Number(body['edits']) + 1 },
        },
      }));
      tallies.push(tally(answers));
    }
    const won = tallies.reduce((sum, each) => sum + (each[200] ?? 0), 0);
    record({
      who,
      how,
      scenario: `${cluster.urls.length} processes, ${WRITERS} writers, ${rounds} rounds`,
      requests: WRITERS * rounds,
      successes: won,
      refused: tallies.reduce((sum, each) => sum + (each[412] ?? 0), 0),
      lost: won - (await edits()),
    });
    expect(tallies).toEqual(tallies.map(() => ({ 200: 1, 412: WRITERS - 1 })));
    expect(await edits()).toBe(rounds);
    expect(await cluster.logged()).toEqual([]);
  }

  describe.each([
    ['TypeORM, save()', 'typeorm', 'postgres', 'PostgreSQL', 20],
    ['MikroORM, flush() in the context of the request', 'mikro-orm', 'postgres', 'PostgreSQL', 20],
    ['Prisma, update()', 'prisma', 'postgres', 'PostgreSQL', 20],
    ['TypeORM, save()', 'typeorm-mariadb', 'mysql', 'MariaDB', 5],
    ['TypeORM, save()', 'typeorm', 'redis', 'PostgreSQL', 5],
  ] as const)('%s (%s), with locks of %s', (orm, app, kind, engine, rounds) => {
    it('lets one of 50 writers in 4 processes win, in each round', async () => {
      await start(app, kind, {}, engine);
      await race(rounds, `${orm}, ${engine}`, `${kind}Locks()`);
    });

    it('loses no increment of clients that rely on the tags of their answers', async () => {
      await start(app, kind, {}, engine);
      const clients = await Promise.all(cluster.urls.map((url) => countUp(url, PATH, 10 * rounds)));
      const won = clients.reduce((sum, client) => sum + client.successes, 0);
      expect(clients.map(({ failed }) => failed)).toEqual([0, 0, 0, 0]);
      expect(await edits()).toBe(won);
      expect(won).toBeGreaterThan(0);
      expect(await cluster.logged()).toEqual([]);
    });
  });

  it('lose updates where each process has locks of its own', async () => {
    await start('typeorm', 'process');
    const { etag } = await read();
    const names = cluster.urls.map((_, index) => `writer ${index}`);
    const answers = names.map((gate, index) =>
      send(urlFor(cluster.urls, index), LINE, { ifMatch: etag, gate, body: CHANGE }),
    );
    await orAnswered(cluster.gate.gathered(names), answers);
    for (const name of names) cluster.gate.open(name);
    expect(tally(await Promise.all(answers))).toEqual({ 200: PROCESSES });
  });

  it('lose nothing where an interceptor commits after the handler', async () => {
    await start('typeorm', 'process', { processes: 1 });
    await race(20, 'TypeORM, PostgreSQL', 'locks in process, late commit', true);
  });

  it('lose nothing where an interceptor commits after the handler, in four processes', async () => {
    await start('typeorm', 'postgres');
    await race(5, 'TypeORM, PostgreSQL', 'postgresLocks(), late commit', true);
  });

  it('are answered all, with fifty writers of fifty resources and a pool of five', async () => {
    await start('typeorm', 'postgres', { processes: 1, locks: { kind: 'postgres' } });
    const ids = Array.from({ length: WRITERS }, (_, index) => index + 1);
    for (const id of ids) await database.put('notes', id);
    const tags = await Promise.all(ids.map((id) => send(cluster.urls[0]!, `GET /notes/${id}`)));
    const answers = await all(cluster, WRITERS, (index) => ({
      line: `PATCH /notes/${ids[index]}`,
      write: { ifMatch: tags[index]?.etag, body: CHANGE },
    }));
    expect(tally(answers)).toEqual({ 200: WRITERS });
  });

  it('wait for the same resource in another process, and are told 503 when that takes too long', async () => {
    await start('typeorm', 'postgres', { processes: 2, lockTimeout: 300 });
    const { etag } = await read();
    const first = send(cluster.urls[0]!, LINE, { ifMatch: etag, gate: 'first', body: CHANGE });
    await orAnswered(cluster.gate.gathered(['first']), [first]);
    const second = await send(cluster.urls[1]!, LINE, { ifMatch: etag, body: CHANGE });
    expect(second).toMatchObject({ status: 503, body: { reason: 'busy' } });
    expect(await cluster.logged()).toEqual([
      expect.stringMatching(
        /^warn UnawareNotesController\.change waited 300 ms .*Another process holds it/,
      ),
    ]);
    cluster.gate.open('first');
    expect((await first).status).toBe(200);
  });

  it('exclude each other in applications with one prefix, and not in those with two', async () => {
    await start('typeorm', 'postgres', { processes: 1 });
    for (const [prefix, statuses] of [
      [database.url, [200, 412]],
      ['another application', [200, 200]],
    ] as const) {
      await database.put('notes', 1);
      others = await startUnaware({
        app: 'typeorm',
        database: database.url,
        processes: 1,
        locks: { kind: 'postgres', url: database.url, prefix },
      });
      const { etag } = await read();
      const gate = `first, beside ${prefix}`;
      const first = send(cluster.urls[0]!, LINE, { ifMatch: etag, gate, body: CHANGE });
      await orAnswered(cluster.gate.gathered([gate]), [first]);
      const write = { ifMatch: etag, arrival: 'second', body: { title: 'theirs', edits: 1 } };
      const second = send(others.urls[0]!, LINE, write);
      if (statuses[1] === 412) {
        await orAnswered(others.arrived('second'), [second]);
        await orAnswered(database.blocked(), [second]);
      } else await second;
      cluster.gate.open(gate);
      expect([(await first).status, (await second).status]).toEqual(statuses);
      await others.close();
    }
  });

  describe('when something breaks', () => {
    it('lets another process write when the one that holds the lock is killed in mid-write', async () => {
      await start('typeorm', 'postgres', { processes: 2 });
      const { etag } = await read();
      const held = await database.hold('notes', 1);
      const killed = send(cluster.urls[1]!, LINE, { ifMatch: etag, body: CHANGE });
      const outcome = Promise.allSettled([killed]);
      await orAnswered(database.blocked(), [killed]);
      const write = { ifMatch: etag, arrival: 'waiting', body: { title: 'theirs', edits: 1 } };
      const waiting = send(cluster.urls[0]!, LINE, write);
      await orAnswered(cluster.arrived('waiting'), [waiting]);
      await cluster.replace(1);
      expect((await outcome)[0]?.status).toBe('rejected');
      await held.end('ROLLBACK');
      expect((await waiting).status).toBe(200);
      const late = await send(cluster.urls[1]!, LINE, { ifMatch: etag, body: CHANGE });
      expect(late.status).toBe(412);
      await database.idle();
      expect(await database.find('notes', 1)).toMatchObject({ title: 'theirs', edits: 1 });
    });

    it('answers 5xx when the connection of the lock is ended while the handler runs, and says so once', async () => {
      await start('typeorm', 'postgres', { processes: 2 });
      const { etag } = await read();
      const held = await database.hold('notes', 1);
      const answer = send(cluster.urls[0]!, LINE, { ifMatch: etag, body: CHANGE });
      await orAnswered(database.blocked(), [answer]);
      await database.terminateLockHolders();
      await held.end('COMMIT');
      await expect(answer).resolves.toMatchObject({ status: 500 });
      expect(await cluster.logged()).toEqual(LOST);
      expect((await send(cluster.urls[1]!, LINE, { ifMatch: '*', body: CHANGE })).status).toBe(200);
    });

    it('answers 5xx when the connection is ended after the handler, before the answer', async () => {
      await start('typeorm', 'postgres', { processes: 1 });
      const { etag } = await read();
      const late = { ifMatch: etag, gate: 'late', body: CHANGE };
      const answer = send(cluster.urls[0]!, LINE, late);
      await orAnswered(cluster.gate.gathered(['late']), [answer]);
      await database.terminateLockHolders();
      await database.lockHoldersAre(0);
      cluster.gate.open('late');
      await expect(answer).resolves.toMatchObject({ status: 500 });
      expect(await cluster.logged()).toEqual(LOST);
    });

    it('answers 5xx when the server is restarted while the handler runs, and goes on afterwards', async () => {
      server = await launch(POSTGRESQL);
      await start('typeorm', 'postgres', { processes: 2 });
      const { etag } = await read();
      const write = { ifMatch: etag, gate: 'caught', body: CHANGE };
      const caught = send(cluster.urls[0]!, LINE, write);
      await orAnswered(cluster.gate.gathered(['caught']), [caught]);
      await server.halt();
      await server.resume();
      cluster.gate.open('caught');
      await expect(caught).resolves.toMatchObject({ status: 500 });
      const lines = await cluster.logged();
      expect(lines.filter((line) => line.includes('has lost the lock'))).toEqual(LOST);
      const { etag: now } = await read();
      const answers = await all(cluster, 8, (index) => ({
        line: LINE,
        write: { ifMatch: now, body: { title: `writer ${index}`, edits: 2 } },
      }));
      expect([successes(answers), tally(answers)[412]]).toEqual([1, 7]);
    });
  });
});
