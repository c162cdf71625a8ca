/**
 * Boots an application with so many routes and says what it took: CPU time from the moment that all modules are loaded,
 * in milliseconds, and the heap afterwards.
 */
import 'reflect-metadata';
import { Body, Controller, Get, Module, Param, Put, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { library } from '../library.mjs';
import { decorate } from '../servers/decorate.mjs';

const { ETag, ETagModule, IfMatch } = library;
const [count, kind] = [Number(process.argv[2]), process.argv[3]];

/** A guard that does nothing: what Nest itself takes for one. */
class IdleGuard {
  canActivate() {
    return true;
  }
}
const ON_EACH = { bare: [], 'idle guard': [UseGuards(IdleGuard)], ours: [ETag(), IfMatch()] };

/** A controller with one route that reads and one that writes. */
function controller(number) {
  class ItemsController {
    findOne(id) {
      return { id, number };
    }

    update(id, change) {
      return { id, number, ...change };
    }
  }
  return decorate(ItemsController, [Controller(`items${number}`), ...ON_EACH[kind]], {
    findOne: { on: [Get(':id')], parameters: [Param('id')] },
    update: { on: [Put(':id')], parameters: [Param('id'), Body()] },
  });
}

class AppModule {}
const controllers = Array.from({ length: count / 2 }, (_, number) => controller(number));
decorate(AppModule, [
  Module({ imports: kind === 'ours' ? [ETagModule.forRoot()] : [], controllers }),
]);

const before = process.cpuUsage();
const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] });
await app.init();
const { user, system } = process.cpuUsage(before);
globalThis.gc();
process.send({ cpu: (user + system) / 1000, heap: process.memoryUsage().heapUsed });
await app.close();
process.disconnect();
