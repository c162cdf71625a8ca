import type { AbstractHttpAdapter } from '@nestjs/core';
import { encodedOnce } from '../../../representation/encoded-text.js';
import type { FieldValue } from '../../../representation/tag-source.js';
import { EXCHANGE, TAGGED_HANDLER_METADATA } from '../../internals/etag.constants.js';
import type { Exchange } from '../../exchange/exchange.js';
import { exchangeOf } from '../../exchange/exchange.js';
import type { Handler } from '../../internals/nest-metadata.js';
import type { AnswerHead, TaggedAnswers } from '../../answers/tagged-answers.js';
import type { FastifyReply, FastifyRequest } from './fastify-objects.js';
import { recorderClasses, rehearse } from './fastify-rehearsal.js';
import { responseSchema, serializeAs } from './fastify-serialization.js';
import { tagFiles } from '../files.js';
import type { Platform } from '../platform.js';

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

  const beforeSending =
    (encode: (text: string) => string | Uint8Array): PayloadHook =>
    (_request, reply, payload, done) => {
      const exchange = exchangeOf(reply);
      if (exchange === undefined) return done(null, payload);
      const content = typeof payload === 'string' ? encode(payload) : payload;
      const verdict = isContent(content)
        ? answers.ofContent(exchange, new FastifyHead(reply), content)
        : answers.withoutContent(exchange, new FastifyHead(reply));
      done(null, verdict === 'send' ? content : answer(reply, exchange, answers));
    };
  const sendText = beforeSending((text) => text);
  const sendEncoded = beforeSending(encodedOnce);

  instance.addHook('onRoute', (route) => {
    if (!mayBeTagged(route)) return;
    const handler = Reflect.getMetadata(TAGGED_HANDLER_METADATA, route.handler) as
      Handler | undefined;
    if (handler !== undefined && route.schema?.response !== undefined) {
      schemas.set(handler, route.schema.response);
    }
    route.preSerialization = [...listed(route.preSerialization), beforeSerialization];
    const others = listed(route.onSend);
    // Whoever else wants to see what is sent may expect the text.
    route.onSend = [others.length === 0 ? sendEncoded : sendText, ...others, sendNoContent];
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
