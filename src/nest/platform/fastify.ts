import { ServerResponse } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeader } from 'node:http';
import { StreamableFile } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { FieldValue } from '../../representation/tag-source.js';
import { CONTENT_FIELDS } from '../../http/not-modified-fields.js';
import { EXCHANGE, TAGGED_HANDLER_METADATA } from '../etag.constants.js';
import type { Exchange } from '../exchange.js';
import { exchangeOf } from '../exchange.js';
import { fastifyResponseSchemaOf } from '../nest-metadata.js';
import type { Handler } from '../nest-metadata.js';
import type { AnswerHead, TaggedAnswers } from '../tagged-answers.js';
import { asGet } from './as-get.js';
import { tagFiles } from './files.js';
import { copied } from './copied.js';
import type { Platform, Rehearsal } from './platform.js';

interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly server: object;
}

interface FastifyReply {
  statusCode: number;
  readonly raw: ServerResponse;
  readonly request: FastifyRequest;
  readonly log: unknown;
  code(status: number): FastifyReply;
  header(name: string, value?: unknown): FastifyReply;
  getHeader(name: string): FieldValue;
  getHeaders(): Record<string, OutgoingHttpHeader | undefined>;
  removeHeader(name: string): FastifyReply;
  serializer(serialize: (payload: unknown) => string): FastifyReply;
  serialize(payload: unknown): string;
  serializeInput(payload: unknown, schema: object): string;
  send(payload?: unknown): FastifyReply;
}

type Done = (error: Error | null, payload?: unknown) => void;
type PayloadHook = (
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: Done,
) => void;

interface RouteOptions {
  method: string | string[];
  handler: object;
  schema?: { response?: unknown };
  preSerialization?: PayloadHook | PayloadHook[] | null;
  onSend?: PayloadHook | PayloadHook[] | null;
}

interface FastifyInstance {
  hasReplyDecorator(name: string): boolean;
  decorateReply(name: PropertyKey, value: unknown): FastifyInstance;
  addHook(name: 'onRoute', hook: (route: RouteOptions) => void): FastifyInstance;
}

/**
 * Fastify serializes between two hooks: `preSerialization` still has the value, `onSend` has the
 * text. Both are added to the routes that are tagged, and to no others.
 */
export function fastifyPlatform(adapter: AbstractHttpAdapter): Platform {
  const instance = adapter.getInstance<FastifyInstance>();
  const schemas = new Map<Handler, unknown>();
  const recorderClassOf = recorderClasses();
  const platform: Platform = {
    install: (answers) => {
      installOn(instance, answers, schemas);
      tagFiles(adapter, platform, answers);
    },
    headOf: (response) => new FastifyHead(response as FastifyReply),
    rehearse: (request, response) => {
      const reply = response as FastifyReply;
      return rehearse(request as FastifyRequest, reply, recorderClassOf(reply), schemas);
    },
    answerNow: (response) => void (response as FastifyReply).send(),
  };
  return platform;
}

function installOn(
  instance: FastifyInstance,
  answers: TaggedAnswers,
  schemas: Map<Handler, unknown>,
): void {
  instance.decorateReply(EXCHANGE, null);

  const beforeSerialization: PayloadHook = (_request, reply, payload, done) => {
    const exchange = exchangeOf(reply);
    if (exchange === undefined || exchange.verdict !== undefined) return done(null, payload);
    const head = new FastifyHead(reply);
    // Written as JSON here and not at all by Express: `null` is no representation on either.
    if (payload === null) {
      answers.withoutContent(exchange, head);
      return done(null, payload);
    }
    const dressed = answers.dressed(exchange, head, payload, (item, handler) =>
      serializeAs(reply, item, responseSchema(schemas, handler)),
    );
    if (answers.ofValue(exchange, head, dressed) !== undefined) reply.serializer(nothing);
    done(null, dressed);
  };

  const beforeSending: PayloadHook = (_request, reply, payload, done) => {
    const exchange = exchangeOf(reply);
    if (exchange === undefined) return done(null, payload);
    const verdict = isContent(payload)
      ? answers.ofContent(exchange, new FastifyHead(reply), payload)
      : answers.withoutContent(exchange, new FastifyHead(reply));
    done(null, verdict === 'send' ? payload : answer(reply, exchange, answers));
  };

  instance.addHook('onRoute', (route) => {
    if (!mayBeTagged(route)) return;
    const handler = Reflect.getMetadata(TAGGED_HANDLER_METADATA, route.handler) as
      Handler | undefined;
    if (handler !== undefined && route.schema?.response !== undefined) {
      schemas.set(handler, route.schema.response);
    }
    route.preSerialization = [...listed(route.preSerialization), beforeSerialization];
    route.onSend = [beforeSending, ...listed(route.onSend), sendNoContent];
  });
}

/**
 * Whether a route could be one of ours. Nest copies the metadata of a method to the function that
 * it registers; where something wrapped that function, only the request will tell.
 */
function mayBeTagged({ handler }: RouteOptions): boolean {
  return (
    Reflect.hasMetadata(TAGGED_HANDLER_METADATA, handler) || !Reflect.hasMetadata('path', handler)
  );
}

function listed<T>(hooks: T | T[] | null | undefined): T[] {
  return hooks === null || hooks === undefined ? [] : ([hooks].flat() as T[]);
}

function nothing(): string {
  return '';
}

/** Fastify gives an empty text a length, and a HEAD that of its body, and a 304 describes none. */
const sendNoContent: PayloadHook = (_request, reply, payload, done) => {
  if (exchangeOf(reply)?.verdict !== 'not-modified') return done(null, payload);
  if (reply.getHeader('content-length') !== undefined) reply.removeHeader('content-length');
  done(null, null);
};

function isContent(payload: unknown): payload is string | Uint8Array {
  return typeof payload === 'string' || ArrayBuffer.isView(payload);
}

class FastifyHead implements AnswerHead {
  constructor(private readonly reply: FastifyReply) {}

  status(): number {
    return this.reply.statusCode;
  }

  field(name: string): FieldValue {
    return this.reply.getHeader(name);
  }

  setField(name: string, value: string): void {
    this.reply.header(name, value);
  }

  dropField(name: string): void {
    this.reply.removeHeader(name);
  }

  dropContentFields(): void {
    for (const name of CONTENT_FIELDS) {
      if (this.reply.getHeader(name) !== undefined) this.reply.removeHeader(name);
    }
  }
}

/** What is sent instead of the representation, as the verdict says. */
function answer(reply: FastifyReply, exchange: Exchange, answers: TaggedAnswers): string {
  const { verdict } = exchange;
  if (typeof verdict !== 'object') {
    reply.code(304);
    return '';
  }
  exchange.verdict = 'send';
  exchange.refused = true;
  const { body, contentType } = answers.refusal(verdict);
  reply.code(412).header('content-type', `${contentType}; charset=utf-8`);
  return JSON.stringify(body);
}

function rehearse(
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

type ReplyClass = new (raw: ServerResponse, request: FastifyRequest, log: unknown) => FastifyReply;

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
function recorderClasses(): (reply: FastifyReply) => ReplyClass {
  const classes = new WeakMap<object, ReplyClass>();
  return ({ constructor }) => {
    const known = classes.get(constructor) ?? recorderClass(constructor as ReplyClass);
    classes.set(constructor, known);
    return known;
  };
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

/** The schema by which an answer of a handler is written, if it has one. */
function responseSchema(
  schemas: ReadonlyMap<Handler, unknown>,
  handler: Handler,
): object | undefined {
  return schemaFor200(schemas.get(handler) ?? fastifyResponseSchemaOf(handler));
}

/** The part of a response schema that a 200 is written by, as Fastify looks it up. */
function schemaFor200(response: unknown): object | undefined {
  if (typeof response !== 'object' || response === null) return undefined;
  const byStatus = response as Record<string, { content?: Record<string, { schema?: object }> }>;
  const found = byStatus['200'] ?? byStatus['2xx'] ?? byStatus['2XX'] ?? byStatus['default'];
  return found?.content?.['application/json']?.schema ?? found;
}

/**
 * What a reply of the GET route would write. A serializer that the application set for all replies
 * comes before every schema; without either, it is JSON.
 */
function serializeAs(reply: FastifyReply, value: unknown, schema: object | undefined): string {
  if (hasOwnSerializer(reply.request.server)) return reply.serialize(value);
  return schema === undefined ? JSON.stringify(value) : reply.serializeInput(value, schema);
}

/** `setReplySerializer()` leaves its mark on the instance, and no other way to ask. */
function hasOwnSerializer(instance: object | null): boolean {
  for (
    let owner = instance;
    owner !== null;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    const mark = Object.getOwnPropertySymbols(owner).find(
      ({ description }) => description === 'fastify.replySerializerDefault',
    );
    if (mark !== undefined) return typeof (owner as Record<symbol, unknown>)[mark] === 'function';
  }
  return false;
}
