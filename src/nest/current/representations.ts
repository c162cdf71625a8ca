import { HttpException, NotFoundException, StreamableFile } from '@nestjs/common';
import type { EntityTag } from '../../http/entity-tag.js';
import type { Revision } from '../../representation/revision.js';
import type { HttpRequest } from '../exchange/conditional-fields.js';
import { setDeclaredFields } from '../answers/declared-fields.js';
import type { GuardedRequest } from '../writes/guarded-write.js';
import type { Platform, Rehearsal } from '../platform/platform.js';
import type { ReadHandlers } from './read-handlers.js';
import { MISSING } from './representation.js';
import type { Representation } from './representation.js';
import type { EarlyValidator, GuardedRoute } from '../routes/route.js';
import { withItemTags } from '../answers/tagged-items.js';
import type { Tagger } from '../answers/tagger.js';
import { isEntity } from '../answers/tagger.js';

/**
 * Finds out what GET would send now, by the very same path: the GET handler with its own pipes and
 * interceptors, and then the platform's own serialization.
 */
export class Representations {
  constructor(
    private readonly platform: Platform,
    private readonly reads: ReadHandlers,
    private readonly tagger: Tagger,
  ) {}

  /**
   * The current representation of the resource that a guarded request writes.
   *
   * @throws what the read throws (404, 403), and 404 where it finds nothing, unless a missing resource may
   * be created.
   */
  async current(request: GuardedRequest): Promise<Representation> {
    try {
      const { validator } = request.route.rule.current.route;
      const known =
        validator === undefined ? undefined : await this.ofValidator(request, validator);
      const found = known ?? (await this.ofRead(request));
      if (!found.exists) throw new NotFoundException();
      return found;
    } catch (error) {
      if (request.route.rule.creates && isNotFound(error)) return MISSING;
      throw error;
    }
  }

  /** As {@link current}; `undefined` where it cannot be read, and a missing resource is no error. */
  async currentIfReadable(request: GuardedRequest): Promise<Representation | undefined> {
    try {
      return await this.current(request);
    } catch (error) {
      return isNotFound(error) ? MISSING : undefined;
    }
  }

  /**
   * Whether an entity, taken for what the GET handler returns, still is this version of the resource.
   */
  async isStill(
    { version, etag, isTagSet, lastModified }: Representation,
    entity: unknown,
    request: GuardedRequest,
  ): Promise<boolean> {
    const { route } = request;
    refuseWhatNoEntityTells(route);
    const now = await this.ofRead(request, () => entity);
    if (version !== undefined) return isSameRevision(now.version, version);
    const { handlerName } = route.rule.current.route;
    if (isTagSet === true) throw untoldBy(route, `${handlerName}, which sets it`);
    if (etag !== undefined) return now.etag?.opaque === etag.opaque;
    return now.lastModified?.getTime() === lastModified?.getTime();
  }

  /** What an early validator says; `undefined` where it says nothing. */
  private async ofValidator(
    guarded: GuardedRequest,
    validator: EarlyValidator,
  ): Promise<Representation | undefined> {
    const { current } = guarded.route.rule;
    const { lastModifiedOf } = current.route;
    const request = guarded.context.switchToHttp().getRequest<HttpRequest>();
    const revision = await validator.validate(request);
    if (revision === null || revision === undefined) return undefined;
    const date = revision instanceof Date ? revision : undefined;
    // A date that GET publishes counts, even if it is not what the validator answers.
    const read =
      date === undefined && lastModifiedOf !== undefined && dependsOnDate(request)
        ? await this.ofRead(guarded)
        : undefined;
    return {
      exists: true,
      value: read?.value,
      etag: this.tagger.orReport(current.route, () => this.tagger.ofRevision(validator, revision)),
      lastModified: date ?? read?.lastModified,
      version: revision,
    };
  }

  /** @param entity what stands in for what is read, if given. */
  private async ofRead(
    { route, context, seams }: GuardedRequest,
    entity?: () => unknown,
  ): Promise<Representation> {
    const { current } = route.rule;
    const http = context.switchToHttp();
    const request = http.getRequest<object>();
    const rehearsal = this.platform.rehearse(request, http.getResponse<object>());
    const head = this.platform.headOf(rehearsal.response);
    if (current.kind === 'handler') setDeclaredFields(head, current.route.handler);
    const read = async (): Promise<unknown> => {
      if (current.kind === 'handler') {
        return this.reads.call(current.route, request, rehearsal, entity);
      }
      return entity === undefined
        ? current.read(this.reads.controllerOf(route, request), request)
        : entity();
    };
    const value = await (entity === undefined ? seams.currentOf(context, read) : read());
    if (value === null || value === undefined || isGone(head.status())) return MISSING;
    if (value instanceof StreamableFile) return this.ofFile(route, rehearsal, value);
    return this.ofValue(route, rehearsal, this.dressed(route, rehearsal, value));
  }

  private async ofFile(
    { rule }: GuardedRoute,
    rehearsal: Rehearsal,
    file: StreamableFile,
  ): Promise<Representation> {
    const { route } = rule.current;
    file.getStream().destroy();
    return {
      exists: true,
      value: file,
      etag:
        this.tagger.ofField(route, rehearsal.field('ETag')) ??
        (await this.tagger.ofFile(route, file)),
      lastModified: this.tagger.modificationOf(route, undefined, rehearsal.field('Last-Modified')),
      version: this.tagger.orReport(route, () => rule.versionOf?.(file)) ?? undefined,
    };
  }

  /** A list whose items get their own tags has them in it when it is sent. */
  private dressed({ rule }: GuardedRoute, rehearsal: Rehearsal, value: unknown): unknown {
    const itemTags = rule.current.kind === 'handler' ? rule.current.route.itemTags : undefined;
    if (itemTags === undefined) return value;
    return withItemTags(value, itemTags, (item) =>
      this.tagger.ofItem(itemTags.route, item, (given, handler) =>
        rehearsal.serialize(given, handler),
      ),
    );
  }

  private ofValue(route: GuardedRoute, rehearsal: Rehearsal, value: unknown): Representation {
    const { current, versionOf } = route.rule;
    return {
      exists: true,
      value,
      etag: this.tagOf(route, rehearsal, value),
      isTagSet: this.tagger.ofField(current.route, rehearsal.field('ETag')) !== undefined,
      lastModified: this.tagger.modificationOf(
        current.route,
        value,
        rehearsal.field('Last-Modified'),
      ),
      version: isEntity(value)
        ? (this.tagger.orReport(current.route, () => versionOf?.(value)) ?? undefined)
        : undefined,
    };
  }

  private tagOf(
    { handler, rule: { current } }: GuardedRoute,
    rehearsal: Rehearsal,
    value: unknown,
  ): EntityTag | undefined {
    const { route } = current;
    const known =
      this.tagger.ofField(route, rehearsal.field('ETag')) ?? this.tagger.ofValue(route, value);
    if (known !== undefined || route.tag === undefined) return known;
    return this.tagger.orReport(route, () => {
      const content = rehearsal.serialize(
        value,
        current.kind === 'handler' ? current.route.handler : handler,
      );
      return content === undefined
        ? undefined
        : this.tagger.ofContent(route, content, (name) => rehearsal.field(name));
    });
  }
}

/** What a validator answered can only be compared with an entity that says where its version is. */
function refuseWhatNoEntityTells(route: GuardedRoute): void {
  const { current, versionOf } = route.rule;
  if (current.route.validator === undefined || versionOf !== undefined) return;
  throw untoldBy(route, `the validator of ${current.route.handlerName}`);
}

function untoldBy({ handlerName }: GuardedRoute, origin: string): TypeError {
  return new TypeError(
    `${handlerName} verifies an entity, but the tag that it was verified by comes from ${origin}: say where the same version is in the entity, @ETag({ version: 'version' }) there or @IfMatch({ version: 'version' }) here`,
  );
}

/** Whether a handler says by the status that it sets, and not by an exception, that nothing is there. */
function isGone(status: number): boolean {
  return status === 404 || status === 410;
}

function dependsOnDate({ headers }: HttpRequest): boolean {
  return headers['if-unmodified-since'] !== undefined && headers['if-match'] === undefined;
}

function isNotFound(error: unknown): boolean {
  return error instanceof HttpException && error.getStatus() === 404;
}

function isSameRevision(a: Revision | undefined, b: Revision): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return String(a) === String(b);
}
