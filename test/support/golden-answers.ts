/** A program: serves the same user in every way that has golden tags, on both adapters, and prints what it sent. */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ETag, ETagModule, WeakETag } from '../../src/index.js';
import type { ETagModuleOptions } from '../../src/index.js';

@Controller('users')
class UsersController {
  @Get('1')
  @ETag()
  findOne(): unknown {
    return { name: 'Shaun', age: 27 };
  }

  @Get('1/card')
  @WeakETag(['name'])
  card(): unknown {
    return { name: 'Shaun', age: 27 };
  }
}

async function tags(adapter: AbstractHttpAdapter, options: ETagModuleOptions): Promise<unknown> {
  class AppModule {}
  Module({ imports: [ETagModule.forRoot(options)], controllers: [UsersController] })(AppModule);
  const app = await NestFactory.create(AppModule, adapter, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const [strong, weak] = await Promise.all(
    ['/users/1', '/users/1/card'].map(async (path) =>
      (await fetch(url + path)).headers.get('etag'),
    ),
  );
  await app.close();
  return { strong, weak };
}

const answers: Record<string, unknown> = {};
for (const [name, options] of Object.entries({ plain: {}, keyed: { secret: 'correct horse' } })) {
  answers[`${name} on express`] = await tags(new ExpressAdapter(), options);
  answers[`${name} on fastify`] = await tags(new FastifyAdapter(), options);
}
process.stdout.write(JSON.stringify(answers));
