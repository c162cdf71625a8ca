import type { ExecutionContext, HttpException } from '@nestjs/common';
import { ConflictException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { formatEntityTag } from '../http/entity-tag.js';
import { parseEntityTagList } from '../http/entity-tag-list.js';
import { evaluatePreconditions } from '../http/preconditions.js';
import type { ConditionalFields, PreconditionField } from '../http/preconditions.js';
import type { Revision } from '../representation/revision.js';
import { isOptimisticLockError, isUniqueViolation } from './conflict.js';
import type { ResolvedETagOptions } from './etag.options.js';
import type { Exchange } from './exchange.js';
import { GuardedWrite } from './guarded-write.js';
import type { OnceLog } from './once-log.js';
import { malformedField, preconditionFailed, preconditionRequired } from './refusals.js';
import type { PreconditionFailure } from './refusals.js';
import type { Representation } from './representation.js';
import type { Representations } from './representations.js';
import type { WriteRule } from './route.js';
import { isEntity } from './tagger.js';
import { conditionalFieldsOf } from './tagged-answers.js';
import type { Turns, Watch } from './turns.js';
import { VerifiedPrecondition } from './verified-precondition.js';

/**
 * Decides whether a write may go ahead: the order is that of RFC 9110 §13.2. What a client wrote wrongly
 * comes first (400), then what the read says (404, 403), then a precondition that is missing (428) or
 * false (412).
 */
export class WriteAdmission {
  constructor(
    private readonly adapter: AbstractHttpAdapter,
    private readonly representations: Representations,
    private readonly turns: Turns,
    private readonly options: Pick<ResolvedETagOptions, 'atomicity'>,
    private readonly log: OnceLog,
  ) {}

  /** @throws the exception that the write is refused with, or what the read throws. */
  async admit(context: ExecutionContext, exchange: Exchange, rule: WriteRule): Promise<void> {
    refuseMalformed(conditionalFieldsOf(exchange.headers));
    const watch = this.watch(context, rule);
    const precondition = await this.verify(context, exchange, rule);
    exchange.write = new GuardedWrite(precondition, watch, {
      verify: () => this.verify(context, exchange, rule),
      translate: (error, verified) => this.translate(context, exchange, rule, error, verified),
      inspect: (result, verified) => this.inspect(exchange, rule, result, verified),
    });
  }

  /** A place among the writers of this process; none where the database decides. */
  private watch(context: ExecutionContext, rule: WriteRule): Watch | undefined {
    if (this.options.atomicity === 'database') return undefined;
    const http = context.switchToHttp();
    const watch = this.turns.watch(rule.keyOf(http.getRequest()));
    onceOver(http.getResponse(), () => watch.close());
    return watch;
  }

  private async verify(
    context: ExecutionContext,
    exchange: Exchange,
    rule: WriteRule,
  ): Promise<VerifiedPrecondition> {
    const current = await this.representations.current(rule, context);
    const fields = conditionalFieldsOf(exchange.headers);
    if (rule.required && !isSatisfied(rule, fields)) {
      throw this.refuse(context, exchange, undefined, preconditionRequired(rule.creates));
    }
    const answer = evaluatePreconditions(exchange.method, fields, current, rule);
    if (answer.outcome === 'precondition-failed') {
      throw this.refuse(context, exchange, current, preconditionFailed(answer));
    }
    return new VerifiedPrecondition({
      route: exchange.route,
      current,
      field: decidingField(fields),
      isWildcard: parseEntityTagList(fields.ifMatch).kind === 'any',
      stillCarried: (entity) => this.representations.stillCarries(rule, context, entity, current),
    });
  }

  /** Gives a refusal its header fields: the tag as it is now, and no place in any cache. */
  private refuse(
    context: ExecutionContext,
    exchange: Exchange,
    current: Representation | undefined,
    refusal: HttpException,
  ): HttpException {
    const response = context.switchToHttp().getResponse<object>();
    exchange.refused = true;
    this.adapter.setHeader(response, 'Cache-Control', 'no-store');
    if (current?.etag !== undefined) {
      this.adapter.setHeader(response, 'ETag', formatEntityTag(current.etag));
    }
    return refusal;
  }

  /**
   * What the client is told about an error of the handler. A conflict that an ORM found, or the
   * handler by `@Precondition()`, is 412 with what is there now; 409 where the client made
   * no condition. Serialization failures and deadlocks are none: they mean that the same may succeed
   * when tried again.
   */
  private async translate(
    context: ExecutionContext,
    exchange: Exchange,
    rule: WriteRule,
    error: unknown,
    precondition: VerifiedPrecondition,
  ): Promise<unknown> {
    const fields = conditionalFieldsOf(exchange.headers);
    const creates = parseEntityTagList(fields.ifNoneMatch).kind === 'any';
    const isConflict = isOptimisticLockError(error) || (creates && isUniqueViolation(error));
    if (!isConflict && !precondition.hasRefused(error)) return error;
    const field = decidingField(fields);
    if (field === undefined) {
      return new ConflictException(
        {
          statusCode: 409,
          message: 'Somebody else was faster. Try again.',
          error: 'Conflict',
          reason: 'changed',
        },
        { cause: error },
      );
    }
    const current = await this.now(context, rule);
    const failure = failureNow(field, current);
    return this.refuse(context, exchange, changedTag(current, fields), preconditionFailed(failure));
  }

  /** What is there after a conflict; `undefined` where it cannot be read. */
  private async now(
    context: ExecutionContext,
    rule: WriteRule,
  ): Promise<Representation | undefined> {
    try {
      return await this.representations.current({ ...rule, creates: true }, context);
    } catch {
      return undefined;
    }
  }

  /** A write that succeeded without being conditional is a mistake in the handler. */
  private inspect(
    { route }: Exchange,
    rule: WriteRule,
    result: unknown,
    precondition: VerifiedPrecondition,
  ): void {
    if (this.options.atomicity !== 'database') return;
    if (!precondition.used) {
      this.log.error(
        `${route.place} succeeded without using its @Precondition(), so two writers could both have won: write \`precondition.settle(await repository.update(precondition.where({ id }), change))\`, or \`await precondition.verify(row)\` with the row locked`,
      );
    }
    if (isEntity(result)) {
      this.reportStuckVersion(route.place, rule.versionOf?.(result), precondition.found);
    }
  }

  /** A version that a write does not move lets an old tag pass again (TypeORM's `save()` rewinds it). */
  private reportStuckVersion(
    place: string,
    after: Revision | null | undefined,
    before: Revision | undefined,
  ): void {
    if (isCounter(before) && isCounter(after) && BigInt(after) <= BigInt(before)) {
      this.log.error(
        `${place} wrote over version ${before}, and its answer has version ${after}: every write must raise the version, or a tag that is out of date passes again (TypeORM's save() does not check it: use update(precondition.where({ id }), …))`,
      );
    }
  }
}

/** Whether a revision is one that a write should raise by one. */
function isCounter(revision: Revision | null | undefined): revision is number | bigint | string {
  return /^\d{1,30}$/.test(String(revision)) && !(revision instanceof Date);
}

/** RFC 9110 allows no such field on a write: it must not pass for "no field". */
function refuseMalformed({ ifMatch, ifNoneMatch }: ConditionalFields): void {
  for (const [name, field] of [
    ['If-Match', ifMatch],
    ['If-None-Match', ifNoneMatch],
  ] as const) {
    const list = parseEntityTagList(field);
    if (list.kind === 'malformed') throw malformedField(`${name}: ${list.problem}`);
    if (list.kind === 'empty') {
      throw malformedField(
        `${name} is empty: send the value of the resource's ETag header, such as "5d41402abc4b2a76", with its quotes`,
      );
    }
  }
}

/** Whether a write says what it changes. Where it may create, If-None-Match says so as well. */
function isSatisfied({ creates }: WriteRule, fields: ConditionalFields): boolean {
  return fields.ifMatch !== undefined || (creates && fields.ifNoneMatch !== undefined);
}

/** The field that a write depends on (RFC 9110 §13.2.2): the first that counts. */
function decidingField(fields: ConditionalFields): PreconditionField | undefined {
  if (fields.ifMatch !== undefined) return 'If-Match';
  if (fields.ifUnmodifiedSince !== undefined) return 'If-Unmodified-Since';
  return fields.ifNoneMatch === undefined ? undefined : 'If-None-Match';
}

function failureNow(
  field: PreconditionField,
  current: Representation | undefined,
): PreconditionFailure {
  if (field === 'If-None-Match') return { field, reason: 'exists' };
  if (current?.exists === false) return { field, reason: 'missing-resource' };
  return { field, reason: 'changed' };
}

/** Never the client's own tag: it would send the same again, and again in vain. */
function changedTag(
  current: Representation | undefined,
  { ifMatch }: ConditionalFields,
): Representation | undefined {
  if (current?.etag === undefined) return undefined;
  const isTheirs = String(ifMatch ?? '').includes(current.etag.opaque);
  return isTheirs ? undefined : current;
}

/** Runs when the answer has been sent or its connection is gone. */
function onceOver(response: unknown, run: () => void): void {
  const { raw } = response as { raw?: unknown };
  const stream = (raw ?? response) as NodeJS.EventEmitter & { readonly closed?: boolean };
  if (stream.closed === true) run();
  else stream.once('close', run);
}
