import { ServerResponse } from 'node:http';
import { StreamableFile } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { EXCHANGE } from '../../internals/etag.constants.js';
import { asGet } from '../as-get.js';
import { copied } from '../copied.js';
import { isContent } from './express-objects.js';
import type { ExpressRequest, ExpressResponse } from './express-objects.js';
import type { Rehearsal } from '../platform.js';
import { remembered } from '../remembered.js';

/** A response that only records what is set on it, and what is sent. */
interface Recorder extends ExpressResponse {
  recorded: unknown;
}

/** A class of recorders. */
export type RecorderClass = new (request: ExpressRequest) => Recorder;

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
export function recorderClasses(): (response: ExpressResponse) => RecorderClass {
  const classOf = remembered(recorderClass);
  return (response) => classOf(Object.getPrototypeOf(response) as object);
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

/** Prepares to run a GET handler for a request of another method, on a response that only records. */
export function rehearse(
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
