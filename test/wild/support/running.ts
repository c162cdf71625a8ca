import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { request } from '../../support/raw-request.js';
import type { RawRequest, RawResponse } from '../../support/raw-request.js';
import type { Settings } from '../apps/application.js';

export type Adapter = Settings['adapter'];
export const ADAPTERS: readonly Adapter[] = ['express', 'fastify'];

export interface Started extends Partial<Omit<Settings, 'application' | 'adapter'>> {
  /** The package with the versions that the application runs on. */
  readonly nest?: '11' | '12';
  /** Flags of Node, before the application: `--import`, `--require`. */
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** An application in a process of its own, and a client for it. */
export interface Running {
  /** Sends `GET /notes/1` over a socket of its own. */
  send(line: string, rest?: Omit<RawRequest, 'method'>): Promise<RawResponse>;
  /** What the process has written so far, line by line. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** Starts an application of `apps/`. @throws Error with its output when it does not come up. */
export async function start(
  application: string,
  adapter: Adapter,
  { nest = '12', flags = [], environment = {}, ...settings }: Started = {},
): Promise<Running> {
  const child = spawn(
    process.execPath,
    [
      ...flags,
      'build/serve.js',
      JSON.stringify({
        library: true,
        companions: [],
        variant: '',
        ...settings,
        application,
        adapter,
      } satisfies Settings),
    ],
    {
      cwd: fileURLToPath(new URL(`../nest-${nest}/`, import.meta.url)),
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', ...environment },
    },
  );
  const lines: string[] = [];
  const port = await portOf(child, lines);
  return {
    lines,
    send: (line, rest) => {
      const [method = 'GET', path = '/'] = line.split(' ');
      return request(`http://127.0.0.1:${port}${path}`, { method, ...rest });
    },
    stop: () => stop(child),
  };
}

/** Runs a test with an application that stops afterwards. */
export async function withRunning(
  starting: Promise<Running>,
  body: (running: Running) => Promise<void>,
): Promise<void> {
  const running = await starting;
  try {
    await body(running);
  } finally {
    await running.stop();
  }
}

function portOf(child: ChildProcessWithoutNullStreams, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const [, port] = /^listening on (\d+)$/.exec(line) ?? [];
        if (port !== undefined) resolve(port);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      reject(new Error(`The application ended with code ${code}:\n${lines.join('\n')}`));
    });
  });
}

async function stop(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  const last = setTimeout(() => child.kill('SIGKILL'), 5_000);
  child.stdin.end();
  await ended;
  clearTimeout(last);
}
