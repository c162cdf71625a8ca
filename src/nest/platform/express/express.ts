import type { ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { StreamableFile } from '@nestjs/common';
import { encodedOnce } from '../../../representation/encoded-text.js';
import { exchangeOf } from '../../exchange/exchange.js';
import type { Exchange } from '../../exchange/exchange.js';
import { ROUTE_METADATA } from '../../internals/etag.constants.js';
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
import { watchReplies } from '../reply.js';
import type { GivenReply, NestReply } from '../reply.js';
import { urlsOf } from '../urls.js';
import { ExpressHead } from './head.js';
import { isContent } from './objects.js';
import type { ExpressApplication, ExpressRequest, ExpressResponse } from './objects.js';
import { standInClasses, standInFor } from './stand-in.js';

/**
 * Express serializes in `response.json()` and puts on the wire in `response.send()`, and every application has a
 * prototype of its own for its responses, meant to be extended. The value is seen where Nest hands it over; its text in
 * `send`, so that it is serialized once.
 */
export function expressPlatform(adapter: AbstractHttpAdapter): Platform {
  const application = adapter.getInstance<ExpressApplication>();
  // Whoever replaces these on a response changes what is sent: the tag is made without them.
  const { json } = application.response;
  const standInClassOf = standInClasses();
  const keptFields = new KeptFields();
  const serialize = (response: ExpressResponse, value: unknown): string | Uint8Array | undefined =>
    textOf(response, json, value);
  return {
    install: (answers) => {
      const send = sendOnce(application, answers);
      keepFromOwn304(application);
      watchReplies(adapter, answers, {
        requestOf: (response) => (response as ExpressResponse).req,
        routeReply: (given, exchange, nestReply) =>
          new ExpressReply(given, exchange, {
            answers,
            nestReply,
            serialize,
            isReplaced: (response) => response.json !== json || response.send !== send,
          }),
      });
    },
    headOf: (response) => new ExpressHead(response as ExpressResponse),
    templateOf: (request) => (request as ExpressRequest).route?.path ?? '',
    rawOf: (response) => response as ServerResponse,
    senderOf: (response) => new ExpressSender(response as ExpressResponse),
    keepFields: (response) => {
      keptFields.keep(response, (response as ExpressResponse).getHeaders());
    },
    standIn: (givenRequest, givenResponse, own, url) => {
      const request = givenRequest as ExpressRequest;
      const response = givenResponse as ExpressResponse;
      const urls =
        url === undefined ? {} : { ...urlsOf(request, url), path: url.replace(/\?.*/s, '') };
      return standInFor(
        request,
        response,
        { ...own, ...urls },
        {
          StandInResponse: standInClassOf(response),
          fields: keptFields.of(response),
          serialize,
        },
      );
    },
  };
}

class ExpressSender implements Sender {
  constructor(readonly response: ExpressResponse) {}

  sendHead(status: number): unknown {
    this.response.statusCode = status;
    this.response.end();
    return this.response;
  }

  sendRefusal(status: number, body: Record<string, unknown>, contentType: string): unknown {
    this.response.statusCode = status;
    this.response.setHeader('Content-Type', contentType);
    return this.response.json(body);
  }

  sendContent({ text, type }: SentContent): unknown {
    this.response.statusCode = 200;
    this.response.setHeader('Content-Type', type);
    return this.response.send(text);
  }
}

/** What {@link ExpressReply} sends by. */
interface Ways {
  readonly answers: Answers;
  readonly nestReply: NestReply;
  readonly serialize: (
    response: ExpressResponse,
    value: unknown,
  ) => string | Uint8Array | undefined;
  readonly isReplaced: (response: ExpressResponse) => boolean;
}

class ExpressReply extends ExpressSender implements RouteReply {
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
    super(response as ExpressResponse);
    this.request = request;
    this.value = value;
    this.statusCode = statusCode;
    this.status = statusCode ?? this.response.statusCode;
    this.head = new ExpressHead(this.response);
  }

  serialize(value: unknown): string | Uint8Array | undefined {
    return this.ways.serialize(this.response, value);
  }

  /** The settings of an application are the same for all its routes. */
  serializeAs(value: unknown): string | Uint8Array | undefined {
    return this.serialize(value);
  }

  send(value: unknown): unknown {
    const { answers, nestReply, isReplaced } = this.ways;
    // Older Nest waits for the error of a file, which may have come while its tag was made, and hangs up.
    const failure = value instanceof StreamableFile ? value.getStream().errored : null;
    if (failure) return (value as StreamableFile).errorHandler(failure, this.response);
    if (this.exchange.isAnswering && isReplaced(this.response)) {
      const content = this.serialize(value);
      if (
        content !== undefined &&
        answers.judgeContent(this.exchange, this.head, content) !== 'send'
      )
        return answers.sendVerdict(this.exchange, this);
    }
    return nestReply(this.response, value, this.statusCode);
  }
}

/**
 * Replaces `send()` of the application's responses: a text of ours is hashed and sent as it is.
 *
 * @returns the new `send()`.
 */
function sendOnce(application: ExpressApplication, answers: Answers): ExpressResponse['send'] {
  const { response } = application;
  const { send } = response;
  const sendWithoutOwnTag = silenceOwnTag(application, send);

  response.send = function (body) {
    const exchange = exchangeOf(this.req);
    if (exchange === undefined) {
      return isErrorOfOurs(this) ? sendWithoutOwnTag(this, body) : send.call(this, body);
    }
    if (exchange.refused) {
      answers.withdrawRefusal(exchange, new ExpressHead(this), this.statusCode);
    }
    if (exchange.contentType !== undefined && isContent(body)) {
      // Nest 11 puts its own on errors, after it was set.
      this.setHeader('Content-Type', exchange.contentType);
    }
    // What is no text yet comes again as one, by way of json().
    if (typeof body === 'object' && body !== null && !isContent(body)) return send.call(this, body);
    if (isContent(body) && (exchange.isAnswering || isPage(exchange, this.statusCode))) {
      return sendContent(this, exchange, body);
    }
    return sendWithoutOwnTag(this, body);
  };
  return response.send;

  function sendContent(
    to: ExpressResponse,
    exchange: Exchange,
    content: string | Uint8Array,
  ): unknown {
    const head = new ExpressHead(to);
    if (exchange.verdict !== undefined) {
      if (exchange.hashed !== undefined && !isSame(exchange.hashed, content)) {
        answers.reportChanged(exchange);
      }
      return sendWithoutOwnTag(to, content);
    }
    const encoded = typeof content === 'string' ? encodedOnce(content) : content;
    if (answers.judgeContent(exchange, head, encoded) !== 'send') {
      return answers.sendVerdict(exchange, new ExpressSender(to));
    }
    return typeof content === 'string' && isPlainJson(exchange, head)
      ? sendEncoded(to, encoded)
      : sendWithoutOwnTag(to, content);
  }
}

function isSame(a: string | Uint8Array, b: string | Uint8Array): boolean {
  return a === b || Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
}

/** As `json` sets it, and as `send` completes it. */
const JSON_TYPE = 'application/json';
const COMPLETE_JSON_TYPE = `${JSON_TYPE}; charset=utf-8`;

/** Whether nothing is left to decide about a text that is the answer: it is JSON, and all of it is sent. */
function isPlainJson(exchange: Exchange, head: AnswerHead): boolean {
  const type = head.field('content-type');
  return (
    head.status() === 200 &&
    exchange.method !== 'HEAD' &&
    (type === JSON_TYPE || type === COMPLETE_JSON_TYPE) &&
    head.field('transfer-encoding') === undefined
  );
}

/**
 * Sends what Express's own `send` would, without parsing the content type once more, and without a copy of an ASCII text
 * as bytes, which costs a second write to the socket.
 */
function sendEncoded(response: ExpressResponse, encoded: string | Uint8Array): ExpressResponse {
  response.setHeader('Content-Type', COMPLETE_JSON_TYPE);
  response.setHeader('Content-Length', Buffer.byteLength(encoded));
  response.end(encoded, 'utf8');
  return response;
}

/**
 * What Nest and Express make of a value: an object goes through `json`, with the settings of the application, everything
 * else is a text. On an object beside the response: V8 treats one differently from the moment it is the prototype of another.
 */
function textOf(
  response: ExpressResponse,
  json: ExpressResponse['json'],
  value: unknown,
): string | Uint8Array | undefined {
  if (value === null || value === undefined || value instanceof StreamableFile) return undefined;
  if (typeof value !== 'object') {
    const primitive = value as string | number | boolean;
    return String(primitive);
  }
  let text: string | undefined;
  const recorder = Object.create(Object.getPrototypeOf(response) as object, {
    req: { value: response.req },
    get: { value: () => JSON_TYPE },
    send: { value: (sent: string) => (text = sent) },
  }) as ExpressResponse;
  json.call(recorder, value);
  return text;
}

/** Whether another guard than ours refused a request to one of our routes, so that it has no exchange. */
function isErrorOfOurs(response: ExpressResponse): boolean {
  if (response.statusCode < 400) return false;
  const { route } = response.req;
  if (route === undefined) return false;
  return route.stack.some(({ handle }) => Reflect.hasMetadata(ROUTE_METADATA, handle));
}

/** The setting that Express compiles `app.set('etag', …)` to. */
const TAG_FUNCTION = 'etag fn';

/**
 * Express tags every answer weakly by itself. It steps aside for answers that are ours, tagged or
 * not, and goes on with all others.
 */
function silenceOwnTag(application: ExpressApplication, send: ExpressResponse['send']) {
  return (response: ExpressResponse, body: unknown): unknown => {
    if (response.hasHeader('ETag')) return send.call(response, body);
    // Looked up each time: the application may set 'etag' whenever it likes.
    const own = application.get(TAG_FUNCTION);
    application.set(TAG_FUNCTION, false);
    try {
      return send.call(response, body);
    } finally {
      application.set(TAG_FUNCTION, own);
    }
  };
}

/** Express answers 304 on its own where `request.fresh`: for answers that are ours, we do. */
function keepFromOwn304({ request }: ExpressApplication): void {
  const fresh = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(request), 'fresh')?.get;
  Object.defineProperty(request, 'fresh', {
    configurable: true,
    enumerable: true,
    get(this: ExpressRequest): boolean {
      return exchangeOf(this) === undefined && fresh?.call(this) === true;
    },
  });
}
