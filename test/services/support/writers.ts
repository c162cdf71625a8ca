import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { WritersReport, WritersSetup } from '../apps/lock-writers.js';
import type { Engine } from './engines.js';

/** What came of many writers who each count one row up. */
export interface Counted {
  readonly counted: number;
  readonly errors: readonly string[];
}

/** Starts processes of writers, lets them all begin at once, and looks at the row when they are done. */
export async function countUpInProcesses(
  processes: number,
  setup: Omit<WritersSetup, 'database'>,
  engine: Engine,
): Promise<Counted> {
  await engine.run('CREATE TABLE IF NOT EXISTS counted (n INTEGER NOT NULL)');
  await engine.run('DELETE FROM counted');
  await engine.run('INSERT INTO counted (n) VALUES (0)');
  const children = await Promise.all(
    Array.from({ length: processes }, () => startWriters({ ...setup, database: engine.url })),
  );
  const reports = await Promise.all(children.map(begin));
  const [row] = (await engine.run('SELECT n FROM counted')) as { n: number }[];
  return { counted: row!.n, errors: reports.flatMap(({ errors = [] }) => errors) };
}

async function startWriters(setup: WritersSetup): Promise<ChildProcess> {
  const child = fork(join(process.env['NESTJS_ETAG_APPS']!, 'lock-writers.js'), {
    execArgv: ['--no-warnings'],
    env: { ...process.env, SETUP: JSON.stringify(setup) },
  });
  await once(child, 'message');
  return child;
}

async function begin(child: ChildProcess): Promise<WritersReport> {
  const exited = once(child, 'exit');
  const told = once(child, 'message') as Promise<[WritersReport]>;
  child.send('begin');
  const [report] = await told;
  await exited;
  return report;
}
