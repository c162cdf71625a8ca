import type { AbstractHttpAdapter } from '@nestjs/core';
import { encodedOnce } from '../../../representation/encoded-text.js';
import { exchangeOf } from '../../exchange/exchange.js';
import type { Exchange } from '../../exchange/exchange.js';
import { ROUTE_METADATA } from '../../internals/etag.constants.js';
import type { Handler } from '../../internals/nest-metadata.js';
import type {
  AnswerHead,
  Answers,
  Platform,
  RouteReply,
  Sender,
  SentContent,
} from '../platform.js';
import { KeptFields } from '../kept-fields.js';
import { isPage } from '../page.js';
import { handlerBeingRegistered } from '../registration.js';
import { watchReplies } from '../reply.js';
import type { GivenReply, NestReply } from '../reply.js';
import { urlsOf } from '../urls.js';
import { FastifyHead } from './head.js';
import type { FastifyReply, FastifyRequest } from './objects.js';
import { PrivateState } from './private-state.js';
import { JSON_TYPE, isText, responseSchema, serializeAs } from './serialization.js';
import type { Registered } from './serialization.js';
import { standInClasses, standInFor } from './stand-in.js';

type Done = (error: Error | null, payload?: unknown) => void;
type PayloadHook = (
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: Done,
) => void;

interface RouteOptions {
  readonly method: string | readonly string[];
  readonly handler: object;
  readonly schema?: { readonly response?: unknown };
  onSend?: PayloadHook | PayloadHook[] | null;
}

interface FastifyInstance {
  addHook(name: 'onRoute', hook: (route: RouteOptions) => void): FastifyInstance;
}

/**
 * Fastify serializes between two kinds of hooks, `preSerialization` and `onSend`. The value is seen and serialized where Nest
 * hands it over, before both; where no hook wants to see the value, the same text is what Fastify sends.
 */
export function fastifyPlatform(adapter: AbstractHttpAdapter): Platform {
  const registered = new Map<Handler, RouteOptions>();
  const standInClassOf = standInClasses();
  const privateState = new PrivateState();
  const kept = { raw: new KeptFields(), own: new KeptFields() };
  return {
    install: (answers) => {
      watchRoutes(adapter, answers, registered);
      watchReplies(adapter, answers, {
        requestOf: (response) => (response as FastifyReply).request,
        routeReply: (given, exchange, nestReply) =>
          new RepliedByFastify(given, exchange, {
            answers,
            nestReply,
            registered,
            privateState,
          }),
      });
    },
    headOf: (response) => new FastifyHead(response as FastifyReply),
    templateOf: (request) => (request as FastifyRequest).routeOptions.url ?? '',
    rawOf: (response) => (response as FastifyReply).raw,
    senderOf: (response) => new FastifySender(response as FastifyReply),
    keepFields: (response) => {
      const reply = response as FastifyReply;
      const raw = reply.raw.getHeaders();
      kept.raw.keep(reply, raw);
      const own = Object.entries(reply.getHeaders()).filter(([name, value]) => value !== raw[name]);
      kept.own.keep(reply, Object.fromEntries(own));
    },
    standIn: (givenRequest, response, own, url) => {
      const request = givenRequest as FastifyRequest;
      const reply = response as FastifyReply;
      const urls = url === undefined ? {} : urlsOf(request, url);
      return standInFor(
        request,
        reply,
        { ...own, ...urls },
        {
          StandInReply: standInClassOf(reply),
          registered,
          fields: { raw: kept.raw.of(reply), own: kept.own.of(reply) },
        },
      );
    },
  };
}

class FastifySender implements Sender {
  constructor(readonly response: FastifyReply) {}

  sendHead(status: number): unknown {
    return this.response.code(status).send();
  }

  sendRefusal(status: number, body: Record<string, unknown>, contentType: string): unknown {
    return this.response
      .code(status)
      .header('content-type', `${contentType}; charset=utf-8`)
      .send(JSON.stringify(body));
  }

  sendContent({ text, type }: SentContent): unknown {
    return this.response.code(200).header('content-type', type).send(text);
  }
}

/** What {@link RepliedByFastify} sends by. */
interface Ways {
  readonly answers: Answers;
  readonly nestReply: NestReply;
  readonly registered: Registered;
  readonly privateState: PrivateState;
}

class RepliedByFastify extends FastifySender implements RouteReply {
  readonly request: object;
  readonly value: unknown;
  readonly status: number;
  readonly head: AnswerHead;
  private readonly statusCode: number | undefined;

  constructor(
    { request, response, value, statusCode }: GivenReply,
    private readonly exchange: Exchange,
    private readonly ways: Ways,
  ) {
    super(response as FastifyReply);
    this.request = request;
    this.value = value;
    this.statusCode = statusCode;
    this.status = statusCode ?? this.response.statusCode;
    this.head = new FastifyHead(this.response);
  }

  serialize(value: unknown): string | Uint8Array | undefined {
    // Fastify answers an error by its error handler.
    if (value === null || value === undefined || value instanceof Error) return undefined;
    if (this.ways.privateState.hasSerializer(this.response)) return this.response.serialize(value);
    return this.serializeAs(value, this.exchange.route.handler);
  }

  serializeAs(value: unknown, handler: Handler): string | Uint8Array {
    const isOwn = handler === this.exchange.route.handler;
    const answer = isOwn
      ? { status: this.status, type: this.head.field('content-type') }
      : { status: 200, type: undefined };
    return serializeAs(this.response, value, responseSchema(this.ways.registered, handler, answer));
  }

  send(value: unknown): unknown {
    const { answers, nestReply, privateState } = this.ways;
    const content = this.exchange.isAnswering ? this.serialize(value) : undefined;
    if (content === undefined) return nestReply(this.response, value, this.statusCode);
    const encoded = typeof content === 'string' ? encodedOnce(content) : content;
    if (answers.judgeContent(this.exchange, this.head, encoded) !== 'send') {
      return answers.sendVerdict(this.exchange, this);
    }
    this.exchange.hashed = content;
    const { seesValue, seesText } = privateState.hooksOf(this.response);
    if (!isText(value) && !seesValue) this.serializeNoMore(seesText ? content : encoded);
    return nestReply(this.response, value, this.statusCode);
  }

  /** What is hashed is what is sent. A serializer of the reply's own keeps Fastify from setting the content type. */
  private serializeNoMore(content: string | Uint8Array): void {
    const type = this.head.field('content-type');
    const isOwn = this.ways.privateState.hasSerializer(this.response);
    if (type === undefined && !isOwn) this.head.setField('content-type', JSON_TYPE);
    else if (!isOwn && !/\bcharset=/i.test(String(type))) {
      if (!/json/i.test(String(type))) return;
      this.head.setField('content-type', `${String(type)}; charset=utf-8`);
    }
    this.response.serializer(() => content);
  }
}

function watchRoutes(
  adapter: AbstractHttpAdapter,
  answers: Answers,
  registered: Map<Handler, RouteOptions>,
): void {
  const watchText: PayloadHook = (request, reply, payload, done) => {
    const exchange = exchangeOf(request);
    if (exchange === undefined) return done(null, payload);
    if (exchange.refused) {
      answers.withdrawRefusal(exchange, new FastifyHead(reply), reply.statusCode);
    }
    if (typeof payload === 'string' && isPage(exchange, reply.statusCode)) {
      return tagPage(answers, exchange, reply, payload, done);
    }
    if (exchange.verdict === 'not-modified') {
      // Fastify gives a HEAD a length, and a 304 describes no body.
      if (reply.getHeader('content-length') !== undefined) reply.removeHeader('content-length');
      return done(null, null);
    }
    const { hashed } = exchange;
    // What a hook compresses is the same text, coded.
    const isCoded = reply.getHeader('content-encoding') !== undefined;
    if (hashed !== undefined && !isCoded && isChanged(payload, hashed)) {
      answers.reportChanged(exchange);
    }
    return done(null, payload);
  };

  adapter.getInstance<FastifyInstance>().addHook('onRoute', (route) => {
    const handler = handlerBeingRegistered(adapter);
    // Fastify adds a HEAD to each GET.
    if (handler !== undefined && route.method !== 'HEAD') registered.set(handler, route);
    if (mayBeTagged(handler ?? route.handler)) {
      route.onSend = [...listed(route.onSend), watchText];
    }
  });
}

/** A page is known when it is a text; what is sent in its place is then what the hook hands on. */
function tagPage(
  answers: Answers,
  exchange: Exchange,
  reply: FastifyReply,
  page: string,
  done: Done,
): void {
  if (answers.judgeContent(exchange, new FastifyHead(reply), page) === 'send')
    return done(null, page);
  answers.sendVerdict(exchange, {
    sendHead: (status) => {
      reply.code(status).removeHeader('content-length');
      done(null, null);
    },
    sendRefusal: (status, body, contentType) => {
      reply.code(status).header('content-type', `${contentType}; charset=utf-8`);
      reply.removeHeader('content-length');
      done(null, JSON.stringify(body));
    },
    sendContent: () => done(null, page),
  });
}

/** A stream is what a hook that compresses makes of it: a coding, not another text. */
function isChanged(payload: unknown, hashed: string | Uint8Array): boolean {
  if (payload === hashed || !isText(payload)) return false;
  return Buffer.compare(Buffer.from(payload), Buffer.from(hashed)) !== 0;
}

/**
 * Whether a route could be one of ours. Nest copies the metadata of a method to the function that
 * it registers; where something wrapped that function, only the request will tell.
 */
function mayBeTagged(handler: object): boolean {
  return Reflect.hasMetadata(ROUTE_METADATA, handler) || !Reflect.hasMetadata('path', handler);
}

function listed<T>(hooks: T | T[] | null | undefined): T[] {
  return hooks === null || hooks === undefined ? [] : ([hooks].flat() as T[]);
}
