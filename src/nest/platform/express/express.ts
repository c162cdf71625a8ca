import type { AbstractHttpAdapter } from '@nestjs/core';
import { encodedOnce } from '../../../representation/encoded-text.js';
import { EXCHANGE, TAGGED_HANDLER_METADATA } from '../../internals/etag.constants.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { AnswerHead, TaggedAnswers } from '../../answers/tagged-answers.js';
import { ExpressHead } from './express-head.js';
import { isContent } from './express-objects.js';
import type { ExpressApplication, ExpressRequest, ExpressResponse } from './express-objects.js';
import { recorderClasses, rehearse } from './express-rehearsal.js';
import { tagFiles } from '../files.js';
import type { Platform } from '../platform.js';
import { reserveProperties } from './reserved-properties.js';

/**
 * Express serializes in `response.json()` and `response.send()`, and every application has a
 * prototype of its own for its responses, meant to be extended. That is where tags are made: the
 * value is there in `json`, the text or bytes in `send`, after every interceptor.
 */
export function expressPlatform(adapter: AbstractHttpAdapter): Platform {
  const application = adapter.getInstance<ExpressApplication>();
  const recorderClassOf = recorderClasses();
  const platform: Platform = {
    install: (answers) => {
      installOn(application, answers);
      reserveProperties(adapter);
      tagFiles(adapter, platform, answers, (response, file, error) =>
        file.errorHandler(error, response as never),
      );
    },
    headOf: (response) => new ExpressHead(response as ExpressResponse),
    rehearse: (request, given) => {
      const response = given as ExpressResponse;
      return rehearse(adapter, request as ExpressRequest, response, recorderClassOf(response));
    },
    answerNow: (response, exchange, answers) =>
      void answer(response as ExpressResponse, exchange, answers),
  };
  return platform;
}

function installOn(application: ExpressApplication, answers: TaggedAnswers): void {
  const { response } = application;
  const { json, send } = response;
  const sendWithoutOwnTag = silenceOwnTag(application, send);
  keepFromOwn304(application);

  response.json = function (value) {
    const exchange = keptOn(this);
    if (exchange === undefined || exchange.verdict !== undefined) return json.call(this, value);
    const head = new ExpressHead(this);
    const dressed = answers.dressed(exchange, head, value, (item) => textOf(this, json, item));
    return answers.ofValue(exchange, head, dressed) === undefined
      ? json.call(this, dressed)
      : answer(this, exchange, answers);
  };

  response.send = function (body) {
    const exchange = keptOn(this);
    if (exchange === undefined) {
      return isErrorOfOurs(this) ? sendWithoutOwnTag(this, body) : send.call(this, body);
    }
    if (isContent(body)) return sendContent(this, exchange, new ExpressHead(this), body);
    if (exchange.verdict === undefined) {
      if (typeof body === 'object' && body !== null) return send.call(this, body);
      answers.withoutContent(exchange, new ExpressHead(this));
    }
    return exchange.verdict === 'send'
      ? sendWithoutOwnTag(this, body)
      : answer(this, exchange, answers);
  };

  function sendContent(
    to: ExpressResponse,
    exchange: Exchange,
    head: AnswerHead,
    content: string | Uint8Array,
  ): unknown {
    const encoded = typeof content === 'string' ? encodedOnce(content) : content;
    if (answers.ofContent(exchange, head, encoded) !== 'send') return answer(to, exchange, answers);
    return typeof content === 'string' && isPlainJson(exchange, head)
      ? sendEncoded(to, encoded)
      : sendWithoutOwnTag(to, content);
  }
}

/** The exchange of a response, where {@link exchangeOf} finds it on this platform. */
function keptOn(response: ExpressResponse): Exchange | undefined {
  return response.locals?.[EXCHANGE] as Exchange | undefined;
}

/** As `json` sets it, and as `send` completes it. */
const JSON_TYPE = 'application/json';
const COMPLETE_JSON_TYPE = `${JSON_TYPE}; charset=utf-8`;

/** Whether nothing is left to decide about a text that is the answer: it is JSON, and all of it is sent. */
function isPlainJson(exchange: Exchange, head: AnswerHead): boolean {
  const status = head.status();
  const type = head.field('content-type');
  return (
    (status === 200 || status === 201) &&
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
 * The text that `json` would send, with the settings of the application. On an object beside the response: V8 treats one
 * differently from the moment it is the prototype of another.
 */
function textOf(
  response: ExpressResponse,
  json: ExpressResponse['json'],
  value: unknown,
): string | undefined {
  let text: string | undefined;
  const recorder = Object.create(Object.getPrototypeOf(response) as object, {
    req: { value: response.req },
    get: { value: () => 'application/json' },
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
  return route.stack.some(({ handle }) => Reflect.hasMetadata(TAGGED_HANDLER_METADATA, handle));
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
      return keptOn(this.res) === undefined && fresh?.call(this) === true;
    },
  });
}

/** Sends what the verdict says instead of the representation. */
function answer(
  response: ExpressResponse,
  exchange: Exchange,
  answers: TaggedAnswers,
): ExpressResponse {
  const { verdict } = exchange;
  if (typeof verdict !== 'object') {
    response.statusCode = 304;
    response.end();
    return response;
  }
  exchange.verdict = 'send';
  exchange.refused = true;
  response.statusCode = 412;
  const { body, contentType } = answers.refusal(verdict);
  response.setHeader('Content-Type', contentType);
  response.json(body);
  return response;
}
