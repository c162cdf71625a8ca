import type { HttpException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { formatEntityTag } from '../../http/entity-tag.js';
import type { EntityTag } from '../../http/entity-tag.js';
import { parseEntityTagList } from '../../http/entity-tag-list.js';
import { parseHttpDate } from '../../http/http-date.js';
import { evaluatePreconditions } from '../../http/preconditions.js';
import type { ConditionalFields } from '../../http/preconditions.js';
import { tagInBody, tagInHeader } from './carried-tag.js';
import type { CarriedTag } from './carried-tag.js';
import { decidingField, sentIn } from '../exchange/conditional-fields.js';
import type { HttpRequest } from '../exchange/conditional-fields.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import { publish } from '../refusals/events.js';
import { GuardedWrite } from './guarded-write.js';
import type { GuardedRequest } from './guarded-write.js';
import type { Intermediaries } from '../exchange/intermediaries.js';
import { malformedField, missingPrecondition, preconditionFailure } from '../refusals/refusals.js';
import type { Refusal, RefusalStyle } from '../refusals/refusals.js';
import type { Representation } from '../current/representation.js';
import type { Representations } from '../current/representations.js';
import type { WriteRule } from '../routes/route.js';
import type { Turns, Watch } from './turns.js';
import { VerifiedPrecondition } from './verified-precondition.js';
import type { WriteOutcome } from './write-outcome.js';

/** What {@link WriteAdmission} works with. */
export interface AdmissionParts {
  readonly adapter: AbstractHttpAdapter;
  readonly representations: Representations;
  readonly turns: Turns;
  readonly outcome: WriteOutcome;
  readonly intermediaries: Intermediaries;
  readonly style: RefusalStyle;
  readonly options: Pick<ResolvedETagOptions, 'atomicity' | 'tagHeader'>;
}

/**
 * Decides whether a write may go ahead, in the order of RFC 9110 §13.2: what the client wrote
 * wrongly (400), what the read says (404, 403), a precondition that is missing (428) or false (412).
 */
export class WriteAdmission {
  constructor(private readonly parts: AdmissionParts) {}

  /** @throws the exception that the write is refused with, or what the read throws. */
  async admit(request: GuardedRequest): Promise<void> {
    const { exchange } = request;
    this.takeCarriedTag(request);
    this.refuseMalformed(request);
    const watch = this.watch(request);
    const precondition = await this.verify(request).catch((refusal: unknown) => {
      watch?.close();
      throw refusal;
    });
    exchange.write = new GuardedWrite(precondition, watch, {
      verify: () => this.verify(request),
      conflict: async (error, verified) => {
        const conflict = await this.parts.outcome.conflictIn(error, verified, request);
        return conflict === undefined
          ? error
          : this.refuse(request, conflict.refusal, conflict.etag, error);
      },
      inspect: (result, verified) => this.parts.outcome.inspect(result, verified, request),
    });
  }

  /** An If-Match that came in the body, or in the header that repeats the tag. */
  private takeCarriedTag(request: GuardedRequest): void {
    const { context, exchange, route } = request;
    const { property, current } = route.rule;
    const { tagHeader } = this.parts.options;
    const { headers, body } = context.switchToHttp().getRequest<HttpRequest & { body: unknown }>();
    const sent = exchange.sent.ifMatch?.toString();
    let carried: CarriedTag =
      property === undefined ? { ifMatch: sent } : tagInBody(body, property, sent);
    if (tagHeader !== undefined && 'ifMatch' in carried && carried.ifMatch === undefined) {
      const value = headers[tagHeader.toLowerCase()];
      carried = tagInHeader(tagHeader, value, current.route.tag?.kind === 'selection');
    }
    if ('refusal' in carried) throw this.refuse(request, carried.refusal);
    exchange.fields = { ...exchange.sent, ifMatch: carried.ifMatch };
    exchange.carrier = carried.carrier;
  }

  /** RFC 9110 allows no such field on a write: it must not pass for "no field". */
  private refuseMalformed(request: GuardedRequest): void {
    const { fields, carrier = 'If-Match' } = request.exchange;
    const problem =
      problemOf(carrier, fields.ifMatch) ?? problemOf('If-None-Match', fields.ifNoneMatch);
    if (problem !== undefined) throw this.refuse(request, malformedField(problem));
  }

  /** A place among the writers of this process; none where the database decides. */
  private watch({ context, route, seams }: GuardedRequest): Watch | undefined {
    if (this.parts.options.atomicity === 'database') return undefined;
    const http = context.switchToHttp();
    const key = seams.keyOf(context, route.rule.keyOf(http.getRequest()));
    const watch = this.parts.turns.watch(key);
    onceOver(http.getResponse(), () => watch.close());
    return watch;
  }

  private async verify(request: GuardedRequest): Promise<VerifiedPrecondition> {
    const { exchange, route } = request;
    const { representations, intermediaries, style } = this.parts;
    const current = await representations.current(request);
    const { etag } = current;
    // Not kept: after a turn of somebody else, another of the tags that were sent may be the current one.
    const fields = etag === undefined ? exchange.fields : intermediaries.restored(exchange, etag);
    if (route.rule.required && !isSatisfied(route.rule, fields, current)) {
      throw this.refuse(request, missingPrecondition(route.rule));
    }
    const answer = evaluatePreconditions(exchange.method, fields, current, route.rule);
    if (answer.outcome === 'precondition-failed') {
      const failure =
        etag === undefined ? answer : intermediaries.explained(answer, exchange, etag);
      throw this.refuse(request, preconditionFailure(failure, exchange.carrier), etag);
    }
    return new VerifiedPrecondition({
      route,
      current,
      field: decidingField(fields, current.lastModified !== undefined),
      isWildcard: parseEntityTagList(fields.ifMatch).kind === 'any',
      carrier: exchange.carrier,
      style,
      isStill: (entity) => representations.isStill(current, entity, request),
    });
  }

  /** Gives a refusal its header fields: the tag as it is now, and no place in any cache. */
  private refuse(
    { context, exchange, route }: GuardedRequest,
    refusal: Refusal,
    etag?: EntityTag,
    cause?: unknown,
  ): HttpException {
    const { adapter, style, options } = this.parts;
    const response = context.switchToHttp().getResponse<object>();
    exchange.refused = true;
    adapter.setHeader(response, 'Cache-Control', 'no-store');
    if (etag !== undefined) {
      adapter.setHeader(response, 'ETag', formatEntityTag(etag));
      if (options.tagHeader !== undefined) {
        adapter.setHeader(response, options.tagHeader, formatEntityTag(etag));
      }
    }
    announce(refusal, etag, exchange.method, route.handlerName, exchange.fields);
    return style.exception(refusal, cause);
  }
}

/** What is wrong with a field of a write, if anything is. */
function problemOf(name: string, field: ConditionalFields['ifMatch']): string | undefined {
  const list = parseEntityTagList(field);
  if (list.kind === 'malformed') return `${name}: ${list.problem}`;
  return list.kind === 'empty'
    ? `${name} is empty: send the value of the resource's ETag header, such as "5d41402abc4b2a76", with its quotes`
    : undefined;
}

/**
 * Whether a write says what it changes: by If-Match; where it may create, by If-None-Match: * (a tag in there
 * says what it does not change); where the rule allows it, by a date that can be compared.
 */
function isSatisfied(
  { creates, unmodifiedSince }: WriteRule,
  fields: ConditionalFields,
  { lastModified }: Representation,
): boolean {
  if (fields.ifMatch !== undefined) return true;
  if (creates && parseEntityTagList(fields.ifNoneMatch).kind === 'any') return true;
  const date = unmodifiedSince ? fields.ifUnmodifiedSince : undefined;
  return date !== undefined && lastModified !== undefined && parseHttpDate(date) !== undefined;
}

function announce(
  { status, reason }: Refusal,
  etag: EntityTag | undefined,
  method: string,
  handlerName: string,
  fields: ConditionalFields,
): void {
  if (status !== 412 && status !== 428) return;
  const field = status === 428 ? undefined : decidingField(fields);
  publish({
    kind: status === 412 ? 'precondition-failed' : 'precondition-required',
    handler: handlerName,
    method,
    field,
    sent: field === undefined ? undefined : sentIn(fields, field),
    current: etag === undefined ? undefined : formatEntityTag(etag),
    reason,
  });
}

/** Runs when the answer has been sent or its connection is gone. */
function onceOver(response: unknown, run: () => void): void {
  const { raw } = response as { raw?: unknown };
  const stream = (raw ?? response) as NodeJS.EventEmitter & { readonly closed?: boolean };
  if (stream.closed === true) run();
  else stream.once('close', run);
}
