import type { EntityTag } from '../../http/entity-tag.js';
import { parseEntityTagList } from '../../http/entity-tag-list.js';
import type { ConditionalFields } from '../../http/preconditions.js';
import type { Revision } from '../../representation/revision.js';
import { isOptimisticLockError, isUniqueViolation } from './orm-conflict.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import type { GuardedRequest } from './guarded-write.js';
import type { OnceLog } from '../checks/once-log.js';
import { CONFLICT, preconditionFailure } from '../refusals/refusals.js';
import type { Refusal } from '../refusals/refusals.js';
import type { Representations } from '../current/representations.js';
import type { WriteRule } from '../routes/route.js';
import { isEntity } from '../answers/tagger.js';
import type { VerifiedPrecondition } from './verified-precondition.js';

/** A conflict as the client is told of it. */
export interface Conflict {
  readonly refusal: Refusal;
  /** The tag as it is now, if it is not the one that the client sent. */
  readonly etag?: EntityTag | undefined;
}

/** Looks at how a guarded handler ended. */
export class WriteOutcome {
  constructor(
    private readonly representations: Representations,
    private readonly options: Pick<ResolvedETagOptions, 'atomicity'>,
    private readonly log: OnceLog,
  ) {}

  /**
   * The conflict that an error of the handler stands for, found by an ORM or by `@Precondition()`:
   * 412 with what is there now, or 409 where the client made no condition. `undefined` for every
   * other error. Serialization failures and deadlocks are none: the same may succeed when tried again.
   */
  async conflictIn(
    error: unknown,
    precondition: VerifiedPrecondition,
    request: GuardedRequest,
  ): Promise<Conflict | undefined> {
    const { fields } = request.exchange;
    const creates = parseEntityTagList(fields.ifNoneMatch).kind === 'any';
    const isConflict = isOptimisticLockError(error) || (creates && isUniqueViolation(error));
    if (!isConflict && !precondition.hasRefused(error)) return undefined;

    const { field } = precondition;
    if (field === undefined) return { refusal: CONFLICT };
    if (field === 'If-None-Match') {
      return { refusal: preconditionFailure({ field, reason: 'exists' }) };
    }
    const current = await this.representations.currentIfReadable(request);
    const reason = current?.exists === false ? 'missing-resource' : 'changed';
    return {
      refusal: preconditionFailure({ field, reason }, request.exchange.carrier),
      etag: isSent(current?.etag, fields) ? undefined : current?.etag,
    };
  }

  /** A write that succeeded without being conditional is a mistake in the handler. */
  inspect(result: unknown, precondition: VerifiedPrecondition, { route }: GuardedRequest): void {
    if (precondition.isUnheard) {
      this.log.error(
        `${route.handlerName} succeeded without waiting for precondition.verify(), or in spite of it: write \`await precondition.verify(row)\` before the write, and let pass what it throws`,
      );
    }
    if (this.options.atomicity !== 'database') return;
    if (!precondition.used && precondition.pinsVersion()) {
      this.log.error(
        `${route.handlerName} succeeded without using its @Precondition(), so two writers could both have won: write \`precondition.settle(await repository.update(precondition.where({ id }), change))\`, or \`await precondition.verify(row)\` with the row locked`,
      );
    }
    this.reportStuckVersion(route.handlerName, precondition.found, versionIn(result, route.rule));
  }

  /** A version that a write does not raise lets an old tag pass again (TypeORM's `save()` rewinds it). */
  private reportStuckVersion(
    handlerName: string,
    before: Revision | undefined,
    after: Revision | null | undefined,
  ): void {
    const [from, to] = [countIn(before), countIn(after)];
    if (from !== undefined && to !== undefined && to <= from) {
      this.log.error(
        `${handlerName} wrote over version ${from}, and its answer has version ${to}: every write must raise the version, or a tag that is out of date passes again (TypeORM's save() does not check it: use update(precondition.where({ id }), …))`,
        `the version of ${handlerName}`,
      );
    }
  }
}

/** The version in an answer; what cannot be found in it is no reason to fail a write that was done. */
function versionIn(result: unknown, { versionOf }: WriteRule): Revision | null | undefined {
  if (!isEntity(result)) return undefined;
  try {
    return versionOf?.(result);
  } catch {
    return undefined;
  }
}

/** Whether the client sent this tag: told to send it again, it would do so for ever. */
function isSent(etag: EntityTag | undefined, { ifMatch }: ConditionalFields): boolean {
  const list = parseEntityTagList(ifMatch);
  return (
    etag !== undefined &&
    list.kind === 'tags' &&
    list.tags.some(({ opaque }) => opaque === etag.opaque)
  );
}

/** The count that a revision is, which every write should raise; `undefined` for every other. */
function countIn(revision: Revision | null | undefined): number | bigint | undefined {
  if (typeof revision === 'number') return Number.isInteger(revision) ? revision : undefined;
  if (typeof revision === 'bigint') return revision;
  const isDigits = typeof revision === 'string' && /^\d{1,30}$/.test(revision);
  return isDigits ? BigInt(revision) : undefined;
}
