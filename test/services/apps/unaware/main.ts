import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { ETagModule } from 'nestjs-etag';
import { runApp } from '../run.js';
import type { AdapterName } from '../run.js';
import { UnawareNotesController } from './controllers.js';
import { openLocks } from './locks.js';
import type { LocksSetup } from './locks.js';
import { UnawareNotes } from './notes.js';

/** How the test wants the application. */
export interface UnawareSetup {
  /** A file of this folder: `typeorm`, `prisma`, … */
  readonly app: string;
  /** The address of the database. */
  readonly database: string;
  readonly adapter: AdapterName;
  readonly locks: LocksSetup;
  /** Milliseconds; the default of the library unless it is given. */
  readonly lockTimeout?: number;
}

const setup = JSON.parse(process.env['SETUP'] ?? '') as UnawareSetup;
const { open } = (await import(`./${setup.app}.js`)) as {
  open(url: string): Promise<UnawareNotes>;
};
const notes = await open(setup.database);
const { atomicity, close } = openLocks(setup.locks, notes);
const LOCKS = Symbol('locks');

@Module({
  providers: [
    { provide: UnawareNotes, useValue: notes },
    { provide: LOCKS, useValue: atomicity },
  ],
  exports: [UnawareNotes, LOCKS],
})
class DatabaseModule {}

@Module({
  imports: [
    DatabaseModule,
    ETagModule.forRootAsync({
      imports: [DatabaseModule],
      inject: [LOCKS],
      useFactory: (locks: typeof atomicity) => ({
        atomicity: locks,
        ...(setup.lockTimeout === undefined ? {} : { lockTimeout: setup.lockTimeout }),
      }),
    }),
  ],
  controllers: [UnawareNotesController],
})
class AppModule {}

await runApp(AppModule, setup.adapter, {
  prepare: (app) => {
    app.use((_request: unknown, _response: unknown, next: () => void) => notes.inRequest(next));
  },
  close: async () => {
    await close();
    await notes.close();
  },
});
