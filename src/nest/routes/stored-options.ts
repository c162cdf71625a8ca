import type { Type } from '@nestjs/common';
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

/**
 * Gives the guard the current entity, where it is not what the GET handler answers.
 *
 * @publicApi
 */
export interface CurrentEntity {
  /**
   * @param request the platform's request.
   * @returns the entity as GET would answer it, or `null` when there is none.
   * @throws what GET would throw: it is passed on unchanged.
   */
  current(request: never): unknown;
}

/** What `@ItemETags()` leaves on a handler. Checked at boot. */
export interface StoredItemETags {
  readonly property?: string;
  readonly of?: string;
  readonly items?: string;
}

/** What `@IfMatch()` leaves on a class or handler. Checked at boot. */
export interface StoredIfMatch {
  readonly current?:
    string | ((controller: never, request: never) => unknown) | Type<CurrentEntity>;
  readonly version?: VersionOption;
  readonly comparison?: 'strong' | 'weak';
  readonly required?: boolean;
  readonly creates?: boolean;
  readonly unmodifiedSince?: boolean;
  readonly property?: string;
  readonly etag?: boolean;
  readonly key?: (request: never) => string;
}
