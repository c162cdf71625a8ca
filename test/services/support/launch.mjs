/**
 * The servers that tests need, started on a free port of the loopback interface, with a data directory of their own,
 * and stopped by their process id. Their programs are installed with apt-get where they are missing.
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
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { greetMariaDB, greetPostgres, greetRedis } from './servers.mjs';

export const POSTGRESQL = {
  name: 'PostgreSQL',
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
};

export const MARIADB = {
  name: 'MariaDB',
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
};

export const REDIS = {
  name: 'Redis',
  program: 'redis-server',
  debianPackage: 'redis-server',
  user: 'nobody',
  stopSignal: 'SIGTERM',
  greet: greetRedis,
  urlOn: (port) => `redis://127.0.0.1:${port}`,
  prepare: () => undefined,
  start: ({ data, port }) => [
    'redis-server',
    ['--port', port, '--bind', '127.0.0.1', '--dir', data, '--save', '', '--appendonly', 'no'],
  ],
};

/** PgBouncer in front of a database; each connection that it has to the server serves many clients. */
export function pgbouncer(mode, databaseUrl, poolSize) {
  const { hostname, port: serverPort, pathname } = new URL(databaseUrl);
  const database = pathname.slice(1);
  return {
    name: `PgBouncer`,
    program: 'pgbouncer',
    debianPackage: 'pgbouncer',
    user: 'postgres',
    stopSignal: 'SIGTERM',
    greet: greetPostgres,
    urlOn: (port) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    prepare: () => undefined,
    start: ({ data, port }) => {
      writeFileSync(join(data, 'users.txt'), '"postgres" ""\n');
      writeFileSync(
        join(data, 'pgbouncer.ini'),
        `[databases]
${database} = host=${hostname} port=${serverPort || 5432} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(data, 'users.txt')}
pool_mode = ${mode}
default_pool_size = ${poolSize}
`,
      );
      return ['pgbouncer', [join(data, 'pgbouncer.ini')]];
    },
  };
}

/**
 * Starts a server and waits until it answers.
 *
 * @returns its address, and what stops it: for good, or until it is started again with the same data on the same port.
 */
export async function launch(server) {
  install(server);
  const identity = identityOf(server.user);
  const home = mkdtempSync(join(tmpdir(), `${server.name.toLowerCase()}-`));
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
  server.prepare({ run, data });
  const url = server.urlOn(port);
  let running = await begin(server, { identity, data, port, url });
  return {
    url,
    port,
    data,
    halt: () => running.end(server.stopSignal),
    kill: () => running.end('SIGKILL'),
    resume: async () => {
      running = await begin(server, { identity, data, port, url });
    },
    stop: async () => {
      await running.end(server.stopSignal);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function begin(server, { identity, data, port, url }) {
  const [program, given] = server.start({ data, port });
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
  while (!(await answers(server, url))) {
    if (child.exitCode !== null) throw new Error(`${server.name} ended:\n${output.join('')}`);
    await setTimeout(100);
  }
  return {
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}

/** Whether a server lets us in. */
export async function answers({ greet }, url) {
  try {
    await greet(url);
    return true;
  } catch {
    return false;
  }
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

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
