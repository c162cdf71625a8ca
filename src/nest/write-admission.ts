import type { HttpException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { formatEntityTag } from '../http/entity-tag.js';
import type { EntityTag } from '../http/entity-tag.js';
import { parseEntityTagList } from '../http/entity-tag-list.js';
import { evaluatePreconditions } from '../http/preconditions.js';
import type { ConditionalFields } from '../http/preconditions.js';
import { conditionalFieldsOf, decidingField } from './conditional-fields.js';
import type { ResolvedETagOptions } from './etag.options.js';
import { GuardedWrite } from './guarded-write.js';
import type { GuardedRequest } from './guarded-write.js';
import { malformedField, preconditionFailed, preconditionRequired } from './refusals.js';
import type { Representations } from './representations.js';
import type { WriteRule } from './route.js';
import type { Turns, Watch } from './turns.js';
import { VerifiedPrecondition } from './verified-precondition.js';
import type { WriteOutcome } from './write-outcome.js';

/**
 * Decides whether a write may go ahead, in the order of RFC 9110 §13.2: what the client wrote
 * wrongly (400), what the read says (404, 403), a precondition that is missing (428) or false (412).
 */
export class WriteAdmission {
  constructor(
    private readonly adapter: AbstractHttpAdapter,
    private readonly representations: Representations,
    private readonly turns: Turns,
    private readonly outcome: WriteOutcome,
    private readonly options: Pick<ResolvedETagOptions, 'atomicity'>,
  ) {}

  /** @throws the exception that the write is refused with, or what the read throws. */
  async admit(request: GuardedRequest): Promise<void> {
    refuseMalformed(conditionalFieldsOf(request.exchange.headers));
    const watch = this.watch(request);
    const precondition = await this.verify(request);
    request.exchange.write = new GuardedWrite(precondition, watch, {
      verify: () => this.verify(request),
      conflict: async (error, verified) => {
        const conflict = await this.outcome.conflictIn(error, verified, request);
        return conflict === undefined
          ? error
          : this.refuse(request, conflict.exception, conflict.etag);
      },
      inspect: (result, verified) => this.outcome.inspect(result, verified, request),
    });
  }

  /** A place among the writers of this process; none where the database decides. */
  private watch({ context, route }: GuardedRequest): Watch | undefined {
    if (this.options.atomicity === 'database') return undefined;
    const http = context.switchToHttp();
    const watch = this.turns.watch(route.rule.keyOf(http.getRequest()));
    onceOver(http.getResponse(), () => watch.close());
    return watch;
  }

  private async verify(request: GuardedRequest): Promise<VerifiedPrecondition> {
    const { context, exchange, route } = request;
    const current = await this.representations.current(route, context);
    const fields = conditionalFieldsOf(exchange.headers);
    if (route.rule.required && !isSatisfied(route.rule, fields)) {
      throw this.refuse(request, preconditionRequired(route.rule.creates));
    }
    const answer = evaluatePreconditions(exchange.method, fields, current, route.rule);
    if (answer.outcome === 'precondition-failed') {
      throw this.refuse(request, preconditionFailed(answer), current.etag);
    }
    return new VerifiedPrecondition({
      route,
      current,
      field: decidingField(fields),
      isWildcard: parseEntityTagList(fields.ifMatch).kind === 'any',
      isStill: (entity) => this.representations.isStill(current, entity, route, context),
    });
  }

  /** Gives a refusal its header fields: the tag as it is now, and no place in any cache. */
  private refuse(
    { context, exchange }: GuardedRequest,
    refusal: HttpException,
    etag?: EntityTag,
  ): HttpException {
    const response = context.switchToHttp().getResponse<object>();
    exchange.refused = true;
    this.adapter.setHeader(response, 'Cache-Control', 'no-store');
    if (etag !== undefined) this.adapter.setHeader(response, 'ETag', formatEntityTag(etag));
    return refusal;
  }
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

/** Runs when the answer has been sent or its connection is gone. */
function onceOver(response: unknown, run: () => void): void {
  const { raw } = response as { raw?: unknown };
  const stream = (raw ?? response) as NodeJS.EventEmitter & { readonly closed?: boolean };
  if (stream.closed === true) run();
  else stream.once('close', run);
}
