import 'reflect-metadata';
import { inspect } from 'node:util';
import { Module } from '@nestjs/common';
import type { INestApplication, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ETagModule } from 'nestjs-etag';
import {
  ArticlesController,
  MistakesController,
  NotesController,
  PinnedController,
} from './controllers.js';
import { obeyParent, tellParent } from './parent.js';
import { Store } from './store.js';

/** How the test wants the application. */
export interface Setup {
  /** A file of this folder: `typeorm`, `prisma`, … */
  readonly app: string;
  /** The address of the database. */
  readonly database: string;
  readonly adapter: 'express' | 'fastify';
  readonly atomicity: 'process' | 'database';
}

const setup = JSON.parse(process.env['SETUP'] ?? '') as Setup;
const { open } = (await import(`./${setup.app}.js`)) as { open(url: string): Promise<Store> };
const store = await open(setup.database);

@Module({
  imports: [ETagModule.forRoot({ atomicity: setup.atomicity })],
  controllers: [ArticlesController, NotesController, PinnedController, MistakesController],
  providers: [{ provide: Store, useValue: store }],
})
class AppModule {}

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

const adapter = setup.adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
const app: INestApplication = await NestFactory.create(AppModule, adapter, { logger });
const server = await app.listen(0, '127.0.0.1');
server.keepAliveTimeout = 60_000;
obeyParent(() => {
  void app
    .close()
    .then(store.close)
    .then(() => process.exit());
});
tellParent({ kind: 'listening', url: await app.getUrl() });
