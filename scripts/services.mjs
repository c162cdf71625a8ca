/**
 * `npm run services -- npm run test:services` runs a command with the servers that it needs, PostgreSQL,
 * MariaDB and Redis, and passes on its exit code.
 *
 * A server that answers where it usually is (or where POSTGRES_URL, MARIADB_URL or REDIS_URL say) is used.
 * Otherwise one is started on a free port of the loopback interface, with a data directory of its own, and stopped
 * at the end; its programs are installed with apt-get where they are missing. `--private` starts all in any case.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MARIADB, POSTGRESQL, REDIS, answers, launch } from '../test/services/support/launch.mjs';

const SERVERS = [
  {
    ...POSTGRESQL,
    variable: 'POSTGRES_URL',
    usually: 'postgres://postgres@127.0.0.1:5432/postgres',
  },
  { ...MARIADB, variable: 'MARIADB_URL', usually: 'mysql://root@127.0.0.1:3306/mysql' },
  { ...REDIS, variable: 'REDIS_URL', usually: 'redis://127.0.0.1:6379' },
];

const [first, ...rest] = process.argv.slice(2);
const isPrivate = first === '--private';
const [command, ...parameters] = isPrivate ? rest : process.argv.slice(2);
if (command === undefined) {
  throw new Error('Say what to run: npm run services -- npm run test:services');
}

const started = [];
try {
  for (const server of SERVERS) await ensure(server);
  const child = spawn(command, parameters, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [code, signal] = await once(child, 'exit');
  process.exitCode = code ?? (signal === null ? 0 : 1);
} finally {
  for (const stop of started.toReversed()) await stop();
}

async function ensure(server) {
  const given = process.env[server.variable];
  if (!isPrivate && (await answers(server, given ?? server.usually))) return;
  if (!isPrivate && given !== undefined) {
    throw new Error(`${server.name} does not answer at ${given}, as ${server.variable} says.`);
  }
  const { url, port, stop } = await launch(server);
  started.push(stop);
  process.env[server.variable] = url;
  console.log(`${server.name} runs on port ${port}.`);
}
