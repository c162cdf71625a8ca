/**
 * Runs the sample app as several processes on one PostgreSQL, behind a round-robin: what one of them
 * writes, all others must respect. `npm run start:cluster`, then `npm run collide`.
 *
 * DATABASE_URL names the server; without it, one from npm is started for as long as this runs. PROCESSES (4) and PORT
 * (3000) may be set.
 */
import { database } from './database.mjs';
import { demandFree } from './free-ports.mjs';
import { startProcess } from './process.mjs';
import { listen } from './round-robin.mjs';

const port = Number(process.env['PORT'] || 3000);
const count = Number(process.env['PROCESSES'] || 4);

const ports = Array.from({ length: count }, (_, index) => port + 1 + index);
await demandFree([port, ...ports]);

const { url, stop } = await database(process.env['DATABASE_URL']);
/** @type {import('node:child_process').ChildProcess[]} */
const processes = [];
/** @type {import('node:http').Server | undefined} */
let server;
try {
  await Promise.all(ports.map((each) => startProcess(each, url, processes)));
  server = await listen(port, ports);
} catch (error) {
  await shutDown();
  throw error;
}

console.log(`
http://localhost:${port} passes requests on to ${count} processes in turn.
Let writers collide: npm run collide
`);

/** Nobody whom it started outlives it. */
async function shutDown() {
  server?.close();
  server?.closeAllConnections();
  const running = processes.filter(({ exitCode, signalCode }) => (exitCode ?? signalCode) === null);
  const ended = running.map((each) => new Promise((resolve) => each.once('exit', resolve)));
  for (const each of running) each.kill('SIGTERM');
  await Promise.all(ended);
  await stop();
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void shutDown());
