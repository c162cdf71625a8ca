import { join } from 'node:path';
import { buildApps } from './build.mjs';
import { requireServers } from './servers.mjs';

/** Before the first test: the servers answer and the applications are compiled. */
export default async function setUp() {
  await requireServers();
  const folder = buildApps(process.env['NESTJS_ETAG_PACKAGE']);
  process.env['NESTJS_ETAG_APPS'] = folder;
  process.env['NESTJS_ETAG_RESULTS'] = join(folder, 'results.jsonl');
}
