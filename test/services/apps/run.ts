import { inspect } from 'node:util';
import type { INestApplication, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { obeyParent, tellParent } from './parent.js';

/** What a process runs on. */
export type AdapterName = 'express' | 'fastify';

/** What a module leaves to be done. */
export interface Around {
  /** Goes before the application is initialized. */
  readonly prepare?: (app: INestApplication) => void;
  /** Closes what the application has opened. */
  readonly close: () => Promise<unknown>;
}

/** Runs an application for the test that started this process, until it says that it is to end. */
export async function runApp(
  module: Type,
  adapterName: AdapterName,
  { prepare, close }: Around,
): Promise<void> {
  const adapter = adapterName === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app: INestApplication = await NestFactory.create(module, adapter, { logger });
  prepare?.(app);
  const server = await app.listen(0, '127.0.0.1');
  server.keepAliveTimeout = 60_000;
  obeyParent(() => {
    void app
      .close()
      .then(close)
      .then(() => process.exit());
  });
  tellParent({ kind: 'listening', url: await app.getUrl() });
}

/** What the application logs goes to the test, which says what may be logged. */
const logger: LoggerService = {
  log: () => undefined,
  warn: (...given) => report('warn', given),
  error: (...given) => report('error', given),
};

function report(level: string, given: readonly unknown[]): void {
  const text = given.map((each) => (typeof each === 'string' ? each : inspect(each)));
  tellParent({ kind: 'log', level, text: text.join(' ') });
}
