import { Pool } from 'pg';
import { CONNECTIONS } from './store.js';

/**
 * A pool that outlives its server. Without the two listeners, a connection that breaks ends the process:
 * the pool's own is for idle ones, the other for those that a transaction has taken out.
 */
export function openPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
