import { isDeepStrictEqual } from 'node:util';
import { formatEntityTag, parseEntityTag } from '../http/entity-tag.js';
import type { EntityTag } from '../http/entity-tag.js';
import { isObject } from '../nest/checks/objects.js';
import type { CurrentRepresentation } from '../nest/current/current-representation.js';
import { MISSING } from '../nest/current/current-representation.js';
import { RefusalStyle } from '../nest/refusals/refusals.js';
import type { Precondition } from '../nest/writes/precondition.js';
import { VerifiedPrecondition } from '../nest/writes/verified-precondition.js';
import type { Verified } from '../nest/writes/verified-precondition.js';
import { versionText } from '../representation/revision.js';
import type { Revision } from '../representation/revision.js';

/**
 * What the guard is to have found, for {@link preconditionOf}.
 *
 * @typeParam Version the type of the version.
 * @publicApi
 */
export interface GivenPrecondition<Version extends Revision = number> {
  /** The version that was verified: `precondition.version`, and what `where()` adds. */
  readonly version?: Version;
  /** The property that `where()` adds and `verify()` looks at. @default 'version' */
  readonly versionName?: string;
  /** The entity tag as it stands in the header: `'"5d41402abc4b2a76"'`. @default the version in quotes */
  readonly etag?: string;
  /** What GET would have sent, before it is serialized. */
  readonly representation?: unknown;
  /** Whether the client sent `If-Match: *`. @default false */
  readonly isWildcard?: boolean;
}

/** What there is, whatever the version. */
type GivenResource = Pick<GivenPrecondition, 'etag' | 'representation'>;

/**
 * A `Precondition` for the unit test of a handler, which behaves as the one that the guard makes: `where()` adds the version,
 * `settle()` throws 412 for a write that touched nothing, `verify()` for an entity of another version, `fail()` always.
 *
 * `verify()` compares versions; without a version, the entity with the representation, as JSON has them.
 *
 * @param given what the guard is to have found: `If-Match` names it.
 * @throws TypeError for an etag that is none.
 * @publicApi
 * @example
 * ```ts
 * await controller.update(7, change, preconditionOf({ version: 3 }));
 * expect(repository.update).toHaveBeenCalledWith({ id: 7, version: 3 }, change);
 * ```
 */
export function preconditionOf<Version extends Revision = number>(
  given: GivenPrecondition<Version>,
): Precondition<Version>;
export function preconditionOf(given: GivenPrecondition<Revision>): Precondition<Revision> {
  const { isWildcard = false } = given;
  return precondition({ given, current: currentOf(given), field: 'If-Match', isWildcard });
}

/**
 * Nothing was asked: the client sent no condition. There is no version, and `where()` adds none; a write that touched nothing
 * is 404.
 */
preconditionOf.none = none;

/**
 * `If-Match: *`: any version will do, as long as there is one. There is no version, and `where()` adds none.
 *
 * @param given what there is.
 * @throws TypeError for an etag that is none.
 */
preconditionOf.any = (given: GivenResource = {}): Precondition =>
  preconditionOf({ ...given, isWildcard: true });

function none(): Precondition;
function none(): Precondition<Revision> {
  return precondition({ given: {}, current: MISSING, field: undefined, isWildcard: false });
}

interface Parts extends Pick<Verified, 'current' | 'field' | 'isWildcard'> {
  readonly given: GivenPrecondition<Revision>;
}

function precondition({ given, ...verified }: Parts): Precondition<Revision> {
  const { version, versionName = 'version' } = given;
  const rule = { versionName, versionOf: version === undefined ? undefined : () => version };
  return new VerifiedPrecondition({
    ...verified,
    route: { handlerName: 'The handler', rule },
    sentIn: undefined,
    style: new RefusalStyle(false, undefined),
    isStill: async (entity) => isStill(given, entity),
    tagOf: async () => verified.current.etag,
  });
}

function currentOf({
  version,
  etag,
  representation,
}: GivenPrecondition<Revision>): CurrentRepresentation {
  return {
    exists: true,
    value: representation,
    etag: etag === undefined ? tagOf(version) : parsed(etag),
    lastModified: undefined,
    version,
  };
}

function tagOf(version: Revision | undefined): EntityTag | undefined {
  const opaque = version === undefined ? undefined : versionText(version);
  return opaque === undefined ? undefined : { weak: false, opaque };
}

function parsed(etag: string): EntityTag {
  const tag = parseEntityTag(etag);
  if (tag !== undefined) return tag;
  const example = formatEntityTag({ weak: false, opaque: '5d41402abc4b2a76' });
  throw new TypeError(
    `preconditionOf(): etag must be an entity tag with its quotes, as in { etag: '${example}' }, not ${JSON.stringify(etag)}`,
  );
}

/** @throws TypeError where nothing was given that an entity could be compared with. */
function isStill(
  { version, versionName = 'version', representation }: GivenPrecondition<Revision>,
  entity: unknown,
): boolean {
  if (version !== undefined) {
    const found = isObject(entity) ? entity[versionName] : undefined;
    return versionText(found) === versionText(version);
  }
  if (representation !== undefined) return isDeepStrictEqual(json(entity), json(representation));
  throw new TypeError(
    'The handler verifies an entity, and preconditionOf() was given neither a version nor a representation to compare it with',
  );
}

function json(value: unknown): unknown {
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' ? JSON.parse(text) : undefined;
}
