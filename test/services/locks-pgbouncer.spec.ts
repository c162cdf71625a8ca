import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Pool } from 'pg';
import { postgresLocks } from '../../src/nest/locks/index.js';
import type { WriteLocks } from '../../src/nest/locks/index.js';
import { checkWriteLocks } from '../../src/testing/index.js';
import { createPostgresDatabase } from './support/engines.js';
import type { Engine } from './support/engines.js';
import { launch, pgbouncer } from './support/launch.mjs';
import type { Launched } from './support/launch.mjs';
import { eventually, lossOf, rejectionOf } from './support/lock-promises.js';
import { countUpInProcesses } from './support/writers.js';

const wait = { timeout: 20_000 };

/** The connections that PgBouncer has to the server. */
const SERVER_CONNECTIONS = 20;

describe.each(['transaction', 'session'] as const)(
  'postgresLocks() behind PgBouncer, %s mode',
  (mode) => {
    let engine: Engine;
    let bouncer: Launched;
    const opened: Pool[] = [];

    beforeAll(async () => {
      engine = await createPostgresDatabase(`locks_${mode}_${process.pid}`);
      bouncer = await launch(pgbouncer(mode, engine.url, SERVER_CONNECTIONS));
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((pool) => pool.end()));
    });
    afterAll(async () => {
      await bouncer.stop();
      await engine.drop();
    });

    function locks(max = 4): WriteLocks {
      const pool = new Pool({ connectionString: bouncer.url, max });
      pool.on('error', () => undefined);
      opened.push(pool);
      return postgresLocks(pool);
    }

    async function backends(which: 'granted' | 'NOT granted'): Promise<number[]> {
      const rows = await engine.run(
        `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND ${which} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return (rows as { pid: number }[]).map(({ pid }) => pid);
    }

    it('keep the promises of WriteLocks, and leave nothing behind', async () => {
      await checkWriteLocks(() => locks());
      expect([await backends('granted'), await backends('NOT granted')]).toEqual([[], []]);
    });

    it('lose no update of four processes with fifty writers each', async () => {
      const setup = { locks: 'postgres', url: bouncer.url, writers: 50, connections: 4 } as const;
      expect(await countUpInProcesses(4, setup, engine)).toEqual({ counted: 200, errors: [] });
    });

    it('tell it when their backend is ended', async () => {
      const lock = await locks().acquire('a', wait);
      const [backend] = await backends('granted');
      await engine.terminate(backend!);
      expect(await lossOf(lock)).toMatchObject({ name: 'LockLostError' });
      expect(await rejectionOf(lock.release())).toMatchObject({ name: 'LockLostError' });
      await (await locks().acquire('a', wait)).release();
    });

    it('end the wait in the database when somebody leaves', async () => {
      const held = await locks().acquire('a', wait);
      const leaving = new AbortController();
      const left = rejectionOf(locks().acquire('a', { timeout: 100_000, signal: leaving.signal }));
      await eventually(async () => (await backends('NOT granted')).length === 1);
      leaving.abort(new Error('gone'));
      expect(await left).toEqual(new Error('gone'));
      await eventually(async () => (await backends('NOT granted')).length === 0);
      await held.release();
      await eventually(async () => (await backends('granted')).length === 0);
    });

    /** Why the locks are held by transactions: this is what a lock of the session does in either mode. */
    it(`would ${mode === 'transaction' ? 'not exclude anybody' : 'work as well'} with locks of the session`, async () => {
      const clients = [bouncer.url, bouncer.url].map(
        (url) => new Client({ connectionString: url }),
      );
      await Promise.all(clients.map((client) => client.connect()));
      const taken: boolean[] = [];
      for (const client of clients) {
        const { rows } = await client.query<{ taken: boolean }>(
          'SELECT pg_try_advisory_lock(1) AS taken',
        );
        taken.push(rows[0]!.taken);
      }
      expect(taken).toEqual([true, mode === 'transaction']);
      await Promise.all(clients.map((client) => client.end()));
    });
  },
);
