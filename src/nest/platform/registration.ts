import { RequestMethod } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { HANDLER_METADATA, HANDLER_RUN_METADATA } from '../internals/etag.constants.js';
import { withMetadataOf } from '../internals/handler-run.js';
import type { HandlerRun } from '../internals/handler-run.js';
import type { Handler } from '../internals/nest-metadata.js';

type RouteHandler = (request: object, response: object, next: unknown) => unknown;
type Register = (...given: [...path: unknown[], handler: RouteHandler]) => unknown;

/**
 * Watches which handlers Nest registers with the adapter, and when Nest is done with a request: the function that it
 * registers returns a promise that settles after interceptors, filters and all.
 *
 * @param over is told when that promise has settled.
 * @returns the guarded handlers that were registered, filled as it happens.
 */
export function watchRegistration(
  adapter: AbstractHttpAdapter,
  over: (request: object) => void,
): ReadonlySet<HandlerRun> {
  const registered = new Set<HandlerRun>();
  const owner = adapter as unknown as Record<string, Register | undefined>;
  for (const method of methods()) {
    const register = owner[method]?.bind(adapter);
    if (register === undefined) continue;
    owner[method] = (...given) => {
      const handler = given.at(-1) as RouteHandler;
      const run = runOf(handler);
      const before = beingRegistered.get(adapter);
      beingRegistered.set(adapter, methodOf(handler));
      try {
        if (run === undefined) return register(...given);
        registered.add(run);
        return register(...given.slice(0, -1), whenOver(handler, over));
      } finally {
        beingRegistered.set(adapter, before);
      }
    };
  }
  return registered;
}

const beingRegistered = new WeakMap<AbstractHttpAdapter, Handler | undefined>();

/**
 * The method of a controller that an adapter registers right now, if it does. The adapter may put a function of its own
 * around it, which has no metadata.
 */
export function handlerBeingRegistered(adapter: AbstractHttpAdapter): Handler | undefined {
  return beingRegistered.get(adapter);
}

function methodOf(handler: unknown): Handler | undefined {
  if (typeof handler !== 'function') return undefined;
  return Reflect.getMetadata(HANDLER_METADATA, handler) as Handler | undefined;
}

/** The methods of an adapter that register a handler, as Nest calls them. */
function methods(): readonly string[] {
  return Object.values(RequestMethod)
    .filter((method) => typeof method === 'string')
    .map((method) => method.toLowerCase());
}

function runOf(handler: unknown): HandlerRun | undefined {
  if (typeof handler !== 'function') return undefined;
  return Reflect.getMetadata(HANDLER_RUN_METADATA, handler) as HandlerRun | undefined;
}

function whenOver(handler: RouteHandler, over: (request: object) => void): RouteHandler {
  const watched: RouteHandler = (request, response, next) => {
    const settled = handler(request, response, next);
    const tell = (): void => over(request);
    Promise.resolve(settled).then(tell, tell);
    return settled;
  };
  return withMetadataOf(handler as Handler, watched as Handler) as RouteHandler;
}
