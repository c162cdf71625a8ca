import { describe, it } from '@jest/globals';
import type { Server } from 'node:http';
import type { ModuleMetadata, Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { NestFactory } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ETagModule } from '../../src/index.js';
import type { ETagModuleOptions } from '../../src/index.js';
import { request } from './raw-request.js';
import type { RawRequest, RawResponse } from './raw-request.js';

export type AdapterName = 'express' | 'fastify';

const ADAPTERS: Readonly<Record<AdapterName, () => AbstractHttpAdapter>> = {
  express: () => new ExpressAdapter(),
  fastify: () => new FastifyAdapter(),
};

/** An application that listens, and a client for it. */
export interface Running {
  readonly app: INestApplication;
  readonly url: string;
  readonly adapter: AdapterName;
  /** Sends a request over a socket of its own. */
  send(request: string | (RawRequest & { path: string })): Promise<RawResponse>;
  close(): Promise<void>;
}

export interface AppOptions extends ModuleMetadata {
  readonly etag?: ETagModuleOptions;
  /** Leaves ETagModule out, to see what an application does without it. */
  readonly withoutModule?: boolean;
  /** Leaves Express's own tags on; tests that prove ours switch them off. */
  readonly expressOwnTags?: boolean;
  readonly configure?: (app: INestApplication) => void | Promise<void>;
}

/** One body of tests, run against every adapter over real sockets. */
export function describeOnEachAdapter(
  title: string,
  body: (start: (options: AppOptions) => Promise<Running>, adapter: AdapterName) => void,
): void {
  for (const adapter of Object.keys(ADAPTERS) as AdapterName[]) {
    describe(`${title} (${adapter})`, () => {
      body((options) => startOn(adapter, options), adapter);
    });
  }
}

/** One test that starts an application of its own on every adapter. */
export function itOnEachAdapter(
  title: string,
  options: AppOptions | ((adapter: AdapterName) => AppOptions),
  body: (running: Running) => Promise<void>,
): void {
  for (const adapter of Object.keys(ADAPTERS) as AdapterName[]) {
    it(`${title} (${adapter})`, async () => {
      const running = await startOn(
        adapter,
        typeof options === 'function' ? options(adapter) : options,
      );
      try {
        await body(running);
      } finally {
        await running.close();
      }
    });
  }
}

/** Starts an application with the module and these controllers, on port 0. */
export async function startOn(adapter: AdapterName, options: AppOptions): Promise<Running> {
  const app = await create(adapter, options);
  await app.listen(0, '127.0.0.1');
  // A test that fails may leave its application behind, which must not keep the run from ending.
  (app.getHttpServer() as Server).unref();
  const url = await app.getUrl();
  return {
    app,
    url,
    adapter,
    send: (given) => {
      const { path, ...rest } = typeof given === 'string' ? parseLine(given) : given;
      return request(`${url}${path}`, rest);
    },
    close: () => app.close(),
  };
}

/** An application that has booted, or the error that it did not boot with. */
export async function create(adapter: AdapterName, options: AppOptions): Promise<INestApplication> {
  const {
    etag,
    configure,
    withoutModule = false,
    expressOwnTags = false,
    imports = [],
    ...metadata
  } = options;
  const library = withoutModule ? [] : [ETagModule.forRoot(etag)];
  class AppModule {}
  Module({ ...metadata, imports: [...library, ...imports] })(AppModule as Type);
  const app = await NestFactory.create(AppModule, ADAPTERS[adapter](), {
    logger: false,
    abortOnError: false,
  });
  if (adapter === 'express' && !expressOwnTags) {
    (app.getHttpAdapter().getInstance() as { set(name: string, value: unknown): void }).set(
      'etag',
      false,
    );
  }
  await configure?.(app);
  await app.init();
  return app;
}

/** `GET /users/1` as a request. */
function parseLine(line: string): RawRequest & { path: string } {
  const [method = 'GET', path = '/'] = line.split(' ');
  return { method, path };
}
