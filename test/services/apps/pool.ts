import { Pool } from 'pg';
import type { PoolClient } from 'pg';
import { CONNECTIONS } from './store.js';

export function openPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  outliveServer(pool);
  return pool;
}

/**
 * Lets a pool outlive its server. Without listeners, a connection that breaks ends the process. And one that
 * breaks while it is lent is taken back here: when BEGIN or ROLLBACK fails on it, Drizzle 0.45 and MikroORM
 * 7.2 never give it back, and the pool gets smaller by one each time.
 */
export function outliveServer(pool: Pool): void {
  const lent = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => lent.add(client));
  pool.on('release', (_, client) => lent.delete(client));
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => {
      if (!lent.has(client)) return;
      client.release(true);
      client.release = () => undefined;
    });
  });
}
