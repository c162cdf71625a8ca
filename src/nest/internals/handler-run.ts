import { InternalServerErrorException, Logger } from '@nestjs/common';
import { HANDLER_RUN_METADATA } from './etag.constants.js';
import { addRequestParameter } from './nest-metadata.js';
import type { Controller, Handler } from './nest-metadata.js';

/** What runs a handler that a guard has let through, for the request that it let through; `undefined` for none. */
export type RunnerOf = (request: object) => { run(call: () => unknown): unknown } | undefined;

/** A guarded handler of a controller, as Nest will call it. */
export interface HandlerRun {
  readonly handlerName: string;
  readonly controller: Controller;
  /** What the function runs. */
  readonly handler: Handler;
}

/** Which handler to put the run around. */
export interface Guarded {
  readonly handlerName: string;
  readonly controller: Controller;
  readonly name: string;
  /** The instance of a controller that lives as long as the application; `undefined` for one that is made for each request. */
  readonly instance: object | undefined;
}

/**
 * Puts a function around a guarded handler that counts its runs, and that refuses a run which no guard has let through. On
 * the instance, or on the prototype where each request has an instance of its own.
 *
 * The function needs the request, which Nest gives to parameters only: so the handler gets one parameter more, behind its
 * own, that is filled with the request and taken off again. A call by hand, and one of another transport, has no request
 * there, and is passed on.
 *
 * @returns what the function is known by, in whatever wraps it.
 */
export function putRunAround(
  { handlerName, controller, name, instance }: Guarded,
  runnerOf: RunnerOf,
): HandlerRun {
  const owner = (instance ?? controller.prototype) as Record<string, Handler>;
  const called = owner[name] as Handler;
  const known = Reflect.getOwnMetadata(HANDLER_RUN_METADATA, called) as HandlerRun | undefined;
  if (known?.controller === controller) return known;
  // A class that inherits a handler has a route of its own.
  const handler = known?.handler ?? called;
  const index = addRequestParameter(controller, name);
  const run: HandlerRun = Object.freeze({ handlerName, controller, handler });
  const running = withMetadataOf(called, function (this: unknown, ...given: unknown[]) {
    const request = given[index];
    if (!isHttpRequest(request)) return handler.apply(this, given as never[]);
    const own = given.slice(0, index) as never[];
    const runner = runnerOf(request);
    if (runner === undefined) throw refusal(handlerName);
    return runner.run(() => handler.apply(this, own));
  });
  // Before it is there: a Proxy may hand out another function each time, with the metadata that this one has then.
  Reflect.defineMetadata(HANDLER_RUN_METADATA, run, running);
  owner[name] = running;
  return run;
}

/** A function with everything that decorators put on another, and its name. */
export function withMetadataOf<F extends Handler>(original: Handler, wrapper: F): F {
  for (const key of Reflect.getMetadataKeys(original) as string[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
  }
  Object.defineProperty(wrapper, 'name', { value: original.name, configurable: true });
  return Object.assign(wrapper, original);
}

/** Node's request, or the platform's around it; the context of another transport is none. */
function isHttpRequest(value: unknown): value is object {
  if (!isObjectLike(value)) return false;
  const { raw } = value as { raw?: unknown };
  return 'httpVersion' in (isObjectLike(raw) ? raw : value);
}

function isObjectLike(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function refusal(handlerName: string): InternalServerErrorException {
  new Logger('nestjs-etag').error(
    `${handlerName} is guarded by @IfMatch(), and was about to run without a verdict of its guard. It was refused. If a test replaces IfMatchGuard, let it use UnguardedWrites of nestjs-etag/testing: .overrideGuard(IfMatchGuard).useClass(UnguardedWrites)`,
  );
  return new InternalServerErrorException();
}
