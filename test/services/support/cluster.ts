import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import type { Setup } from '../apps/main.js';
import type { Report } from '../apps/parent.js';

export interface ClusterOptions extends Pick<Setup, 'app' | 'database'> {
  readonly atomicity?: Setup['atomicity'];
  /** How many operating-system processes. */
  readonly processes: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The same application in several operating-system processes, on one database. */
export interface Cluster {
  readonly urls: readonly string[];
  readonly gate: Gate;
  /** What the processes have logged since they were last asked: warnings and errors. */
  logged(): Promise<readonly string[]>;
  /** Ends one process at once, without a chance to clean up, and starts another in its place. */
  replace(index: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts the processes; every other one is on Fastify, the rest on Express. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const gate = new Gate();
  const log: string[] = [];
  const workers = await Promise.all(
    Array.from({ length: options.processes }, (_, index) => startWorker(options, index, gate, log)),
  );
  return {
    get urls() {
      return workers.map(({ url }) => url);
    },
    gate,
    logged: async () => {
      await Promise.all(workers.map(({ child }) => heardFrom(child)));
      return log.splice(0);
    },
    replace: async (index) => {
      const { child } = workers[index]!;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      workers[index] = await startWorker(options, index, gate, log);
    },
    close: async () => {
      await Promise.all(workers.map(({ child }) => stop(child)));
    },
  };
}

interface Worker {
  readonly url: string;
  readonly child: ChildProcess;
}

async function startWorker(
  { app, database, atomicity = 'database', environment }: ClusterOptions,
  index: number,
  gate: Gate,
  log: string[],
): Promise<Worker> {
  const adapter = index % 2 === 0 ? 'express' : 'fastify';
  const setup: Setup = { app, database, adapter, atomicity };
  const child = fork(join(process.env['NESTJS_ETAG_APPS']!, 'main.js'), {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...environment, SETUP: JSON.stringify(setup) },
  });
  const output: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (report: Report) => {
      if (report.kind === 'listening') resolve(report.url);
      else if (report.kind === 'log') log.push(`${report.level} ${report.text}`);
      else if (report.kind === 'gate') gate.arrived(report.writer, child);
    });
    child.on('exit', (code) =>
      reject(new Error(`${app} ended with ${code}:\n${[...log, ...output].join('\n')}`)),
    );
  });
  return { url, child };
}

/** Resolves when everything has arrived that the process has told so far. */
async function heardFrom(child: ChildProcess): Promise<void> {
  child.send({ kind: 'ask' });
  for await (const [report] of on(child, 'message') as AsyncIterable<[Report]>) {
    if (report.kind === 'present') return;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.send({ kind: 'close' });
  await ended;
}

/** The gate behind the guard: writers arrive, and the test lets them go, in its own order. */
export class Gate {
  private readonly waiting = new Map<string, ChildProcess>();
  private notify: () => void = () => undefined;

  arrived(writer: string, child: ChildProcess): void {
    this.waiting.set(writer, child);
    this.notify();
  }

  /** Resolves when all of these writers are behind the guard and before their handlers. */
  async gathered(writers: readonly string[]): Promise<void> {
    while (!writers.every((writer) => this.waiting.has(writer))) {
      await new Promise<void>((resolve) => {
        this.notify = resolve;
      });
    }
  }

  /** Lets one writer go on, if its process is still there. */
  open(writer: string): void {
    const child = this.waiting.get(writer);
    if (child?.connected === true) child.send({ kind: 'open', writer });
    this.waiting.delete(writer);
  }
}
