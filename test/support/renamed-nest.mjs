/** Boots a guarded application on whatever Nest is found from here, and prints what it answers, or why it did not boot. */
import 'reflect-metadata';
import { Controller, ForbiddenException, Get, Module, Put, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ETag, ETagModule, IfMatch } from 'nestjs-etag';

function decorate(target, name, ...decorators) {
  for (const decorator of decorators.toReversed()) {
    decorator(target, name, Object.getOwnPropertyDescriptor(target, name));
  }
}

class Forbids {
  canActivate() {
    throw new ForbiddenException();
  }
}

class Notes {
  find() {
    return { text: 'first' };
  }
  put() {
    return { text: 'second' };
  }
  forbidden() {
    return { text: 'never' };
  }
}
decorate(Notes.prototype, 'find', Get());
decorate(Notes.prototype, 'put', Put(), IfMatch());
decorate(
  Notes.prototype,
  'forbidden',
  Put('forbidden'),
  IfMatch({ current: 'find' }),
  UseGuards(Forbids),
);
Controller('notes')(Notes);
ETag()(Notes);

class AppModule {}
Module({ imports: [ETagModule.forRoot()], controllers: [Notes] })(AppModule);

async function outcome() {
  let app;
  try {
    app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    return { boot: String(error.message) };
  }
  const url = `${await app.getUrl()}/notes`;
  const put = async (path, headers) =>
    (await fetch(`${url}${path}`, { method: 'PUT', headers })).status;
  const { headers } = await fetch(url);
  return {
    tag: /^"[0-9a-f]{32}"$/.test(headers.get('etag')),
    statuses: [
      await put('/forbidden', {}),
      await put('', {}),
      await put('', { 'If-Match': '"stale"' }),
      await put('', { 'If-Match': headers.get('etag') ?? '"none"' }),
    ],
  };
}

console.log(JSON.stringify(await outcome()));
process.exit(0);
