import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { send } from './client.js';
import { startCluster } from './cluster.js';
import type { Cluster } from './cluster.js';
import type { Contract } from './contract.js';
import { STRATEGIES } from './contract.js';
import { Database } from './database.js';
import { orAnswered } from './races.js';

/** Of two transactions that wait for one another, InnoDB ends the one that has changed fewer rows. */
const HEAVY = Array.from({ length: 50 }, (_, index) => `(${index + 2})`).join(', ');

/** Errors that mean "try again", and not that somebody else was faster. */
export function describeSerialization({ app, server }: Contract): void {
  let database: Database;
  let cluster: Cluster;

  beforeAll(async () => {
    database = await Database.create(server);
    cluster = await startCluster({
      app,
      database: database.url,
      processes: 1,
      environment: { PGOPTIONS: '-c default_transaction_isolation=serializable' },
    });
  });

  afterAll(async () => {
    await cluster?.close();
    await database?.drop();
  });

  describe.each(STRATEGIES)('$how', ({ table }) => {
    if (server === 'PostgreSQL') {
      it('makes no 412 of a serialization failure (40001)', async () => {
        await database.put(table, 1);
        const { etag } = await send(cluster.urls[0]!, `GET /${table}/1`);
        const held = await database.hold(table, 1);
        const write = { ifMatch: etag, body: { title: 'mine' } };
        const answer = send(cluster.urls[0]!, `PATCH /${table}/1`, write);
        await orAnswered(database.blocked(), [answer]);
        await held.run(`UPDATE ${table} SET title = 'theirs' WHERE id = 1`);
        await held.end('COMMIT');
        expect((await answer).status).toBe(500);
        expect((await cluster.logged()).join('\n')).toMatch(/40001|TransactionWriteConflict/);
      });
    } else {
      it('makes no 412 of a deadlock (ER_LOCK_DEADLOCK)', async () => {
        await database.put(table, 1);
        await database.run(
          `CREATE TRIGGER entangle_${table} BEFORE UPDATE ON ${table} FOR EACH ROW SET @other = (SELECT COUNT(*) FROM entangled WHERE id = 1 FOR UPDATE)`,
        );
        const { etag } = await send(cluster.urls[0]!, `GET /${table}/1`);
        const other = await database.begin();
        await other.run('SELECT * FROM entangled WHERE id = 1 FOR UPDATE');
        await other.run(`INSERT INTO entangled VALUES ${HEAVY}`);
        const write = { ifMatch: etag, body: { title: 'mine' } };
        const answer = send(cluster.urls[0]!, `PATCH /${table}/1`, write);
        await orAnswered(database.blocked(), [answer]);
        await other.run(`SELECT * FROM ${table} WHERE id = 1 FOR UPDATE`);
        await other.end('ROLLBACK');
        expect((await answer).status).toBe(500);
        expect((await cluster.logged()).join('\n')).toMatch(/ER_LOCK_DEADLOCK/);
      });
    }
  });
}
