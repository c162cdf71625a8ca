import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { StreamableFile } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { describesContent } from '../../http/not-modified-fields.js';
import { EXCHANGE, TAGGED_HANDLER_METADATA } from '../etag.constants.js';
import type { Exchange } from '../exchange.js';
import { exchangeOf } from '../exchange.js';
import type { AnswerHead, TaggedAnswers } from '../tagged-answers.js';
import { asGet } from './as-get.js';
import { tagFiles } from './files.js';
import { copied } from './copied.js';
import type { Platform, Rehearsal } from './platform.js';

/** The part of an Express response that is used here. */
interface ExpressResponse extends Omit<ServerResponse, 'req'> {
  req: ExpressRequest;
  locals: Record<PropertyKey, unknown>;
  json(this: ExpressResponse, value: unknown): unknown;
  send(this: ExpressResponse, body?: unknown): unknown;
}

interface ExpressRequest extends IncomingMessage {
  res: ExpressResponse;
  readonly fresh: boolean;
  /** The route that Express matched, once it has. */
  readonly route?: { readonly stack: readonly { readonly handle: object }[] };
}

interface ExpressApplication {
  readonly request: ExpressRequest;
  readonly response: ExpressResponse;
  get(setting: string): unknown;
  set(setting: string, value: unknown): unknown;
}

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
      tagFiles(adapter, platform, answers, (response, file, error) =>
        file.errorHandler(error, response as never),
      );
    },
    headOf: (response) => headOf(response as ExpressResponse),
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
    const exchange = exchangeOf(this);
    if (exchange === undefined || exchange.verdict !== undefined) return json.call(this, value);
    const head = headOf(this);
    const dressed = answers.dressed(exchange, head, value, (item) => textOf(this, json, item));
    const verdict = answers.ofValue(exchange, head, dressed);
    return verdict === undefined ? json.call(this, dressed) : answer(this, exchange, answers);
  };

  response.send = function (body) {
    const exchange = exchangeOf(this);
    if (exchange === undefined) {
      return isErrorOfOurs(this) ? sendWithoutOwnTag(this, body) : send.call(this, body);
    }
    if (exchange.verdict === undefined && !isContent(body)) {
      if (typeof body === 'object' && body !== null) return send.call(this, body);
      answers.withoutContent(exchange, headOf(this));
    }
    const verdict = isContent(body)
      ? answers.ofContent(exchange, headOf(this), body)
      : exchange.verdict;
    return verdict === 'send' ? sendWithoutOwnTag(this, body) : answer(this, exchange, answers);
  };
}

/** The text that `json` would send, with the settings of the application. */
function textOf(
  response: ExpressResponse,
  json: ExpressResponse['json'],
  value: unknown,
): string | undefined {
  let text: string | undefined;
  const recorder = Object.create(response, {
    get: { value: () => 'application/json' },
    send: { value: (sent: string) => (text = sent) },
  }) as ExpressResponse;
  json.call(recorder, value);
  return text;
}

/** What `send` puts on the wire as it is; it gives everything else to `json`, or sends nothing. */
function isContent(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || ArrayBuffer.isView(body);
}

/** Whether another guard than ours refused a request to one of our routes, so that it has no exchange. */
function isErrorOfOurs({ statusCode, req }: ExpressResponse): boolean {
  if (statusCode < 400 || req.route === undefined) return false;
  return req.route.stack.some(({ handle }) => Reflect.hasMetadata(TAGGED_HANDLER_METADATA, handle));
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
      return exchangeOf(this.res) === undefined && fresh?.call(this) === true;
    },
  });
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
function answer(
  response: ExpressResponse,
  exchange: Exchange,
  answers: TaggedAnswers,
): ExpressResponse {
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
  const { body, contentType } = answers.refusal(verdict);
  response.setHeader('Content-Type', contentType);
  response.json(body);
  return response;
}

/** A response that only records what is set on it, and what is sent. */
interface Recorder extends ExpressResponse {
  recorded: unknown;
}

type RecorderClass = new (request: ExpressRequest) => Recorder;

/**
 * The class of the recorders that stand in for responses of an application. It has their prototype from the start:
 * to give each object one of its own, or to make each response the prototype of another, costs V8 more than all the rest
 * of a write.
 */
function recorderClass(responses: object): RecorderClass {
  class ExpressRecorder extends ServerResponse {
    recorded: unknown = undefined;

    send(body: unknown): this {
      this.recorded = body;
      return this;
    }
  }
  Object.setPrototypeOf(ExpressRecorder.prototype, responses);
  return ExpressRecorder as unknown as RecorderClass;
}

/** One class for each application: one that is mounted in another has a prototype of its own. */
function recorderClasses(): (response: ExpressResponse) => RecorderClass {
  const classes = new WeakMap<object, RecorderClass>();
  return (response) => {
    const responses = Object.getPrototypeOf(response) as object;
    const known = classes.get(responses) ?? recorderClass(responses);
    classes.set(responses, known);
    return known;
  };
}

/** What middleware put on a response, `locals` among it: copies, which the read may change. */
function takeOver(response: ExpressResponse, recorder: Recorder): void {
  const from = response as unknown as Record<string, unknown>;
  const to = recorder as unknown as Record<string, unknown>;
  for (const name of Object.keys(from)) {
    if (!(name in to)) to[name] = copied(from[name]);
  }
  delete recorder.locals[EXCHANGE];
}

function rehearse(
  adapter: AbstractHttpAdapter,
  request: ExpressRequest,
  response: ExpressResponse,
  Recorder: RecorderClass,
): Rehearsal {
  const recorder = new Recorder(request);
  const get = asGet(request, { res: recorder });
  recorder.req = get;
  takeOver(response, recorder);

  return {
    request: get,
    response: recorder,
    field: (name) => recorder.getHeader(name),
    serialize: (value) => {
      if (value instanceof StreamableFile) return undefined;
      recorder.recorded = undefined;
      adapter.reply(recorder, value);
      return isContent(recorder.recorded) ? recorder.recorded : undefined;
    },
  };
}
