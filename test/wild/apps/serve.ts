/** The `main.ts` of every application: serves the one that its argument describes, and says on which port. */
import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ETagModule } from 'nestjs-etag';
import type { Application, MakeApplication, Settings } from './application.js';

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings;

async function serve(): Promise<void> {
  const parts = await Promise.all(
    [settings.application, ...settings.companions.map((each) => `companions/${each}`)].map(load),
  );
  const app = await NestFactory.create(
    moduleOf(parts),
    settings.adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter(),
    { abortOnError: false },
  );
  for (const { configure } of parts) await configure?.(app, settings);
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  endWithTheTest(app);
  console.log(`listening on ${port}`);
}

async function load(file: string): Promise<Application> {
  const { application } = (await import(`./${file}.js`)) as { application: MakeApplication };
  return application(settings);
}

function moduleOf(parts: readonly Application[]): Type {
  class AppModule {}
  const etag = Object.assign({}, ...parts.map((each) => each.etag ?? {}));
  Module({
    imports: [
      ...(settings.library ? [ETagModule.forRoot(etag)] : []),
      ...parts.flatMap(({ imports = [] }) => imports),
    ],
    controllers: parts.flatMap(({ controllers = [] }) => controllers),
    providers: parts.flatMap(({ providers = [] }) => providers),
  })(AppModule);
  return AppModule;
}

/** The test closes our standard input, or has ended: nobody is left behind. */
function endWithTheTest(app: INestApplication): void {
  process.stdin.resume().on('end', () => {
    (app.getHttpServer() as Server).closeAllConnections();
    setTimeout(() => process.exit(1), 5_000); // one that stands still does not close
    void app.close().finally(() => process.exit(0));
  });
}

serve().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
