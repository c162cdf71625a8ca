import { NotFoundException } from '@nestjs/common';
import { formatEntityTag } from '../http/entity-tag.js';
import type { PreconditionField } from '../http/preconditions.js';
import type { Revision } from '../representation/revision.js';
import type { Precondition } from './precondition.js';
import type { Representation } from './representation.js';
import type { GuardedRoute } from './route.js';
import { preconditionFailure } from './refusals.js';
import type { RefusalStyle } from './refusals.js';
import { touchedRows } from './touched-rows.js';

/** What the guard knows when it lets a write through. */
export interface Verified {
  readonly route: GuardedRoute;
  readonly current: Representation;
  /** The field that the write depends on; `undefined` when it came without a precondition. */
  readonly field: PreconditionField | undefined;
  readonly isWildcard: boolean;
  /** What the client knows the If-Match as that came another way than in its header. */
  readonly carrier: string | undefined;
  readonly style: RefusalStyle;
  /** Whether an entity still is the version that was verified. */
  readonly isStill: (entity: unknown) => Promise<boolean>;
}

/** {@link Precondition} as the guard makes it. */
export class VerifiedPrecondition implements Precondition<Revision> {
  /** Whether the handler made its write depend on it. */
  used = false;
  private refusal: unknown;

  constructor(private readonly verified: Verified) {}

  get version(): Revision | undefined {
    this.used = true;
    return this.pinnedVersion();
  }

  get etag(): string | undefined {
    const { etag } = this.verified.current;
    return etag === undefined ? undefined : formatEntityTag(etag);
  }

  get representation(): unknown {
    return this.verified.current.value;
  }

  get isWildcard(): boolean {
    return this.verified.isWildcard;
  }

  /** The version that was found; unlike {@link version}, asking for it is no use of it. */
  get found(): Revision | undefined {
    return this.verified.current.version;
  }

  /** The field that the write depends on; `undefined` when it came without a precondition that counts. */
  get field(): PreconditionField | undefined {
    return this.verified.field;
  }

  /** Whether an error is the refusal of this precondition. */
  hasRefused(error: unknown): boolean {
    return error !== undefined && error === this.refusal;
  }

  where<Criteria extends object>(criteria: Criteria, property?: string): Criteria {
    const version = this.pinnedVersion();
    if (version === undefined) return { ...criteria };
    const name = property ?? this.verified.route.rule.versionName;
    return { ...criteria, [name]: version };
  }

  settle<Result>(result: Result): NonNullable<Result> {
    this.used = true;
    if (result === null || result === undefined || touchedRows(result) === 0) this.refuse();
    return result;
  }

  async verify<Entity>(entity: Entity): Promise<NonNullable<Entity>> {
    this.used = true;
    if (entity === null || entity === undefined) this.refuse();
    if (this.pinsVersion() && !(await this.verified.isStill(entity))) this.refuse();
    return entity;
  }

  fail(): never {
    this.used = true;
    this.refuse();
  }

  private refuse(): never {
    const { field, isWildcard, carrier } = this.verified;
    if (field === undefined) throw new NotFoundException();
    const reason = isWildcard ? 'missing-resource' : 'changed';
    this.refusal = this.verified.style.exception(preconditionFailure({ field, reason }, carrier));
    throw this.refusal;
  }

  /** A write that names a version depends on it; `*`, no precondition and a creation do not. */
  pinsVersion(): boolean {
    const { current, field, isWildcard } = this.verified;
    return current.exists && field !== undefined && !isWildcard;
  }

  private pinnedVersion(): Revision | undefined {
    if (!this.pinsVersion()) return undefined;
    const { route, current } = this.verified;
    if (current.version !== undefined) return current.version;
    throw new TypeError(
      route.rule.versionOf === undefined
        ? `${route.place} asks for the version that was verified, but nothing says where it is: write @ETag({ version: 'version' }) on what reads it, or @IfMatch({ version: 'version' }) here`
        : `${route.place} asks for the version that was verified, but what GET sends has none: is the property '${route.rule.versionName}' excluded, or not among the columns that are read?`,
    );
  }
}
