import type { AbstractHttpAdapter } from '@nestjs/core';
import { expressPlatform } from './express/express.js';
import { fastifyPlatform } from './fastify/fastify.js';
import type { Platform } from './platform.js';

/**
 * The platform that an application runs on, as its adapter says.
 *
 * @throws Error for any other than Express and Fastify.
 */
export function platformOf(adapter: AbstractHttpAdapter): Platform {
  const type = adapter.getType();
  if (type === 'express') return expressPlatform(adapter);
  if (type === 'fastify') return fastifyPlatform(adapter);
  throw new Error(
    `nestjs-etag works with @nestjs/platform-express and @nestjs/platform-fastify, and this application's HTTP adapter is of type '${type}'`,
  );
}
