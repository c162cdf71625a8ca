import type { AbstractHttpAdapter } from '@nestjs/core';
import { expressPlatform } from './express/express.js';
import { fastifyPlatform } from './fastify/fastify.js';
import type { Platform } from './platform.js';

/**
 * The platform that an application runs on, as its adapter says.
 *
 * @throws Error for any other than Express and Fastify, and for one that another application runs on, too.
 */
export function platformOf(adapter: AbstractHttpAdapter): Platform {
  refuseSecondApplication(adapter);
  const type = adapter.getType();
  if (type === 'express') return expressPlatform(adapter);
  if (type === 'fastify') return fastifyPlatform(adapter);
  throw new Error(
    `nestjs-etag works with @nestjs/platform-express and @nestjs/platform-fastify, and this application's HTTP adapter is of type '${type}'`,
  );
}

/** Where it is noted which adapter an instance of Express or Fastify was prepared for; two copies of the package may meet. */
const PREPARED_FOR: unique symbol = Symbol.for('nestjs-etag:prepared-for');

/** Each would replace what the other has put on the responses, and tag the answers of both. */
function refuseSecondApplication(adapter: AbstractHttpAdapter): void {
  const instance = adapter.getInstance<{ [PREPARED_FOR]?: AbstractHttpAdapter }>();
  if ((instance[PREPARED_FOR] ?? adapter) !== adapter) {
    throw new Error(
      'Two Nest applications with ETagModule share one instance of Express: give each its own, and mount one in the other, `outer.use("/api", inner)`',
    );
  }
  Object.defineProperty(instance, PREPARED_FOR, { value: adapter, configurable: true });
}
