/**
 * `npm run services -- npm run test:services` runs a command with the servers that it needs, PostgreSQL and
 * MariaDB, and passes on its exit code.
 *
 * A server that answers where it usually is (or where POSTGRES_URL or MARIADB_URL say) is used. Otherwise one is
 * started on a free port of the loopback interface, with a data directory of its own, and stopped at the
 * end; its programs are installed with apt-get where they are missing. `--private` starts both in any case.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { greetMariaDB, greetPostgres } from '../test/services/support/servers.mjs';

const SERVERS = [
  {
    name: 'PostgreSQL',
    variable: 'POSTGRES_URL',
    usually: 'postgres://postgres@127.0.0.1:5432/postgres',
    program: 'postgres',
    debianPackage: 'postgresql',
    user: 'postgres',
    stopSignal: 'SIGINT', // fast: does not wait for those who are connected
    greet: greetPostgres,
    urlOn: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
    prepare: ({ run, data }) =>
      run('initdb', ['--auth=trust', '--username=postgres', '--no-sync', '-D', data]),
    start: ({ data, port }) => [
      'postgres',
      ['-D', data, '-h', '127.0.0.1', '-p', port, '-k', data, '-F'],
    ],
  },
  {
    name: 'MariaDB',
    variable: 'MARIADB_URL',
    usually: 'mysql://root@127.0.0.1:3306/mysql',
    program: 'mariadbd',
    debianPackage: 'mariadb-server',
    user: 'mysql',
    stopSignal: 'SIGTERM',
    greet: greetMariaDB,
    urlOn: (port) => `mysql://root@127.0.0.1:${port}/mysql`,
    prepare: ({ run, data }) =>
      run('mariadb-install-db', [
        '--no-defaults',
        `--datadir=${data}`,
        '--auth-root-authentication-method=normal',
      ]),
    start: ({ data, port }) => [
      'mariadbd',
      [
        '--no-defaults',
        `--datadir=${data}`,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        `--socket=${join(data, 'socket')}`,
        `--pid-file=${join(data, 'pid')}`,
      ],
    ],
  },
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
  install(server);
  process.env[server.variable] = await launch(server);
}

function install({ name, program, debianPackage }) {
  if (find(program) !== undefined) return;
  console.log(`Installing ${name} …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const sudo = userInfo().uid === 0 ? [] : ['sudo', '-E'];
  for (const step of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', debianPackage],
  ]) {
    const [tool, ...given] = [...sudo, 'apt-get', ...step];
    execFileSync(tool, given, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  }
}

/** @returns the address of the server that was started. */
async function launch({ name, prepare, start, stopSignal, user, urlOn, greet }) {
  const identity = identityOf(user);
  const home = mkdtempSync(join(tmpdir(), `${name.toLowerCase()}-`));
  chmodSync(home, 0o755);
  const data = join(home, 'data');
  if (identity.uid === undefined) mkdirSync(data);
  else
    execFileSync('install', ['-d', '-o', String(identity.uid), '-g', String(identity.gid), data]);
  const port = String(await freePort());
  const run = (program, given) =>
    execFileSync(find(program), given, {
      ...identity,
      cwd: data,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  prepare({ run, data });
  const [program, given] = start({ data, port });
  const output = [];
  const child = spawn(find(program), given, {
    ...identity,
    cwd: data,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => output.push(chunk.toString()));
  }
  const ended = once(child, 'exit');
  started.push(async () => {
    child.kill(stopSignal);
    await ended;
    rmSync(home, { recursive: true, force: true });
  });
  const url = urlOn(port);
  while (!(await answers({ greet }, url))) {
    if (child.exitCode !== null) throw new Error(`${name} ended:\n${output.join('')}`);
    await setTimeout(100);
  }
  console.log(`${name} runs on port ${port}.`);
  return url;
}

/** Servers refuse to run as root: there they run as the user whom their package has made. */
function identityOf(user) {
  if (userInfo().uid !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${user}:`));
  if (line === undefined) throw new Error(`There is no user ${user} to run the server as.`);
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Debian keeps the programs of PostgreSQL outside of PATH. */
function find(program) {
  const versions = '/usr/lib/postgresql';
  const folders = [
    ...(existsSync(versions)
      ? readdirSync(versions).map((each) => join(versions, each, 'bin'))
      : []),
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
  ];
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}

/** Whether a server lets us in. */
async function answers({ greet }, url) {
  try {
    await greet(url);
    return true;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
