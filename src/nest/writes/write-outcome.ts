import type { EntityTag } from '../../http/entity-tag.js';
import { parseEntityTagList } from '../../http/entity-tag-list.js';
import type { ConditionalFields } from '../../http/preconditions.js';
import { shortened } from '../checks/log.js';
import type { OnceLog } from '../checks/log.js';
import type { CurrentReader } from '../current/current-reader.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import { CONFLICT, preconditionFailure } from '../refusals/refusals.js';
import type { Refusal } from '../refusals/refusals.js';
import { isOptimisticLockError, isUniqueViolation } from './orm-conflict.js';
import { isRecordNotFoundError } from './orm-not-found.js';
import type { VerifiedPrecondition } from './verified-precondition.js';
import type { WriteRefusals } from './write-refusals.js';
import type { WriteRequest } from './write-request.js';

/** A conflict as the client is told of it. */
interface Conflict {
  readonly refusal: Refusal;
  /** The tag as it is now, if it is not the one that the client sent. */
  readonly etag?: EntityTag | undefined;
}

/** Looks at how a guarded handler ended. */
export class WriteOutcome {
  constructor(
    private readonly reader: CurrentReader,
    private readonly refusals: WriteRefusals,
    private readonly options: Pick<ResolvedETagOptions, 'atomicity'>,
    private readonly log: OnceLog,
  ) {}

  /** An error of the handler as the client should see it: a conflict is refused, every other error stays what it is. */
  async failure(
    error: unknown,
    precondition: VerifiedPrecondition,
    request: WriteRequest,
  ): Promise<unknown> {
    const conflict = await this.conflictIn(error, precondition, request);
    if (conflict === undefined) return error;
    return this.refusals.exception(request, conflict.refusal, conflict.etag, error);
  }

  /**
   * The conflict that an error of the handler stands for, found by an ORM or by `@Precondition()`:
   * 412 with what is there now, or 409 where the client made no condition. `undefined` for every
   * other error. Serialization failures and deadlocks are none: the same may succeed when tried again.
   */
  private async conflictIn(
    error: unknown,
    precondition: VerifiedPrecondition,
    request: WriteRequest,
  ): Promise<Conflict | undefined> {
    const { fields, sentIn } = request.exchange;
    const creates = parseEntityTagList(fields.ifNoneMatch).kind === 'any';
    const isRefusal = precondition.hasRefused(error);
    const isConflict = isOptimisticLockError(error) || (creates && isUniqueViolation(error));
    const mayBeConflict = precondition.isPinned && isRecordNotFoundError(error);
    if (!isConflict && !isRefusal && !mayBeConflict) return undefined;

    const { field } = precondition;
    if (field === undefined) return { refusal: CONFLICT };
    if (field === 'If-None-Match') {
      return { refusal: preconditionFailure({ field, reason: 'exists' }) };
    }
    const current = await this.reader.readIfPossible(request);
    const isUnchanged = current?.exists === true && precondition.isOf(current.etag);
    if (isUnchanged && !isConflict) this.reportNothingTouched(request, error);
    const reason = current?.exists === false ? 'missing-resource' : 'changed';
    return {
      refusal: preconditionFailure({ field, reason }, sentIn),
      etag: isSent(current?.etag, fields) ? undefined : current?.etag,
    };
  }

  /** A write that succeeded without being conditional, or in spite of its condition, is a mistake in the handler. */
  inspect(precondition: VerifiedPrecondition, request: WriteRequest): void {
    const { handlerName } = request.route;
    if (precondition.isUnheard) {
      this.log.error(
        `${handlerName} succeeded without waiting for precondition.verify(), or in spite of it: write \`await precondition.verify(row)\` before the write, and let pass what it throws`,
      );
    } else if (precondition.isRefused && !answersWithError(request)) {
      this.log.error(
        `${handlerName} succeeded although precondition.settle() or fail() has refused its write with 412: let pass what they throw, or the client takes for saved what is not`,
      );
    } else if (this.isUnconditional(precondition)) {
      this.log.error(
        `${handlerName} succeeded without using its @Precondition(), so two writers could both have won: write \`precondition.settle(await repository.update(precondition.where({ id }), change))\`, or \`await precondition.verify(row)\` with the row locked`,
      );
    }
  }

  private isUnconditional(precondition: VerifiedPrecondition): boolean {
    const isToBe = this.options.atomicity === 'database' && precondition.pinsVersion();
    return isToBe && !precondition.used;
  }

  /** Told as a collision, and it is none: the tag is still the one that the client sent. */
  private reportNothingTouched({ route }: WriteRequest, error: unknown): void {
    this.log.error(
      `${route.handlerName} answered 412 because its write found nothing to change (${shortened(String(error))}), but the tag is still the one that the client sent, so nobody else wrote. Does where() name the row? Is something missing that belongs to it? Does the column of the version hold no more than a JavaScript value does (a timestamp to the microsecond does not fit into a Date)?`,
      `nothing touched by ${route.handlerName}`,
    );
  }
}

/** A handler may tell its client of the collision in its own words. */
function answersWithError({ context }: WriteRequest): boolean {
  const { statusCode } = context.switchToHttp().getResponse<{ readonly statusCode: number }>();
  return statusCode >= 400;
}

/** Whether the client sent this tag: a client that retries with it would never stop. */
function isSent(etag: EntityTag | undefined, { ifMatch }: ConditionalFields): boolean {
  const list = parseEntityTagList(ifMatch);
  return (
    etag !== undefined &&
    list.kind === 'tags' &&
    list.tags.some(({ opaque }) => opaque === etag.opaque)
  );
}
