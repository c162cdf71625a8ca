import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { StreamableFile } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { describesContent } from '../../http/not-modified-fields.js';
import { EXCHANGE } from '../etag.constants.js';
import type { Exchange } from '../exchange.js';
import { exchangeOf } from '../exchange.js';
import { preconditionFailedBody } from '../refusals.js';
import type { AnswerHead, TaggedAnswers } from '../tagged-answers.js';
import type { Platform, Rehearsal } from './platform.js';

/** The part of an Express response that is used here. */
interface ExpressResponse extends Omit<ServerResponse, 'req'> {
  req: object;
  locals: Record<string, unknown>;
  json(this: ExpressResponse, value: unknown): unknown;
  send(this: ExpressResponse, body?: unknown): unknown;
}

interface ExpressRequest extends IncomingMessage {
  res: ExpressResponse;
  readonly fresh: boolean;
}

interface ExpressApplication {
  readonly request: ExpressRequest;
  readonly response: ExpressResponse;
  get(setting: string): unknown;
  set(setting: string, value: unknown): unknown;
}

type TagFunction = (body: unknown, encoding: unknown) => string | undefined;

/**
 * Express serializes in `response.json()` and `response.send()`, and every application has a
 * prototype of its own for its responses, meant to be extended. That is where tags are made: the
 * value is there in `json`, the text or bytes in `send`, after every interceptor.
 */
export function expressPlatform(adapter: AbstractHttpAdapter): Platform {
  const application = adapter.getInstance<ExpressApplication>();
  return {
    install: (answers) => installOn(application, answers),
    headOf: (response) => headOf(response as ExpressResponse),
    rehearse: (request, response) =>
      rehearse(adapter, request as ExpressRequest, response as ExpressResponse),
    answerNow: (response) => answerNow(response as ExpressResponse),
  };
}

function installOn(application: ExpressApplication, answers: TaggedAnswers): void {
  const { response } = application;
  const { json, send } = response;
  const withoutOwnTag = silenceOwnTag(application);

  response.json = function (value) {
    const exchange = exchangeOf(this);
    if (exchange === undefined || exchange.verdict !== undefined) return json.call(this, value);
    const verdict = answers.ofValue(exchange, headOf(this), value);
    if (verdict === undefined || verdict === 'send') return json.call(this, value);
    return answer(this, exchange);
  };

  response.send = function (body) {
    const exchange = exchangeOf(this);
    if (exchange === undefined) return send.call(this, body);
    if (exchange.verdict === undefined && !isContent(body)) {
      if (typeof body === 'object' && body !== null) return send.call(this, body);
      answers.withoutContent(exchange, headOf(this));
    }
    const verdict = isContent(body)
      ? answers.ofContent(exchange, headOf(this), body)
      : exchange.verdict;
    if (verdict === 'send') return withoutOwnTag(() => send.call(this, body));
    return answer(this, exchange);
  };
}

/** What `send` puts on the wire as it is; it gives everything else to `json`, or sends nothing. */
function isContent(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || ArrayBuffer.isView(body);
}

/**
 * Express tags every answer weakly by itself and answers 304 on its own. Both step aside for answers
 * that are ours, tagged or not, and stay as they are for all others.
 *
 * @returns runs a `send` without a tag from Express.
 */
function silenceOwnTag(application: ExpressApplication): <T>(send: () => T) => T {
  let silent = false;
  const own = application.get('etag fn');
  if (typeof own === 'function') {
    const tag: TagFunction = (body, encoding) =>
      silent ? undefined : (own as TagFunction)(body, encoding);
    application.set('etag fn', tag);
  }

  const { request } = application;
  const fresh = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(request), 'fresh')?.get;
  Object.defineProperty(request, 'fresh', {
    configurable: true,
    enumerable: true,
    get(this: ExpressRequest): boolean {
      return exchangeOf(this.res) === undefined && fresh?.call(this) === true;
    },
  });

  return (send) => {
    silent = true;
    try {
      return send();
    } finally {
      silent = false;
    }
  };
}

function headOf(response: ExpressResponse): AnswerHead {
  return {
    status: () => response.statusCode,
    field: (name) => response.getHeader(name),
    setField: (name, value) => void response.setHeader(name, value),
    dropField: (name) => response.removeHeader(name),
  };
}

/** Sends what the verdict says instead of the representation. */
function answer(response: ExpressResponse, exchange: Exchange): ExpressResponse {
  const { verdict } = exchange;
  for (const name of response.getHeaderNames()) {
    if (describesContent(name)) response.removeHeader(name);
  }
  if (typeof verdict !== 'object') {
    response.statusCode = 304;
    response.end();
    return response;
  }
  exchange.verdict = 'send';
  exchange.refused = true;
  response.statusCode = 412;
  response.json(preconditionFailedBody(verdict));
  return response;
}

function answerNow(response: ExpressResponse): void {
  const exchange = exchangeOf(response);
  if (exchange !== undefined) answer(response, exchange);
}

function rehearse(
  adapter: AbstractHttpAdapter,
  request: ExpressRequest,
  response: ExpressResponse,
): Rehearsal {
  const recorder = new ServerResponse(request) as unknown as ExpressResponse;
  Object.setPrototypeOf(recorder, Object.getPrototypeOf(response) as object);
  const get = Object.create(request, {
    method: { value: 'GET', enumerable: true },
    body: { value: undefined, enumerable: true, writable: true },
    res: { value: recorder },
  }) as ExpressRequest;
  recorder.req = get;
  recorder.locals = { ...response.locals };
  delete recorder.locals[EXCHANGE];

  return {
    request: get,
    response: recorder,
    field: (name) => recorder.getHeader(name),
    serialize: (value) => {
      if (value instanceof StreamableFile) return undefined;
      let sent: unknown;
      Object.defineProperty(recorder, 'send', {
        configurable: true,
        value: (body: unknown) => {
          sent = body;
          return recorder;
        },
      });
      adapter.reply(recorder, value);
      return isContent(sent) ? sent : undefined;
    },
  };
}
