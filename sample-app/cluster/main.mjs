/**
 * Runs the sample app as several processes on one PostgreSQL, behind a round-robin: what one of them
 * writes, all others must respect. `npm run start:cluster`, then `npm run collide`.
 *
 * DATABASE_URL names the server; without it, one from npm is started for as long as this runs. PROCESSES (4) and PORT
 * (3000) may be set.
 */
import { database } from './database.mjs';
import { startProcess } from './process.mjs';
import { listen } from './round-robin.mjs';

const port = Number(process.env['PORT'] || 3000);
const count = Number(process.env['PROCESSES'] || 4);

const { url, stop } = await database(process.env['DATABASE_URL']);
const ports = Array.from({ length: count }, (_, index) => port + 1 + index);
const processes = await Promise.all(ports.map((each) => startProcess(each, url)));
const server = await listen(port, ports);

console.log(`
http://localhost:${port} passes requests on to ${count} processes in turn.
Let writers collide: npm run collide
`);

let stopping = false;
async function shutDown() {
  if (stopping) return;
  stopping = true;
  server.close();
  server.closeAllConnections();
  for (const each of processes) each.kill('SIGTERM');
  await Promise.all(processes.map((each) => new Promise((resolve) => each.once('exit', resolve))));
  await stop();
}
process.once('SIGINT', () => void shutDown());
process.once('SIGTERM', () => void shutDown());
