import 'reflect-metadata';
import { Body, Controller, Get, Module, Param, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Articles } from '../articles.mjs';
import { StoredArticles } from '../stored-articles.mjs';
import { decorate } from './decorate.mjs';
import { reserveProperties } from './reserved-properties.mjs';

/**
 * A Nest application with one controller, `GET` and `PUT /articles/:id`.
 *
 * @param settings.adapter `'express'` or `'fastify'`.
 * @param settings.etag Express' setting of that name: `false` for no tags of its own.
 * @param settings.stored whether the articles are in PostgreSQL, and not in memory.
 * @param settings.reserved whether requests and responses get early what Express adds to them.
 * @param routes what differs: decorators of the controller (`on`) and of its write (`put`), modules to import, providers,
 * plugins of Fastify, and handlers other than the plain ones (`find`, `update`), whose first parameter is the articles
 * and whose last are filled by `findParameters` and `updateParameters`. A function of the articles, where they are needed.
 * @returns the port.
 */
export async function startNest({ adapter, etag, reserved = false, stored = false }, routes = {}) {
  const articles = stored ? await StoredArticles.open(process.env.DATABASE_URL) : new Articles();
  const described = typeof routes === 'function' ? routes(articles) : routes;
  const { on = [], put = [], imports = [], providers = [], plugins = [] } = described;
  const { find = plainFind, findParameters = [] } = described;
  const { update = unguarded, updateParameters = [] } = described;

  class ArticlesController {
    findOne(...given) {
      return find(articles, ...given);
    }

    update(...given) {
      return update(articles, ...given);
    }
  }
  decorate(ArticlesController, [Controller('articles'), ...on], {
    findOne: { on: [Get(':id')], parameters: [Param('id'), ...findParameters] },
    update: { on: [Put(':id'), ...put], parameters: [Param('id'), Body(), ...updateParameters] },
  });

  class AppModule {}
  decorate(AppModule, [Module({ imports, providers, controllers: [ArticlesController] })]);

  const platform = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(AppModule, platform, { logger: ['error', 'warn'] });
  if (etag !== undefined) app.set('etag', etag);
  for (const plugin of plugins) await app.register(plugin);
  if (reserved) reserveProperties(app.getHttpServer());
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer().address().port;
}

function plainFind(articles, id) {
  return articles.find(id);
}

async function unguarded(articles, id, change) {
  await articles.update({ id }, change);
  return articles.find(id);
}
