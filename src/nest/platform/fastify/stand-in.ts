import { ServerResponse } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { StreamableFile } from '@nestjs/common';
import type { Handler } from '../../internals/nest-metadata.js';
import { copied, takenOver, takeOverAdded } from '../copied.js';
import type { StandIn, StandInRequest } from '../platform.js';
import { setFields, unsentClass } from '../unsent-response.js';
import { FastifyHead } from './head.js';
import type { FastifyReply, FastifyRequest, Serializer } from './objects.js';
import { responseSchema, serializeAs } from './serialization.js';
import type { Registered } from './serialization.js';

/** A reply that records what is set on it, and sends nothing. */
interface StandInReply extends FastifyReply {
  /** What `reply.serializer()` was given. */
  ownSerializer: Serializer | undefined;
}

/** What {@link standInFor} works with. */
interface Parts {
  readonly StandInReply: StandInClass;
  readonly registered: Registered;
  readonly fields: ReplyFields;
}

/** The fields that a reply begins with: those of Node's response, and its own. */
export interface ReplyFields {
  readonly raw: OutgoingHttpHeaders;
  readonly own: OutgoingHttpHeaders;
}

const UnsentResponse = unsentClass(ServerResponse.prototype);

/** Prepares to run a GET handler for a request of another method, on a reply that only records. */
export function standInFor(
  request: FastifyRequest,
  reply: FastifyReply,
  own: StandInRequest,
  { StandInReply, registered, fields }: Parts,
): StandIn {
  const get = takenOver(request, own);
  const raw = new UnsentResponse(request.raw, reply.raw.socket);
  takeOverAdded(reply.raw, raw);
  setFields(raw, fields.raw);
  const standIn = new StandInReply(raw, get, reply.log);
  takeOver(reply, standIn);
  for (const [name, value] of Object.entries(fields.own)) standIn.header(name, value);
  return {
    request: get,
    response: standIn,
    head: new FastifyHead(standIn),
    serialize: (value: unknown, handler: Handler) => {
      if (value === null || value === undefined || value instanceof StreamableFile) {
        return undefined;
      }
      if (standIn.ownSerializer !== undefined) return standIn.ownSerializer(value);
      const answer = { status: standIn.statusCode, type: standIn.getHeader('content-type') };
      return serializeAs(reply, value, responseSchema(registered, handler, answer));
    },
    end: () => {
      raw.emit('finish');
      raw.emit('close');
    },
  };
}

type ReplyClass = new (raw: ServerResponse, request: FastifyRequest, log: unknown) => FastifyReply;

/** A class of replies that send nothing. */
export type StandInClass = new (
  raw: ServerResponse,
  request: FastifyRequest,
  log: unknown,
) => StandInReply;

/**
 * The class of the replies that stand in for those of this class: they record, on a response without a socket, and
 * send nothing. To make each reply the prototype of another would be shorter, but costs V8 more than all the rest of a write.
 */
function standInClass(Reply: ReplyClass): StandInClass {
  return class extends Reply {
    ownSerializer: Serializer | undefined = undefined;

    get sent(): boolean {
      return false;
    }

    // A reply can be awaited until it is sent. Nest awaits every parameter, and this one is never sent.
    get then(): undefined {
      return undefined;
    }

    override serializer(serialize: Serializer): this {
      this.ownSerializer = serialize;
      return this;
    }

    override send(): this {
      return this;
    }

    redirect(url: string, status = 302): this {
      this.code(status).header('location', url);
      return this;
    }

    hijack(): this {
      return this;
    }
  };
}

/** One class for each class of replies: Fastify has one for each of its contexts. */
export function standInClasses(): (reply: FastifyReply) => StandInClass {
  const classes = new WeakMap<object, StandInClass>();
  return ({ constructor }) => {
    const known = classes.get(constructor);
    if (known !== undefined) return known;
    const made = standInClass(constructor as ReplyClass);
    classes.set(constructor, made);
    return made;
  };
}

/** What plugins keep on a reply; collections as copies, so that a read that reaches no client sets no cookies. */
function takeOver(reply: FastifyReply, standIn: FastifyReply): void {
  const from = reply as unknown as Record<PropertyKey, unknown>;
  const to = standIn as unknown as Record<PropertyKey, unknown>;
  for (const key of Reflect.ownKeys(reply)) {
    if (!isFastifysOwn(key)) to[key] = copied(from[key]);
  }
}

/** What Fastify itself keeps on a reply: the fields that its constructor fills, and its state, by symbols. */
function isFastifysOwn(key: PropertyKey): boolean {
  if (typeof key === 'symbol') return key.description?.startsWith('fastify.') === true;
  return key === 'raw' || key === 'request' || key === 'log';
}
