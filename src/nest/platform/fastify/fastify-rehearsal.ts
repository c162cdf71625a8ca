import { ServerResponse } from 'node:http';
import { StreamableFile } from '@nestjs/common';
import { EXCHANGE } from '../../internals/etag.constants.js';
import type { Handler } from '../../internals/nest-metadata.js';
import { asGet } from '../as-get.js';
import { copied } from '../copied.js';
import type { FastifyReply, FastifyRequest } from './fastify-objects.js';
import { responseSchema, serializeAs } from './fastify-serialization.js';
import type { Rehearsal } from '../platform.js';
import { remembered } from '../remembered.js';

/** Prepares to run a GET handler for a request of another method, on a reply that only records. */
export function rehearse(
  request: FastifyRequest,
  reply: FastifyReply,
  Recorder: ReplyClass,
  schemas: ReadonlyMap<Handler, unknown>,
): Rehearsal {
  const get = asGet(request);
  const recorder = new Recorder(new ServerResponse(request.raw), get, reply.log);
  takeOver(reply, recorder);
  return {
    request: get,
    response: recorder,
    field: (name) => recorder.getHeader(name),
    serialize: (value, handler) => {
      if (value === null || value === undefined || value instanceof StreamableFile)
        return undefined;
      if (typeof value === 'string' || ArrayBuffer.isView(value)) return value as string;
      return serializeAs(reply, value, responseSchema(schemas, handler));
    },
  };
}

/** A class of replies. */
export type ReplyClass = new (
  raw: ServerResponse,
  request: FastifyRequest,
  log: unknown,
) => FastifyReply;

/**
 * The class of the replies that stand in for those of this class: they record, on a response without a socket, and
 * send nothing. To make each reply the prototype of another would be shorter, but costs V8 more than all the rest of a write.
 */
function recorderClass(Reply: ReplyClass): ReplyClass {
  return class extends Reply {
    get sent(): boolean {
      return false;
    }

    // A reply can be awaited until it is sent. Nest awaits every parameter, and this one is never sent.
    get then(): undefined {
      return undefined;
    }

    override send(): this {
      return this;
    }

    redirect(): this {
      return this;
    }
  };
}

/** One class for each class of replies: Fastify has one for each of its contexts. */
export function recorderClasses(): (reply: FastifyReply) => ReplyClass {
  const classOf = remembered(recorderClass);
  return ({ constructor }) => classOf(constructor as ReplyClass);
}

/** What plugins keep on a reply; collections as copies, so that a read that nobody receives sets no cookies. */
function takeOver(reply: FastifyReply, recorder: FastifyReply): void {
  const from = reply as unknown as Record<PropertyKey, unknown>;
  const to = recorder as unknown as Record<PropertyKey, unknown>;
  for (const key of Reflect.ownKeys(reply)) {
    if (!isFastifysOwn(key)) to[key] = copied(from[key]);
  }
  to[EXCHANGE] = null;
}

/** What Fastify itself keeps on a reply: the fields that its constructor fills, and its state, by symbols. */
function isFastifysOwn(key: PropertyKey): boolean {
  if (typeof key === 'symbol') return key.description?.startsWith('fastify.') === true;
  return key === 'raw' || key === 'request' || key === 'log';
}
