import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Debian keeps daemons where only root looks for them. */
const FOLDERS = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
];

/**
 * Where a program is.
 *
 * @throws Error when it is not installed: a proof that was not run is none.
 */
export function pathOf(program: string): string {
  const found = FOLDERS.map((folder) => join(folder, program)).find(isExecutable);
  if (found === undefined) {
    throw new Error(`${program} is not installed: run scripts/proxies.sh, which installs it`);
  }
  return found;
}

/** The version that a program says it has, such as `2.4.71`. */
export function versionOf(program: string, ...args: string[]): string {
  // Some write it to standard output, some to standard error.
  const { stdout, stderr } = spawnSync(pathOf(program), args, { encoding: 'utf8' });
  const version = /\d+\.\d+(\.\d+)?/.exec(stdout + stderr)?.[0];
  if (version === undefined) throw new Error(`${program} ${args.join(' ')} names no version`);
  return version;
}

/** Where a program has to listen, and the folder that is its own. */
export interface Place {
  readonly port: number;
  readonly folder: string;
}

/** A program that listens. */
export interface RunningProgram {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a program in the foreground, on a free port of the loopback interface, and waits until it
 * accepts connections.
 *
 * @param prepare writes its configuration and answers its arguments.
 * @throws Error with what the program said, when it ends instead.
 */
export async function startProgram(
  program: string,
  prepare: (place: Place) => readonly string[],
): Promise<RunningProgram> {
  const path = pathOf(program);
  for (let attempt = 1; ; attempt++) {
    const folder = mkdtempSync(join(tmpdir(), `${program}-`));
    const port = await freePort();
    const running = launch(path, prepare({ port, folder }), folder);
    if (await Promise.race([accepts(port), running.ended.then(() => false)])) {
      return { url: `http://127.0.0.1:${port}`, stop: running.stop };
    }
    await running.stop();
    const said = running.said();
    // Between asking for a free port and taking it, somebody else may have taken it.
    if (attempt === 3 || !/in use/i.test(said)) {
      throw new Error(`${program} does not listen on port ${port}. It said: ${said}`);
    }
  }
}

interface Launched {
  readonly ended: Promise<void>;
  said(): string;
  stop(): Promise<void>;
}

/** Runs a program in a folder of its own, which goes with it. */
function launch(path: string, given: readonly string[], folder: string): Launched {
  const child = spawn(path, given, {
    cwd: folder,
    env: { PATH: FOLDERS.join(delimiter), HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said.push(Buffer.from(error.message));
      resolve();
    });
    child.once('exit', () => resolve());
  });
  return {
    ended,
    said: () => Buffer.concat(said).toString(),
    stop: async () => {
      await end(child, ended);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A port that nobody has at this moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Whether somebody accepts connections there, within half a minute. */
async function accepts(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (await canConnect(port)) return true;
    await pause(50);
  }
  return false;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(patience);
}
