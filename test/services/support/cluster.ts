import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import type { Setup } from '../apps/main.js';
import type { Report } from '../apps/parent.js';
import type { UnawareSetup } from '../apps/unaware/main.js';

/** How many operating-system processes, and in which environment. */
export interface ProcessOptions {
  readonly processes: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** An application whose handlers know what the guard has verified, or write without any condition. */
export type ClusterOptions = ProcessOptions &
  Omit<Setup, 'adapter' | 'atomicity'> &
  Partial<Pick<Setup, 'atomicity'>>;

/** An application whose handlers know nothing of versions. */
export type UnawareOptions = ProcessOptions & Omit<UnawareSetup, 'adapter'>;

/** The same application in several operating-system processes, on one database. */
export interface Cluster {
  readonly urls: readonly string[];
  readonly gate: Gate;
  /** Resolves when a writer has come to the guards and gone on to the lock. */
  arrived(writer: string): Promise<void>;
  /** What the processes have logged since they were last asked: warnings and errors. */
  logged(): Promise<readonly string[]>;
  /** Ends one process at once, without a chance to clean up, and starts another in its place. */
  replace(index: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts the processes; every other one is on Fastify, the rest on Express. */
export function startCluster(options: ClusterOptions): Promise<Cluster> {
  return startProcesses('main.js', { atomicity: 'database', ...options });
}

/** The same for handlers that know nothing of versions. */
export function startUnaware(options: UnawareOptions): Promise<Cluster> {
  return startProcesses('unaware/main.js', options);
}

async function startProcesses(main: string, options: ProcessOptions): Promise<Cluster> {
  const room: Room = { gate: new Gate(), arrivals: new Set(), log: [] };
  const start = (index: number): Promise<Worker> => startWorker(main, options, index, room);
  const workers = await Promise.all(
    Array.from({ length: options.processes }, (_, index) => start(index)),
  );
  const heardFromAll = async (): Promise<void> => {
    await Promise.all(workers.map(({ child }) => heardFrom(child)));
  };
  return {
    get urls() {
      return workers.map(({ url }) => url);
    },
    gate: room.gate,
    arrived: async (writer) => {
      while (!room.arrivals.has(writer)) await heardFromAll();
      await heardFromAll();
    },
    logged: async () => {
      await heardFromAll();
      return room.log.splice(0);
    },
    replace: async (index) => {
      const { child } = workers[index]!;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      workers[index] = await start(index);
    },
    close: async () => {
      await Promise.all(workers.map(({ child }) => stop(child)));
    },
  };
}

/** What all processes tell goes into one room. */
interface Room {
  readonly gate: Gate;
  readonly arrivals: Set<string>;
  readonly log: string[];
}

interface Worker {
  readonly url: string;
  readonly child: ChildProcess;
}

async function startWorker(
  main: string,
  { environment, ...setup }: ProcessOptions,
  index: number,
  { gate, arrivals, log }: Room,
): Promise<Worker> {
  const adapter = index % 2 === 0 ? 'express' : 'fastify';
  const child = fork(join(process.env['NESTJS_ETAG_APPS']!, main), {
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...environment, SETUP: JSON.stringify({ ...setup, adapter }) },
  });
  const output: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (report: Report) => {
      if (report.kind === 'listening') resolve(report.url);
      else if (report.kind === 'log') log.push(`${report.level} ${report.text}`);
      else if (report.kind === 'arrival') arrivals.add(report.writer);
      else if (report.kind === 'gate') gate.arrived(report.writer, child);
    });
    child.on('exit', (code) =>
      reject(new Error(`${main} ended with ${code}:\n${[...log, ...output].join('\n')}`)),
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
