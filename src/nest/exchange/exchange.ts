import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import type { EntityTag } from '../../http/entity-tag.js';
import type { ConditionalFields } from '../../http/preconditions.js';
import { EXCHANGE, PRECONDITION_READ } from '../internals/etag.constants.js';
import type { PreconditionFailure } from '../refusals/refusals.js';
import type { Route } from '../routes/route.js';
import { conditionalFieldsOf } from './conditional-fields.js';
import type { HttpRequest } from './conditional-fields.js';

/** What becomes of an answer once its tag is known. */
export type Verdict = 'send' | 'not-modified' | PreconditionFailure;

/** A write that the guard let through, as far as others than the guard need it. */
export interface AdmittedWrite {
  /** What `@Precondition()` gives the handler. */
  readonly precondition: object;
  /** Runs the handler: whoever calls it, it is counted. */
  run(call: () => unknown): unknown;
  /** Nest's own promise for the route has settled: interceptors, filters and all. */
  routeIsOver(): void;
}

/**
 * One request to a route that the library knows, and what has been found out about it. Made by the
 * guard, kept on the request, read where the platform serializes.
 */
export interface Exchange {
  readonly context: ExecutionContext;
  readonly route: Route;
  readonly method: string;
  /** The header fields of the request. */
  readonly headers: IncomingHttpHeaders;
  /** The conditional fields as the client sent them. */
  readonly sent: ConditionalFields;
  /** The conditional fields as they count: those that came another way, and without what proxies made of them. */
  fields: ConditionalFields;
  /** What the client knows the If-Match as that came another way than in its header. */
  sentIn: string | undefined;
  /** The tag, once it is known: from the validator, or from the value before it is serialized. */
  etag: EntityTag | undefined;
  lastModified: Date | undefined;
  /** What the validator says the version is. */
  validated: EntityTag | undefined;
  /** Whether Nest has handed an answer to the platform: what comes then is of a filter. */
  isHandedOver: boolean;
  /** Whether the route has failed: what comes then is of a filter. */
  hasFailed: boolean;
  /** Whether the answer of the route itself is being sent: not that of a filter, and not of a handler that answers by itself. */
  isAnswering: boolean;
  /** What the answer will be; `undefined` until its tag was looked at. */
  verdict: Verdict | undefined;
  /** The text that was hashed, where something may still change it on its way out. */
  hashed: string | Uint8Array | undefined;
  /** The media type of a problem of ours, where the answer is one. */
  contentType: string | undefined;
  /** A refusal of ours carries the current tag; other errors carry none. */
  refused: boolean;
  /** The write that the guard let through. */
  write: AdmittedWrite | undefined;
}

/** An exchange of which only the request is known. */
export function newExchange(context: ExecutionContext, route: Route): Exchange {
  const request = context.switchToHttp().getRequest<HttpRequest>();
  const { method, headers } = request;
  const sent = conditionalFieldsOf(request, headers);
  return {
    context,
    route,
    method,
    headers,
    sent,
    fields: sent,
    sentIn: undefined,
    etag: undefined,
    lastModified: undefined,
    validated: undefined,
    isHandedOver: false,
    hasFailed: false,
    isAnswering: false,
    verdict: undefined,
    hashed: undefined,
    contentType: undefined,
    refused: false,
    write: undefined,
  };
}

/**
 * An exchange is kept on Node's own request, which every layer shares: platforms wrap it, interceptors may replace what is
 * on the response.
 */
interface Holder {
  readonly raw?: Holder;
  [EXCHANGE]?: Exchange | undefined;
  readonly [PRECONDITION_READ]?: true;
}

/** The exchange of a request; `undefined` for one of a route that we leave alone, and for a read that is only compared with. */
export function exchangeOf(request: unknown): Exchange | undefined {
  const holder = request as Holder;
  if (holder[PRECONDITION_READ] === true) return undefined;
  return (holder.raw ?? holder)[EXCHANGE];
}

/**
 * The exchange of a request on a route, which is made where there is none. A handler may pass a request on to the next route
 * (`@Next()`), which has an exchange of its own.
 *
 * @returns `undefined` where a write was admitted on another route: what it was judged for is not what would run.
 */
export function exchangeOn(
  request: unknown,
  route: Route,
  make: () => Exchange,
): Exchange | undefined {
  const holder = (request as Holder).raw ?? (request as Holder);
  const known = holder[EXCHANGE];
  if (known !== undefined && isOfRoute(known, route)) return known;
  if (known?.write !== undefined) return undefined;
  holder[EXCHANGE] = make();
  return holder[EXCHANGE];
}

/** Whether an exchange is of a route, or of the same handler elsewhere, as an enhancer of no module may see it. */
export function isOfRoute(
  { route }: Pick<Exchange, 'route'>,
  { controller, name }: Pick<Route, 'controller' | 'name'>,
): boolean {
  return route.controller === controller && route.name === name;
}

/**
 * Whether this GET is only compared with: a guarded write reads the resource as GET would, and what is read reaches no
 * client. For logs, metrics, caches and counters that should not take it for a visit.
 *
 * @param request the request that an interceptor, a guard or a handler is given.
 * @publicApi
 * @example
 * ```ts
 * intercept(context: ExecutionContext, next: CallHandler) {
 *   if (isPreconditionRead(context.switchToHttp().getRequest())) return next.handle();
 *   …
 * }
 * ```
 */
export function isPreconditionRead(request: unknown): boolean {
  return (
    typeof request === 'object' &&
    request !== null &&
    (request as Holder)[PRECONDITION_READ] === true
  );
}

/** Notes on the exchange of a request that its route has failed; one that is only compared with has none of its own. */
export function noteFailure(request: object): void {
  const exchange = isPreconditionRead(request) ? undefined : exchangeOf(request);
  if (exchange !== undefined) exchange.hasFailed = true;
}
