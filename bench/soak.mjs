/**
 * `npm run bench:soak`: whether anything grows with uptime. Reads, writes that win and lose, and clients that leave in the
 * middle, for minutes; the heap after a collection is written down every few seconds. Ends with 1 unless it is flat.
 *
 *   --minutes=<n>   10
 */
import { parseArgs } from 'node:util';
import { idOf } from './articles.mjs';
import { Connection } from './connection.mjs';
import { ask, measure } from './load.mjs';
import { SCENARIOS, get } from './scenarios.mjs';
import { ServerProcess } from './server-process.mjs';
import { median } from './statistics.mjs';
import { table } from './tables.mjs';

const { values: options } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const end = performance.now() + Number(options.minutes) * 60_000;
const SIZE = '1 KB';

/** How much the last third of a run may have more than the second one, beside what V8 keeps or gives back as it likes. */
const TOLERANCE = 1.5 * 1024 * 1024;

const settings = [
  { adapter: 'fastify', tag: 'strong' },
  { adapter: 'fastify', tag: 'version' },
  { adapter: 'express', tag: 'strong' },
  { adapter: 'express', tag: 'weak' },
];

const servers = await Promise.all(
  settings.map((each) => ServerProcess.start({ module: 'ours', settings: each }, ['--expose-gc'])),
);
const heaps = settings.map(() => []);
while (performance.now() < end) {
  for (const [index, server] of servers.entries()) {
    for (const scenario of ['200', '304', 'PUT fresh', 'PUT stale']) {
      await measure({ server, scenario, size: SIZE, milliseconds: 500 });
    }
    await leaveInTheMiddle(server);
    const { memory } = await server.usage({ collect: true });
    heaps[index].push(memory.heapUsed);
  }
  process.stderr.write('.');
}
process.stderr.write('\n');
await Promise.all(servers.map((server) => server.stop()));

const rows = settings.map(({ adapter, tag }, index) => report(`${adapter}, ${tag}`, heaps[index]));
process.stdout.write(table(['', 'samples', 'second third, MB', 'last third, MB', ''], rows));
if (rows.some((row) => row.at(-1) !== 'flat')) process.exitCode = 1;

/** Clients that send a write and are gone before it is answered. */
async function leaveInTheMiddle({ port }) {
  for (let client = 0; client < 50; client++) {
    const connection = await Connection.open(port);
    const path = `/articles/${idOf(SIZE, client % 16)}`;
    const { etag } = await ask(connection, get(path));
    await new Promise((resolve) => {
      connection.send(SCENARIOS['PUT fresh'].request(path, etag), resolve);
      setImmediate(() => {
        connection.close();
        resolve();
      });
    });
  }
}

function report(name, samples) {
  const third = Math.floor(samples.length / 3);
  const [second, last] = [samples.slice(third, 2 * third), samples.slice(2 * third)].map((part) =>
    median(part),
  );
  const megabytes = [second, last].map((bytes) => (bytes / 1024 / 1024).toFixed(2));
  return [name, samples.length, ...megabytes, last - second < TOLERANCE ? 'flat' : '**grows**'];
}
