import { NotFoundException, StreamableFile } from '@nestjs/common';
import type { EntityTag } from '../../http/entity-tag.js';
import { isEntity } from '../answers/entity-tags.js';
import type { EntityTags } from '../answers/entity-tags.js';
import { withItemTags } from '../answers/item-tags.js';
import { withTag } from '../answers/tag-in-body.js';
import type { Handler } from '../internals/nest-metadata.js';
import type { SentContent, StandIn } from '../platform/platform.js';
import type { CurrentSource, Tagged } from '../routes/route.js';
import { MISSING } from './current-representation.js';
import type { CurrentRepresentation } from './current-representation.js';
import type { Reading } from './reading.js';
import { closeUnread, isStreaming } from './streams.js';

/** Makes the representation of what a GET handler returned, without sending it: of a file, a stream or a value. */
export class Representations {
  constructor(private readonly tags: EntityTags) {}

  /** @param handler whose response schema serializes the value. */
  async of(
    value: unknown,
    reading: Reading,
    standIn: StandIn,
    handler: Handler,
  ): Promise<CurrentRepresentation> {
    if (value === null || value === undefined) return MISSING;
    if (value instanceof StreamableFile) return this.representationOfFile(reading, standIn, value);
    if (isStreaming(value)) {
      // One that is no file has no tag.
      closeUnread(value);
      return { ...MISSING, exists: true, value };
    }
    const sent = this.withItemTags(reading.source, standIn, value);
    const found = this.representationOfValue(reading, standIn, handler, sent);
    return reading.sends === undefined
      ? found
      : { ...found, content: contentOf(reading, standIn, handler, found) };
  }

  private async representationOfFile(
    { source, versionOf }: Reading,
    { head }: StandIn,
    file: StreamableFile,
  ): Promise<CurrentRepresentation> {
    const { route } = source;
    const stream = file.getStream();
    closeUnread(file);
    const etag =
      this.tags.ofField(route, head.field('ETag')) ??
      (isTagged(source, head.status()) ? await this.tags.ofFile(route, file) : undefined);
    if (stream.errored) throw errorOfFile(stream.errored);
    return {
      exists: true,
      value: file,
      etag,
      lastModified: this.tags.modificationOf(route, undefined, head.field('Last-Modified')),
      version: this.tags.versionIn(route, () => versionOf?.(file)),
    };
  }

  /** A list whose items get their own tags has them in it when it is sent. */
  private withItemTags(source: CurrentSource, standIn: StandIn, value: unknown): unknown {
    const itemTags = source.kind === 'handler' ? source.route.itemTags : undefined;
    if (itemTags === undefined) return value;
    return withItemTags(value, itemTags, (item) =>
      this.tags.ofItem(itemTags.route, item, (given, handler) => standIn.serialize(given, handler)),
    );
  }

  private representationOfValue(
    { source, versionOf }: Reading,
    standIn: StandIn,
    handler: Handler,
    value: unknown,
  ): CurrentRepresentation {
    const { route } = source;
    const { head } = standIn;
    const set = this.tags.ofField(route, head.field('ETag'));
    const made = (): EntityTag | undefined =>
      this.tags.ofValue(route, value) ?? this.tagOfContent(route, standIn, handler, value);
    return {
      exists: true,
      value,
      etag: set ?? (isTagged(source, head.status()) ? made() : undefined),
      isTagSet: set !== undefined,
      lastModified: this.tags.modificationOf(route, value, head.field('Last-Modified')),
      version: isEntity(value) ? this.tags.versionIn(route, () => versionOf?.(value)) : undefined,
    };
  }

  private tagOfContent(
    route: Tagged,
    standIn: StandIn,
    handler: Handler,
    value: unknown,
  ): EntityTag | undefined {
    if (route.tagSource === undefined) return undefined;
    return this.tags.orReport(route, () => {
      const content = standIn.serialize(value, handler);
      return content === undefined
        ? undefined
        : this.tags.ofContent(route, content, (name) => standIn.head.field(name));
    });
  }
}

/** The content of a representation, with its tag where GET repeats it in the body. */
function contentOf(
  { source, sends }: Reading,
  standIn: StandIn,
  handler: Handler,
  { value, etag: own }: CurrentRepresentation,
): SentContent | undefined {
  const { tagProperty } = source.route;
  const etag = sends?.etag ?? own;
  const isRepeated = tagProperty !== undefined && etag !== undefined;
  const text = standIn.serialize(isRepeated ? withTag(value, tagProperty, etag) : value, handler);
  if (text === undefined) return undefined;
  const type = standIn.head.field('Content-Type') ?? 'application/json; charset=utf-8';
  return { text, type: String(type) };
}

/** Whether GET makes a tag for an answer of this status: one of another has only what the handler sets itself. */
function isTagged({ kind }: CurrentSource, status: number): boolean {
  return kind === 'entity' || status === 200;
}

/** A file that is not there is missing, as a row is. */
function errorOfFile(error: Error): Error {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? new NotFoundException() : error;
}
