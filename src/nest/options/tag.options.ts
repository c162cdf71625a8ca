import type { Type } from '@nestjs/common';
import type { PropertyPath } from '../../representation/property-path.js';
import type { Revision } from '../../representation/revision.js';

/**
 * Says which version of a resource there is before its handler runs, by one cheap query.
 *
 * @publicApi
 */
export interface ETagValidator {
  /**
   * @param request the platform's request.
   * @returns the version or the date of the last change, or `null` when there is none (the handler
   * then runs as if it had no validator).
   */
  validate(request: never): Promise<Revision | null> | Revision | null;
}

/** A property path or a function that finds the version in an entity. */
export type VersionOption = string | ((entity: never) => Revision | null | undefined);

/** What is known of a version before anything is serialized, so that the tag can be chosen freely and stand in the body. */
interface KnownVersionOptions {
  /**
   * Whether the version itself is the tag, `"3"`, and not its digest. With `weak` it is `W/"3"`, as in OData, FHIR, SCIM and
   * Spring Data REST. A version that cannot stand in a tag (a quote, a space, not ASCII) is reported and not sent. Not together
   * with the module's `secret`, which would hide nothing.
   *
   * @default false
   */
  readonly verbatim?: boolean;
  /**
   * A property of the body that holds the tag as well, with its quotes: a name, such as `'@odata.etag'`, or an array for a
   * path, `['meta', 'version']`. In single items; {@link ItemETags} does it for lists.
   *
   * @default none
   */
  readonly property?: string | readonly string[];
}

/** Without a version or a validator, neither can be. */
interface UnknownVersionOptions {
  readonly version?: never;
  readonly validator?: never;
  readonly verbatim?: never;
  readonly property?: never;
}

/**
 * Options of {@link ETag}.
 *
 * @publicApi
 */
export type ETagOptions<Entity = unknown> = CommonTagOptions &
  (
    | (KnownVersionOptions & VersionedTagOptions<Entity> & Partial<ValidatedTagOptions>)
    | (KnownVersionOptions & ValidatedTagOptions & Partial<VersionedTagOptions<Entity>>)
    | UnknownVersionOptions
  );

/** Where the version is in the entity. */
interface VersionedTagOptions<Entity> {
  /**
   * Makes the tag from a revision that the entity carries, instead of from its bytes: the path
   * of the property, or a function. Nothing is serialized to make it.
   *
   * @default none
   */
  readonly version: PropertyPath<Entity> | ((entity: Entity) => Revision | null | undefined);
}

/** Who knows the version before the handler runs. */
interface ValidatedTagOptions {
  /**
   * A provider that is asked before the handler runs, so that a 304 or a 412 costs one narrow query.
   *
   * @default none
   */
  readonly validator: Type<ETagValidator>;
}

/** What every tag may have. */
interface CommonTagOptions {
  /**
   * Whether the tag is marked weak, for proxies that drop or rewrite strong tags. Writes then need
   * `@IfMatch({ comparison: 'weak' })`.
   *
   * @default false
   */
  readonly weak?: boolean;
  /**
   * Header fields that count as part of the answer: `['Link', 'X-Total-Count']`. Without `version` and `validator`.
   *
   * @default []
   */
  readonly headers?: readonly string[];
}

/**
 * Options of {@link WeakETag}: as in {@link ETagOptions}.
 *
 * @publicApi
 */
export type WeakETagOptions = Partial<ValidatedTagOptions> & Pick<KnownVersionOptions, 'property'>;

/** Options of `@ETag()` and `@WeakETag()` as they are kept. */
export interface StoredTagOptions {
  readonly version?: VersionOption;
  readonly validator?: Type<ETagValidator>;
  readonly headers?: readonly string[];
  readonly weak?: boolean;
  readonly verbatim?: boolean;
  readonly property?: string | readonly string[];
}

/** What `@ETag()`, `@WeakETag()` and `@SkipETag()` leave on a class or handler. Checked at boot. */
export type StoredTag =
  | { readonly kind: 'strong'; readonly options: StoredTagOptions }
  | {
      readonly kind: 'weak';
      readonly fields: readonly string[];
      readonly options: StoredTagOptions;
    }
  | { readonly kind: 'none' };

/** What `@ItemETags()` leaves on a handler. Checked at boot. */
export interface StoredItemETags {
  readonly property?: string;
  readonly of?: string;
  readonly items?: string;
}
