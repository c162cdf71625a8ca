import type { ArgumentsHost } from '@nestjs/common';
import { nestVersion } from './nest-version.js';

/** What Nest asks for an answer where a route has failed: its filters, or its own. */
interface ExceptionsHandler {
  next(error: unknown, host: ArgumentsHost): unknown;
}

/** Marks the class that is watched already, by another application or by the other copy of the package. */
const WATCHED: unique symbol = Symbol.for('nestjs-etag:watched');

/**
 * Tells of each request whose route has failed, before a filter answers it: a filter may answer as the route does, without a
 * status, and nothing else tells the two apart.
 *
 * @throws Error where this version of Nest has no such class.
 */
export async function watchFailures(tell: (request: object) => void): Promise<void> {
  const prototype = await loadPrototype();
  if (prototype[WATCHED] === true) return;
  const { next } = prototype;
  prototype.next = function (this: ExceptionsHandler, error, host) {
    if (host.getType() === 'http') tell(host.switchToHttp().getRequest<object>());
    return next.call(this, error, host);
  };
  Object.defineProperty(prototype, WATCHED, { value: true });
}

async function loadPrototype(): Promise<ExceptionsHandler & { readonly [WATCHED]?: true }> {
  let problem = 'it has no next()';
  try {
    const module: object = await import('@nestjs/core/exceptions/exceptions-handler.js');
    const { prototype } = (module as { ExceptionsHandler: { prototype: ExceptionsHandler } })
      .ExceptionsHandler;
    if (typeof prototype.next === 'function') return prototype;
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  throw new Error(
    `nestjs-etag does not know ${nestVersion()}: its ExceptionsHandler is not where it was (${problem}). Update nestjs-etag, or go back to the version of Nest that you had`,
  );
}
