import { StreamableFile } from '@nestjs/common';
import type { EntityTag } from '../../http/entity-tag.js';
import { parseEntityTag } from '../../http/entity-tag.js';
import { parseHttpDate } from '../../http/http-date.js';
import type { Digest } from '../../representation/digest.js';
import {
  formedTagOfRevision,
  isWeakSource,
  tagOfContent,
  tagOfValue,
} from '../../representation/tag-source.js';
import type { FieldValue, TagSource } from '../../representation/tag-source.js';
import { comparable } from '../../representation/revision.js';
import type { Revision } from '../../representation/revision.js';
import type { Handler } from '../internals/nest-metadata.js';
import { describe } from '../checks/argument-checks.js';
import { tagOfFile } from './file-tag.js';
import type { EarlyValidator, Route, Tagged } from '../routes/route.js';
import { shortened } from '../checks/log.js';
import type { OnceLog } from '../checks/log.js';

/** The platform's own serialization, for the answers of a handler. */
export type Serialize = (value: unknown, handler: Handler) => string | Uint8Array | undefined;

/**
 * Makes entity tags and modification dates for routes. What cannot be tagged (a cycle, a revision
 * that is NaN) has no tag: it is reported once with the handler's name, and never an error to the
 * client. A write that is compared with it is then refused, not let through.
 */
export class EntityTags {
  private readonly looked = new WeakSet<object>();

  constructor(
    private readonly digest: Digest,
    private readonly log: OnceLog,
  ) {}

  /** The tag that a value has before it is serialized, if its route's source does not need the bytes. */
  ofValue(route: Tagged, value: unknown): EntityTag | undefined {
    const source = route.tagSource;
    if (source === undefined || source.kind === 'content' || !isEntity(value)) return undefined;
    return this.orReport(
      route,
      () => {
        this.reportMissing(route, source, value);
        return tagOfValue(source, value, this.digest);
      },
      'an entity tag of its properties, only one of its bytes',
      source.kind === 'revision' ? topicOfVersion(route) : undefined,
    );
  }

  /** The tag of the bytes that are sent. */
  ofContent(
    route: Tagged,
    content: string | Uint8Array,
    fieldOf: (name: string) => FieldValue,
  ): EntityTag | undefined {
    return route.tagSource === undefined
      ? undefined
      : tagOfContent(route.tagSource, content, this.digest, fieldOf);
  }

  /** The tag that an item of a list has when it is sent alone. */
  ofItem(route: Route, item: object, serialize: Serialize): EntityTag | undefined {
    return (
      this.ofValue(route, item) ??
      this.orReport(route, () => {
        const content = serialize(item, route.handler);
        return content === undefined ? undefined : this.ofContent(route, content, () => undefined);
      })
    );
  }

  /**
   * The tag of a file: from the revision that a function finds in it, or else from the size and the
   * modification time of what it streams (never the inode, so that every server agrees). `undefined` for a
   * stream of anything but a file.
   */
  async ofFile(route: Tagged, file: StreamableFile): Promise<EntityTag | undefined> {
    const source = route.tagSource;
    if (source === undefined) return undefined;
    const known =
      source.kind === 'revision'
        ? this.orReport(route, () => tagOfValue(source, file, this.digest))
        : undefined;
    return known ?? (await tagOfFile(file, this.digest, isWeakSource(source)));
  }

  /** The tag of what an early validator answered. */
  ofRevision(
    route: Pick<Route, 'handlerName'>,
    validator: EarlyValidator,
    revision: Revision,
  ): EntityTag | undefined {
    return this.orReport(
      route,
      () => formedTagOfRevision(validator, revision, this.digest),
      'an entity tag',
      topicOfVersion(route),
    );
  }

  /**
   * The tag that a handler set itself: quoted if it came bare. What cannot be a tag is reported and
   * counts as not set.
   */
  ofField(route: Tagged, field: unknown): EntityTag | undefined {
    const text = typeof field === 'number' ? String(field) : field;
    if (typeof text !== 'string' || text === '') return undefined;
    const tag = parseEntityTag(text) ?? parseEntityTag(quoted(text));
    if (tag === undefined) {
      this.log.error(
        `${route.handlerName} sets the header ETag to ${JSON.stringify(shortened(text))}, which is no entity tag: write it in double quotes, without any inside`,
      );
    }
    return tag;
  }

  /** The modification date of a value, or else the one that the handler set itself. */
  modificationOf(route: Tagged, value: unknown, field: unknown): Date | undefined {
    const set = typeof field === 'string' ? parseHttpDate(field) : undefined;
    const { handlerName, lastModifiedOf } = route;
    if (set !== undefined || lastModifiedOf === undefined || !isEntity(value)) return set;
    return this.orReport(
      route,
      () => {
        const found = lastModifiedOf(value);
        this.reportMissingDate(route, lastModifiedOf, value, found);
        if (found === undefined || found === null) return undefined;
        const date = dateOf(found);
        if (date === undefined) {
          this.log.error(
            `@LastModified() on ${handlerName} finds ${describe(found)}, which is no date: name a property that holds a Date, an ISO 8601 text or milliseconds`,
          );
        }
        return date;
      },
      'a modification date',
    );
  }

  /** The version that a function finds; what nothing can be compared with is reported, and counts as none. */
  versionIn(route: Pick<Route, 'handlerName'>, find: () => unknown): Revision | undefined {
    const version = this.orReport(
      route,
      () => comparable(find()),
      'a version',
      topicOfVersion(route),
    );
    return version ?? undefined;
  }

  /**
   * Runs what may be refused because of the entity, and reports instead.
   *
   * @param topic what the report is about, where others say the same.
   */
  orReport<T>(
    route: Pick<Route, 'handlerName'>,
    make: () => T,
    what = 'an entity tag',
    topic?: string,
  ): T | undefined {
    try {
      return make();
    } catch (error) {
      this.log.error(
        `${route.handlerName} cannot be given ${what}: ${error instanceof Error ? error.message : String(error)}`,
        topic,
      );
      return undefined;
    }
  }

  /** Looks at the first answer of a route: what is misspelled there is misspelled everywhere. */
  private reportMissing(route: Tagged, source: TagSource, value: object): void {
    if (Array.isArray(value) && value.length === 0) return;
    if (!this.isFirstLook(source)) return;
    if (source.kind === 'selection') {
      for (const field of source.selection.missing(value)) {
        this.log.warn(
          `@WeakETag() on ${route.handlerName} names '${field}', which what it sends does not have: is it misspelled or excluded?`,
        );
      }
    } else if (source.kind === 'revision' && !Array.isArray(value)) {
      const revision = source.revisionOf(value);
      if (revision === undefined || revision === null) {
        this.log.warn(
          `@ETag({ version }) on ${route.handlerName} finds no version in what it sends, and tags its bytes instead: is the property misspelled or excluded?`,
        );
      }
    }
  }

  private reportMissingDate(
    { handlerName }: Tagged,
    lastModifiedOf: object,
    value: object,
    found: unknown,
  ): void {
    if (Array.isArray(value) || !this.isFirstLook(lastModifiedOf) || found !== undefined) return;
    this.log.warn(
      `@LastModified() on ${handlerName} finds no date in what it sends, which goes without Last-Modified: is the property misspelled or excluded?`,
    );
  }

  private isFirstLook(source: object): boolean {
    if (this.looked.has(source)) return false;
    this.looked.add(source);
    return true;
  }
}

/** One line tells of a version that is none, whether a tag or a write should be made of it. */
function topicOfVersion({ handlerName }: Pick<Route, 'handlerName'>): string {
  return `the version that ${handlerName} finds`;
}

/** @throws TypeError where `new Date()` does, at objects that are no Date and have no value. */
function dateOf(found: unknown): Date | undefined {
  if (!['string', 'number', 'object'].includes(typeof found)) return undefined;
  const date = new Date(found as string | number | Date);
  // An HTTP date has no years before 0; NaN is none either.
  return date.getUTCFullYear() >= 0 ? date : undefined;
}

/** A tag that its author did not quote: `v1`, `W/v1`. */
function quoted(bare: string): string {
  return bare.startsWith('W/') ? `W/"${bare.slice(2)}"` : `"${bare}"`;
}

/** Whether a value has properties that a tag could be made of. */
export function isEntity(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof StreamableFile) &&
    !ArrayBuffer.isView(value)
  );
}
