import type { IncomingHttpHeaders } from 'node:http';
import type { EntityTag } from '../../http/entity-tag.js';
import type { ConditionalFields } from '../../http/preconditions.js';
import { conditionalFieldsOf } from './conditional-fields.js';
import type { HttpRequest } from './conditional-fields.js';
import type { PreconditionFailure } from '../refusals/refusals.js';
import type { GuardedWrite } from '../writes/guarded-write.js';
import type { Route } from '../routes/route.js';
import { EXCHANGE } from '../internals/etag.constants.js';

/** What becomes of an answer once its tag is known. */
export type Verdict = 'send' | 'not-modified' | PreconditionFailure;

/**
 * One request to a route that the library knows, and what has been found out about it. Made by the
 * guard, kept on the response, read where the platform serializes.
 */
export interface Exchange {
  readonly route: Route;
  readonly method: string;
  /** The header fields of the request. */
  readonly headers: IncomingHttpHeaders;
  /** The conditional fields as the client sent them. */
  readonly sent: ConditionalFields;
  /** The conditional fields as they count: those that came another way, and without what proxies made of them. */
  fields: ConditionalFields;
  /** What the client knows the If-Match as that came another way than in its header. */
  carrier: string | undefined;
  /** The tag, once it is known: from the validator, or from the value before it is serialized. */
  tag: EntityTag | undefined;
  lastModified: Date | undefined;
  /** What the answer will be; `undefined` until its tag was looked at. */
  verdict: Verdict | undefined;
  /** Whether the answer of a write may be the new representation, once it was looked at. */
  isRepresentation: boolean | undefined;
  /** A refusal of ours carries the current tag; other errors carry none. */
  refused: boolean;
  /** The write that the guard let through. */
  write: GuardedWrite | undefined;
}

/** An exchange of which only the request is known. */
export function newExchange(route: Route, request: HttpRequest): Exchange {
  const { method, headers } = request;
  const sent = conditionalFieldsOf(request, headers);
  return {
    route,
    method,
    headers,
    sent,
    fields: sent,
    carrier: undefined,
    tag: undefined,
    lastModified: undefined,
    verdict: undefined,
    isRepresentation: undefined,
    refused: false,
    write: undefined,
  };
}

/** Where an exchange is kept: a property of the reply on Fastify, of `res.locals` on Express. */
interface Holder {
  [EXCHANGE]?: Exchange | null;
  locals?: { [EXCHANGE]?: Exchange };
}

/**
 * The exchange of a response, or `undefined` for one of a route that we leave alone.
 *
 * On Fastify the slot is there from the start (`decorateReply`); on Express `res.locals` is, and a
 * property on the response itself would cost it its hidden class.
 */
export function exchangeOf(response: unknown): Exchange | undefined {
  const holder = response as Holder;
  return (EXCHANGE in holder ? holder[EXCHANGE] : holder.locals?.[EXCHANGE]) ?? undefined;
}

/** The exchange of a response, which is made where there is none. */
export function exchangeOn(response: unknown, make: () => Exchange): Exchange {
  const holder = response as Holder;
  const slot: Holder = EXCHANGE in holder ? holder : (holder.locals ??= {});
  return (slot[EXCHANGE] ??= make());
}
