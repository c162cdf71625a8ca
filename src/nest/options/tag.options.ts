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

/**
 * Options of {@link ETag}.
 *
 * @publicApi
 */
export interface ETagOptions<Entity = unknown> {
  /**
   * Makes the tag from a revision that the entity carries, instead of from its bytes: the path
   * of the property, or a function. Nothing is serialized to make it.
   */
  readonly version?: PropertyPath<Entity> | ((entity: Entity) => Revision | null | undefined);
  /** A provider that is asked before the handler runs, so that a 304 costs one narrow query. */
  readonly validator?: Type<ETagValidator>;
  /**
   * Fields of the answer that count as part of it, for what a list says only in its headers:
   * `['Link', 'X-Total-Count']`. Without `version`.
   */
  readonly headers?: readonly string[];
}

/** Options of {@link WeakETag}. */
export type WeakETagOptions = Pick<ETagOptions, 'validator'>;

/** Options of `@ETag()` and `@WeakETag()` as they are kept. */
export interface StoredTagOptions {
  readonly version?: VersionOption;
  readonly validator?: Type<ETagValidator>;
  readonly headers?: readonly string[];
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
