import type { IncomingMessage } from 'node:http';
import { parseEntityTagList } from '../../http/entity-tag-list.js';
import { parseHttpDate } from '../../http/http-date.js';
import { evaluatePreconditions } from '../../http/preconditions.js';
import type { ConditionalFields } from '../../http/preconditions.js';
import { MISSING } from '../current/current-representation.js';
import type { CurrentRepresentation } from '../current/current-representation.js';
import type { CurrentReader } from '../current/current-reader.js';
import { decidingField } from '../exchange/conditional-fields.js';
import type { HttpRequest } from '../exchange/conditional-fields.js';
import { isObject } from '../checks/objects.js';
import type { Intermediaries } from '../exchange/intermediaries.js';
import { answersItself } from '../internals/nest-metadata.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import type { Platform } from '../platform/platform.js';
import { busy, malformedField, preconditionFailure } from '../refusals/refusals.js';
import type { PreconditionFailure, RefusalStyle } from '../refusals/refusals.js';
import type { WriteRule } from '../routes/route.js';
import { isAppliedAlready } from './already-applied.js';
import type { FalseAlarms } from './false-alarms.js';
import { GuardedWrite } from './guarded-write.js';
import { missingPrecondition } from './missing-precondition.js';
import type { ResourceLock, ResourceLocks } from './resource-locks.js';
import { sentConditions } from './sent-conditions.js';
import { VerifiedPrecondition } from './verified-precondition.js';
import type { WriteOutcome } from './write-outcome.js';
import type { WriteRefusals } from './write-refusals.js';
import type { WriteRequest } from './write-request.js';
import type { OnceLog } from '../checks/log.js';

/** A write that is applied already: the representation that it is answered with. */
export type AppliedWrite = NonNullable<Awaited<ReturnType<CurrentReader['toSend']>>>;

/** What {@link WritePreconditions} works with. */
export interface PreconditionParts {
  readonly platform: Platform;
  readonly reader: CurrentReader;
  /** `undefined` where the database decides. */
  readonly locks: ResourceLocks | undefined;
  readonly outcome: WriteOutcome;
  readonly falseAlarms: FalseAlarms;
  readonly intermediaries: Intermediaries;
  readonly style: RefusalStyle;
  readonly refusals: WriteRefusals;
  readonly options: Pick<ResolvedETagOptions, 'tagHeader' | 'lockTimeout'>;
  readonly log: OnceLog;
}

/**
 * Decides whether a write may go ahead: takes the lock of its resource, reads once what GET would send, and compares, in the
 * order of RFC 9110 §13.2: what the client wrote wrongly (400), what the read says (404, 403), a precondition that is missing
 * (428) or false (412). A write that goes ahead keeps the lock, see {@link GuardedWrite}.
 */
export class WritePreconditions {
  constructor(private readonly parts: PreconditionParts) {}

  /**
   * @returns what is to be answered in place of the handler's answer, where the write is applied already.
   * @throws the exception that the write is refused with, or what the read throws.
   */
  async admit(request: WriteRequest): Promise<AppliedWrite | undefined> {
    this.takeConditionsFromElsewhere(request);
    this.refuseMalformed(request);
    const lock = await this.lock(request);
    try {
      this.refuseAnswered(request);
      const current = await this.currentOf(request);
      const verified = await this.verify(request, current);
      if (verified instanceof VerifiedPrecondition) {
        request.exchange.write = this.begin(request, verified, lock);
        return undefined;
      }
      await lock?.release();
      return verified;
    } catch (refusal) {
      // Nothing was written: whether the lock held until now tells the client nothing.
      await lock?.release().catch(() => undefined);
      throw refusal;
    }
  }

  /** Conditions that came in the body, in the header that repeats the tag, or where the rule says. */
  private takeConditionsFromElsewhere(request: WriteRequest): void {
    const { context, exchange, route } = request;
    const http = context.switchToHttp();
    const found = sentConditions(
      http.getRequest(),
      exchange.sent,
      route,
      this.parts.options.tagHeader,
    );
    if ('refusal' in found) throw this.parts.refusals.exception(request, found.refusal);
    exchange.fields = found.fields;
    exchange.sentIn = found.sentIn;
  }

  /** RFC 9110 allows no such field on a write: it must not pass for "no field". */
  private refuseMalformed(request: WriteRequest): void {
    const { fields, sentIn: name = 'If-Match' } = request.exchange;
    const problem =
      problemOf(name, fields.ifMatch) ?? problemOf('If-None-Match', fields.ifNoneMatch);
    if (problem !== undefined)
      throw this.parts.refusals.exception(request, malformedField(problem));
    if (!request.route.rule.isComparable && isConditional(fields)) {
      throw this.parts.refusals.exception(request, malformedField(NOT_ONE_RESOURCE));
    }
  }

  /** Something has answered while the write waited, such as a middleware that limits the time: nothing is written then. */
  private refuseAnswered({ context }: WriteRequest): void {
    const { platform, style } = this.parts;
    if (platform.rawOf(context.switchToHttp().getResponse()).headersSent) {
      throw style.exception(busy('left'));
    }
  }

  private async lock(request: WriteRequest): Promise<ResourceLock | undefined> {
    const { context, route, key } = request;
    const { locks, platform } = this.parts;
    if (locks === undefined) return undefined;
    const http = context.switchToHttp();
    const head = platform.headOf(http.getResponse());
    return locks.take({
      key,
      handlerName: route.handlerName,
      request: rawRequestOf(http.getRequest()),
      setField: (name, value) => head.setField(name, value),
    });
  }

  /** What is there now; a write that nothing is asked of, and that asks for nothing, is compared with nothing. */
  private async currentOf(request: WriteRequest): Promise<CurrentRepresentation | undefined> {
    const { rule } = request.route;
    const isAsked = rule.required !== false || rule.creates;
    return isAsked || isConditional(request.exchange.fields)
      ? this.parts.reader.read(request)
      : undefined;
  }

  private async verify(
    request: WriteRequest,
    found: CurrentRepresentation | undefined,
  ): Promise<VerifiedPrecondition | AppliedWrite> {
    const { exchange, route } = request;
    const { reader, intermediaries, style } = this.parts;
    const current = found ?? MISSING;
    const { etag } = current;
    const fields = etag === undefined ? exchange.fields : intermediaries.restored(exchange, etag);
    if (isRequired(route.rule, current) && !isSatisfied(route.rule, fields, current)) {
      throw this.parts.refusals.exception(request, missingPrecondition(route.rule));
    }
    const answer =
      found === undefined
        ? ({ outcome: 'proceed' } as const)
        : evaluatePreconditions(exchange.method, fields, current, route.rule);
    if (answer.outcome === 'precondition-failed') {
      const failure =
        etag === undefined ? answer : intermediaries.explained(answer, exchange, etag);
      const applied = await this.appliedAlready(request, failure, current);
      if (applied !== undefined) return applied;
      if (failure.reason === 'changed') await this.parts.falseAlarms.look(request, current);
      throw this.parts.refusals.exception(
        request,
        preconditionFailure(failure, exchange.sentIn),
        etag,
      );
    }
    return new VerifiedPrecondition({
      route,
      current,
      field: decidingField(fields, current.lastModified !== undefined),
      isWildcard: parseEntityTagList(fields.ifMatch).kind === 'any',
      sentIn: exchange.sentIn,
      style,
      isStill: (entity) => reader.isStill(current, entity, request),
      tagOf: (entity) => reader.tagOf(current, entity, request),
    });
  }

  /** What is there now, where a write whose tag is stale asks for exactly that: RFC 9110 §13.1.1. */
  private async appliedAlready(
    request: WriteRequest,
    { field, reason }: PreconditionFailure,
    current: CurrentRepresentation,
  ): Promise<AppliedWrite | undefined> {
    const { context, exchange, route } = request;
    const isCollision = field === 'If-Match' && reason === 'changed';
    if (route.rule.alreadyApplied === undefined || !isCollision) return undefined;
    if (exchange.fields.ifNoneMatch !== undefined) return undefined;
    const { body } = context.switchToHttp().getRequest<{ body?: unknown }>();
    const now = isObject(body) ? await this.parts.reader.toSend(request, current) : undefined;
    return now !== undefined && isAppliedAlready(route, body, now.content) ? now : undefined;
  }

  private begin(
    request: WriteRequest,
    precondition: VerifiedPrecondition,
    lock: ResourceLock | undefined,
  ): GuardedWrite {
    const { context, route } = request;
    const { outcome, platform, options, log } = this.parts;
    const http = context.switchToHttp();
    return new GuardedWrite(precondition, {
      request,
      answersItself: answersItself(route.controller, route.name),
      lock,
      rawRequest: rawRequestOf(http.getRequest()),
      rawResponse: platform.rawOf(http.getResponse()),
      patience: options.lockTimeout,
      log,
      outcome,
    });
  }
}

/** Fastify's request wraps Node's; Express's is one. */
function rawRequestOf(request: HttpRequest): IncomingMessage {
  return request.raw ?? (request as unknown as IncomingMessage);
}

const NOT_ONE_RESOURCE =
  'This request is about several resources, and a conditional header is about one: send the version of each with it.';

/** What is wrong with a field of a write, if anything is. */
function problemOf(name: string, field: ConditionalFields['ifMatch']): string | undefined {
  const list = parseEntityTagList(field);
  if (list.kind === 'malformed') return `${name}: ${list.problem}`;
  return list.kind === 'empty'
    ? `${name} is empty: send the value of the resource's ETag header, such as "5d41402abc4b2a76", with its quotes`
    : undefined;
}

function isConditional({ ifMatch, ifNoneMatch, ifUnmodifiedSince }: ConditionalFields): boolean {
  return (ifMatch ?? ifNoneMatch ?? ifUnmodifiedSince) !== undefined;
}

function isRequired({ required }: WriteRule, { exists }: CurrentRepresentation): boolean {
  return required === 'existing' ? exists : required;
}

/**
 * Whether a write says what it changes: by If-Match; where it may create, by If-None-Match: * (a tag in there
 * says what it does not change); where the rule allows it, by a date that can be compared.
 */
function isSatisfied(
  { creates, unmodifiedSince }: WriteRule,
  fields: ConditionalFields,
  { lastModified }: CurrentRepresentation,
): boolean {
  if (fields.ifMatch !== undefined) return true;
  if (creates && parseEntityTagList(fields.ifNoneMatch).kind === 'any') return true;
  const date = unmodifiedSince ? fields.ifUnmodifiedSince : undefined;
  return date !== undefined && lastModified !== undefined && parseHttpDate(date) !== undefined;
}
