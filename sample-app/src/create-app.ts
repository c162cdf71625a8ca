import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';

/** The HTTP servers the application runs on. */
export const ADAPTERS = ['express', 'fastify'] as const;
export type Adapter = (typeof ADAPTERS)[number];

/** @throws TypeError for an adapter that there is not. */
export function adapterNamed(name: string): Adapter {
  const adapter = ADAPTERS.find((each) => each === name);
  if (adapter === undefined)
    throw new TypeError(`ADAPTER must be express or fastify, not ${name}.`);
  return adapter;
}

/** The application, about to listen. */
export function createApp(
  adapter: Adapter,
  options: NestApplicationOptions = {},
): Promise<INestApplication> {
  const server = adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  return NestFactory.create(AppModule, server, options);
}
