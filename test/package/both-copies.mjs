/**
 * Run in a folder where `nestjs-etag` is installed, by itself: decorators from one copy of the
 * package, the module from the other, as happens where a CommonJS library decorates the controllers
 * of an application of ES modules. Prints what requests are answered with on each adapter, as JSON.
 *
 * node both-copies.mjs <copy of the decorators> <copy of the guard> <copy of the module>
 */
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { Body, Controller, Get, Module, Param, Put, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import * as esm from 'nestjs-etag';
import * as esmSwagger from 'nestjs-etag/swagger';

const require = createRequire(import.meta.url);
const copies = { esm, cjs: require('nestjs-etag') };
const swagger = { esm: esmSwagger, cjs: require('nestjs-etag/swagger') };
if (copies.esm.ETag === copies.cjs.ETag) throw new Error('There is one copy only');

const [ofDecorators, ofGuard, ofModule] = process.argv.slice(2);
const { ETag, LastModified, Precondition, WeakETag } = copies[ofDecorators];
const { IfMatch, IfMatchGuard } = copies[ofGuard];

class UsersController {
  user = { name: 'Shaun', age: 27, version: 1, updatedAt: new Date(0) };

  findOne() {
    return { ...this.user };
  }

  card() {
    return this.findOne();
  }

  revision() {
    return this.findOne();
  }

  replace(_id, change, precondition) {
    precondition.settle(precondition.representation === undefined ? 0 : 1);
    Object.assign(this.user, change);
    return this.findOne();
  }

  change(_id, change) {
    return this.replace(undefined, change, { settle: () => {} });
  }

  replaceRevision(_id, change, precondition) {
    const { version } = precondition.where({ id: 1 });
    precondition.settle(version === this.user.version ? 1 : 0);
    Object.assign(this.user, change, { version: version + 1 });
    return this.findOne();
  }
}

decorate('findOne', [Get(':id'), LastModified('updatedAt')], [Param('id')]);
decorate('card', [Get(':id/card'), WeakETag(['name'])], [Param('id')]);
decorate('revision', [Get(':id/revision'), ETag({ version: 'version' })], [Param('id')]);
decorate('replace', [Put(':id'), IfMatch()], [Param('id'), Body(), Precondition()]);
decorate(
  'change',
  [Put(':id/card'), IfMatch({ comparison: 'weak' }), UseGuards(IfMatchGuard)],
  [Param('id'), Body()],
);
decorate(
  'replaceRevision',
  [Put(':id/revision'), IfMatch()],
  [Param('id'), Body(), Precondition()],
);
ETag()(UsersController);
Controller('users')(UsersController);

function decorate(name, decorators, parameters) {
  const { prototype } = UsersController;
  parameters.forEach((parameter, index) => parameter(prototype, name, index));
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  for (const decorator of decorators) decorator(prototype, name, descriptor);
}

class AppModule {}
Module({ imports: [copies[ofModule].ETagModule.forRoot()], controllers: [UsersController] })(
  AppModule,
);

const ADAPTERS = { express: ExpressAdapter, fastify: FastifyAdapter };
const results = {};
for (const [name, Adapter] of Object.entries(ADAPTERS)) results[name] = await resultsOn(Adapter);
console.log(JSON.stringify(results));

async function resultsOn(Adapter) {
  const app = await NestFactory.create(AppModule, new Adapter(), { logger: ['error', 'warn'] });
  const described = swagger[ofDecorators].documentETags(
    { paths: { '/users/{id}': { get: { responses: { 200: {} } }, put: { responses: {} } } } },
    app,
  );
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  try {
    return {
      ...(await answers((...request) => send(url, ...request))),
      ...(await twoModules(new Adapter())),
      ...documented(described),
    };
  } finally {
    await app.close();
  }
}

async function answers(send) {
  const read = await send('GET', '/users/1');
  const card = await send('GET', '/users/1/card');
  const revision = await send('GET', '/users/1/revision');
  const readAgain = await send('GET', '/users/1', { 'If-None-Match': read.etag });
  const writers = await Promise.all(
    [1, 2, 3].map((age) => send('PUT', '/users/1', { 'If-Match': read.etag }, { age })),
  );
  return {
    tag: read.etag,
    lastModified: read.lastModified,
    read: readAgain.status,
    card: (await send('GET', '/users/1/card', { 'If-None-Match': card.etag })).status,
    revision: (await send('GET', '/users/1/revision', { 'If-None-Match': revision.etag })).status,
    required: (await send('PUT', '/users/1', {}, {})).status,
    writers: writers.map(({ status }) => status).sort((a, b) => a - b),
    weakWrite: (await send('PUT', '/users/1/card', { 'If-Match': card.etag }, {})).status,
    revisionWrite: [
      (await send('PUT', '/users/1/revision', { 'If-Match': revision.etag }, {})).status,
      (await send('PUT', '/users/1/revision', { 'If-Match': revision.etag }, {})).status,
    ],
    malformed: (await send('PUT', '/users/1', { 'If-Match': 'abc' }, {})).status,
  };
}

/** What happens to an application that imports the module of either copy. */
async function twoModules(adapter) {
  class TwiceModule {}
  Module({ imports: [esm.ETagModule.forRoot(), copies.cjs.ETagModule.forRoot()] })(TwiceModule);
  const options = { logger: false, abortOnError: false };
  const error = await NestFactory.create(TwiceModule, adapter, options)
    .then((twice) => twice.init())
    .then(
      () => 'it boots',
      ({ message }) => message,
    );
  return { twice: error };
}

function documented(described) {
  const { get, put } = described.paths['/users/{id}'];
  return { document: [Object.keys(get.responses), Object.keys(put.responses)] };
}

async function send(url, method, path, headers = {}, body) {
  const answer = await fetch(url + path, {
    method,
    headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await answer.text();
  return {
    status: answer.status,
    etag: answer.headers.get('etag'),
    lastModified: answer.headers.get('last-modified'),
  };
}
