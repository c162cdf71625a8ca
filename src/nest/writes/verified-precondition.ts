import { NotFoundException } from '@nestjs/common';
import { formatEntityTag } from '../../http/entity-tag.js';
import type { PreconditionField } from '../../http/preconditions.js';
import type { Revision } from '../../representation/revision.js';
import type { EntityTag } from '../../http/entity-tag.js';
import { isObject } from '../checks/objects.js';
import type { Precondition } from './precondition.js';
import type { CurrentRepresentation } from '../current/current-representation.js';
import type { GuardedRoute, WriteRule } from '../routes/route.js';
import { preconditionFailure } from '../refusals/refusals.js';
import type { RefusalStyle } from '../refusals/refusals.js';
import { ResourceNames, namesWithin } from './resource-names.js';
import { touchedRows } from './touched-rows.js';
import type { Written } from './touched-rows.js';
import { unfinished } from './unfinished-writes.js';
import type { WriteResult } from './write-result.js';

/** What the guard knows when it lets a write through. */
export interface Verified {
  readonly route: Pick<GuardedRoute, 'handlerName'> & {
    readonly rule: Pick<WriteRule, 'versionOf' | 'versionName'>;
  };
  readonly current: CurrentRepresentation;
  /** The field that the write depends on; `undefined` when it came without a precondition. */
  readonly field: PreconditionField | undefined;
  readonly isWildcard: boolean;
  /** What the client knows the If-Match as that came another way than in its header. */
  readonly sentIn: string | undefined;
  readonly style: RefusalStyle;
  /** Whether an entity still is the version that was verified. */
  readonly isStill: (entity: unknown) => Promise<boolean>;
  /** The tag that GET sends for an entity. */
  readonly tagOf: (entity: unknown) => Promise<EntityTag | undefined>;
}

/** {@link Precondition} as the guard makes it. */
export class VerifiedPrecondition implements Precondition<Revision> {
  /** What the handler has done with it. */
  private readonly did = { ask: false, pin: false, where: false, settle: false, verify: false };
  /** How many {@link verify} have not come to a good end. */
  private unverified = 0;
  private refusal: unknown;
  /** The names of what {@link where} was given. */
  private readonly criteria: string[] = [];

  private readonly before: Readonly<Record<string, unknown>> | undefined;

  constructor(private readonly verified: Verified) {
    const { value } = verified.current;
    const isVersioned = verified.route.rule.versionOf !== undefined;
    this.before = isVersioned && isObject(value) ? dataOf(value) : undefined;
  }

  /**
   * Whether the handler made its write depend on it: by the version, for whatever checks that; by the rows that a condition
   * made of it has touched; by an entity that was verified.
   */
  get used(): boolean {
    const { ask, pin, settle, verify } = this.did;
    return pin || verify || (ask && settle);
  }

  /** Whether the handler did not wait for {@link verify}, or did not let pass what it threw. */
  get isUnheard(): boolean {
    return this.unverified > 0;
  }

  /** Whether it has refused the write: a handler that succeeds all the same has caught what was thrown. */
  get isRefused(): boolean {
    return this.refusal !== undefined;
  }

  get version(): Revision | undefined {
    this.did.pin = true;
    return this.pinnedVersion();
  }

  get etag(): string | undefined {
    this.did.ask = true;
    const { etag } = this.verified.current;
    return etag === undefined ? undefined : formatEntityTag(etag);
  }

  get representation(): unknown {
    this.did.ask = true;
    return this.verified.current.value;
  }

  get isWildcard(): boolean {
    return this.verified.isWildcard;
  }

  /** What the guard found; unlike {@link representation}, asking for it is no use of it. `undefined` where it did not read. */
  get found(): CurrentRepresentation | undefined {
    return this.verified.current;
  }

  /** The properties of what was found, as they were then: a handler may change the object itself. */
  get foundProperties(): Readonly<Record<string, unknown>> | undefined {
    return this.before;
  }

  /** Whether this is the tag that was found. */
  isOf(etag: EntityTag | undefined): boolean {
    return etag !== undefined && etag.opaque === this.verified.current.etag?.opaque;
  }

  /** Whether the handler has put the version that was found into its write. */
  get isPinned(): boolean {
    return (this.did.pin || this.did.where) && this.pinsVersion();
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
    this.did.ask = true;
    this.did.where = true;
    this.criteria.push(...Object.keys(criteria), ...(property === undefined ? [] : [property]));
    const version = this.pinnedVersion();
    if (version === undefined) return { ...criteria };
    const name = property ?? this.verified.route.rule.versionName;
    // Not by a spread: V8 gives each object that is made so a hidden class of its own, before version 12.
    return Object.assign({}, criteria, { [name]: version });
  }

  settle<Result>(result: WriteResult<Result>): NonNullable<Result> {
    this.did.settle = true;
    if (result === null || result === undefined || touchedRows(result, this.written) === 0)
      this.refuse();
    return result as NonNullable<Result>;
  }

  verify<Entity>(entity: Entity): Promise<NonNullable<Entity>> {
    this.did.verify = true;
    this.unverified += 1;
    const verified = this.still(entity).then((still) => {
      this.unverified -= 1;
      return still;
    });
    // A handler that forgets to wait for it ends the process otherwise, at a request that anybody may send.
    verified.catch(() => undefined);
    return verified;
  }

  async etagOf(entity: unknown): Promise<string | undefined> {
    const etag = await this.verified.tagOf(entity);
    return etag === undefined ? undefined : formatEntityTag(etag);
  }

  fail(): never {
    this.did.pin = true;
    this.refuse();
  }

  /** What a result can be told by. */
  private get written(): Written {
    const { current, field, route } = this.verified;
    const names = [...namesWithin(current.value), ...this.criteria];
    const isVersioned = names.length > 0 && route.rule.versionOf !== undefined;
    return {
      names: new ResourceNames(isVersioned ? [...names, route.rule.versionName] : names),
      exists: field !== undefined && field !== 'If-None-Match',
    };
  }

  private async still<Entity>(entity: Entity): Promise<NonNullable<Entity>> {
    if (entity === null || entity === undefined) this.refuse();
    refuseUnfinished(entity);
    if (this.pinsVersion() && !(await this.verified.isStill(entity))) this.refuse();
    return entity;
  }

  private refuse(): never {
    const { field, isWildcard, sentIn } = this.verified;
    if (field === undefined) throw new NotFoundException();
    const reason = isWildcard ? 'missing-resource' : 'changed';
    this.refusal = this.verified.style.exception(preconditionFailure({ field, reason }, sentIn));
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
        ? `${route.handlerName} asks for the version that was verified, but nothing says where it is: write @ETag({ version: 'version' }) on what reads it, or @IfMatch({ version: 'version' }) here`
        : `${route.handlerName} asks for the version that was verified, but what GET sends has none: is the property '${route.rule.versionName}' excluded, or not among the columns that are read?`,
    );
  }
}

/** A promise of a row says nothing about the row, not even that there is one. */
function refuseUnfinished(entity: unknown): void {
  const isObjectLike =
    (typeof entity === 'object' && entity !== null) || typeof entity === 'function';
  const mistake = isObjectLike ? unfinished(entity, 'verify') : undefined;
  if (mistake !== undefined) throw new TypeError(`precondition.verify() was given ${mistake}`);
}

/** The properties of an object that hold a value; what computes one is not asked. */
function dataOf(value: object): Readonly<Record<string, unknown>> {
  const data: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (property.enumerable === true && 'value' in property) data[name] = property.value;
  }
  return data;
}
