import { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { isRead } from '../../../http/methods.js';
import type { ExpressApplication } from './express-objects.js';

/** What Express, its router, `parseurl` and Node's `EventEmitter` put on each request. */
const ON_REQUESTS = [
  'next',
  'baseUrl',
  'originalUrl',
  'params',
  'route',
  '_parsedUrl',
  '_eventsCount',
];

/** What Express and Node put on each response. */
const ON_RESPONSES = ['locals', 'statusCode', 'statusMessage'];

/** What the body parser puts on each request, and nobody may see before its turn. */
const OF_PARSER = ['body'];

/** The first of all middleware is Nest's, for hooks of its own. */
const AFTER_NESTS_OWN = 1;

/** Whether V8 is one that {@link reserveProperties} is for: that of Node 20 and 22. */
const FORGETS_CLASSES = Number.parseInt(process.versions.v8, 10) < 13;

/**
 * Gives requests and responses the properties that each will have, before Express gives it another prototype.
 *
 * V8 shares a hidden class among objects that are given the same properties in the same order, but before version 13 not where
 * a property comes after another prototype. Each such object has a class of its own, which no inline cache can know, and
 * each access to it costs a third of a microsecond: that is most of what Express takes for a small answer.
 */
export function reserveProperties(adapter: AbstractHttpAdapter): void {
  if (!FORGETS_CLASSES) return;
  const { router } = adapter.getInstance<ExpressApplication>();
  const server = adapter.getHttpServer() as Server;
  let parsesFirst: boolean | undefined;
  let routersOwn: readonly symbol[] | undefined;

  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!areNodesOwn(request, response)) return;
    reserve(response, ON_RESPONSES);
    reserve(request, ON_REQUESTS);
    // Other parsers ask whether a request has a body at all, to know whether one was faster than they.
    parsesFirst ??= router.stack[AFTER_NESTS_OWN]?.name === 'jsonParser';
    if (parsesFirst || isRead(request.method as string)) reserve(request, OF_PARSER);
    if (routersOwn !== undefined) reserve(request, routersOwn);
    else response.once('close', () => (routersOwn ??= routersOwnOf(request)));
  });
}

/** Objects of another class may have accessors there. */
function areNodesOwn(request: IncomingMessage, response: ServerResponse): boolean {
  return (
    Object.getPrototypeOf(request) === IncomingMessage.prototype &&
    Object.getPrototypeOf(response) === ServerResponse.prototype
  );
}

/** Each property gets the value that it has already, as the object's own. */
function reserve(object: object, names: readonly PropertyKey[]): void {
  const values = object as Record<PropertyKey, unknown>;
  for (const name of names) {
    const value = values[name];
    values[name] = value;
  }
}

/** Where the router keeps what matched, by symbols that it does not export; once it has looked at a request. */
function routersOwnOf(request: IncomingMessage): readonly symbol[] | undefined {
  const { params } = request as { params?: unknown };
  if (params === undefined) return undefined;
  return Object.getOwnPropertySymbols(request).filter(
    ({ description }) => description?.startsWith('router.') === true,
  );
}
