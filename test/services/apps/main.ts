import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { ETagModule } from 'nestjs-etag';
import {
  ArticlesController,
  MistakesController,
  NotesController,
  PinnedController,
} from './controllers.js';
import { runApp } from './run.js';
import type { AdapterName } from './run.js';
import { Store } from './store.js';

/** How the test wants the application. */
export interface Setup {
  /** A file of this folder: `typeorm`, `prisma`, … */
  readonly app: string;
  /** The address of the database. */
  readonly database: string;
  readonly adapter: AdapterName;
  readonly atomicity: 'process' | 'database';
  /** Milliseconds; the default of the library unless it is given. */
  readonly lockTimeout?: number;
}

const { app, database, adapter, atomicity, lockTimeout } = JSON.parse(
  process.env['SETUP'] ?? '',
) as Setup;
const { open } = (await import(`./${app}.js`)) as { open(url: string): Promise<Store> };
const store = await open(database);

@Module({
  imports: [
    ETagModule.forRoot({ atomicity, ...(lockTimeout === undefined ? {} : { lockTimeout }) }),
  ],
  controllers: [ArticlesController, NotesController, PinnedController, MistakesController],
  providers: [{ provide: Store, useValue: store }],
})
class AppModule {}

await runApp(AppModule, adapter, { close: store.close });
