import { HttpException, NotFoundException } from '@nestjs/common';
import type { EntityTag } from '../../http/entity-tag.js';
import { versionText } from '../../representation/revision.js';
import type { Revision } from '../../representation/revision.js';
import type { EntityTags } from '../answers/entity-tags.js';
import type { HttpRequest } from '../exchange/conditional-fields.js';
import type { SentContent } from '../platform/platform.js';
import type { EarlyValidator, GuardedRoute, Route } from '../routes/route.js';
import { MISSING } from './current-representation.js';
import type { CurrentRepresentation } from './current-representation.js';
import { isGone } from './inner-get.js';
import type { InnerGet } from './inner-get.js';
import { readingOf } from './reading.js';
import type { GuardedRequest, ReadRequest } from './reading.js';

/** Knows what GET would send now: what a write is compared with, and what its answer is tagged by. */
export class CurrentReader {
  constructor(
    private readonly get: InnerGet,
    private readonly tags: EntityTags,
  ) {}

  /**
   * The current representation of the resource that a guarded request writes.
   *
   * @throws what the read throws or refuses by its status (404, 403), and 404 where it finds nothing, unless a missing
   * resource may be created.
   */
  async read(request: GuardedRequest): Promise<CurrentRepresentation> {
    const found = await this.readOrMissing(request).catch((error: unknown) => {
      this.get.showLocation(request, error);
      throw error;
    });
    if (!found.exists && !request.route.rule.creates) throw new NotFoundException();
    return found;
  }

  /** As {@link read}; `undefined` where it cannot be read, and a missing resource is no error. */
  async readIfPossible(request: GuardedRequest): Promise<CurrentRepresentation | undefined> {
    try {
      return await this.readOrMissing(request);
    } catch (error) {
      return isMissing(error) ? MISSING : undefined;
    }
  }

  /** What GET of another handler sends, with these values of its parameters; `undefined` where it cannot be read. */
  async readOther(
    request: ReadRequest,
    route: Route,
    params: Readonly<Record<string, unknown>>,
  ): Promise<CurrentRepresentation | undefined> {
    try {
      return await this.get.read(request, { source: { kind: 'handler', route }, params });
    } catch {
      return undefined;
    }
  }

  /**
   * Whether an entity, taken for what the GET handler returns, still is this version of the resource.
   */
  async isStill(
    { version, etag, isTagSet, lastModified }: CurrentRepresentation,
    entity: unknown,
    request: GuardedRequest,
  ): Promise<boolean> {
    const { route } = request;
    refuseWhatNoEntityTells(route);
    const now = await this.get.read(request, { ...readingOf(route), entity: () => entity });
    if (version !== undefined) return isSameRevision(now.version, version);
    const { handlerName } = route.rule.current.route;
    if (isTagSet === true) throw untoldBy(route, `${handlerName}, which sets it`);
    if (etag !== undefined) return now.etag?.opaque === etag.opaque;
    return now.lastModified?.getTime() === lastModified?.getTime();
  }

  /**
   * The tag that GET sends for an entity, taken for what its handler returns; `undefined` where GET sends none.
   *
   * @param current what the guard found.
   * @throws TypeError where no entity tells it: the tag comes from a validator, or the handler sets it.
   */
  async tagOf(
    { isTagSet }: Pick<CurrentRepresentation, 'isTagSet'>,
    entity: unknown,
    request: GuardedRequest,
  ): Promise<EntityTag | undefined> {
    const { route } = request;
    const { validator, tagSource, handlerName } = route.rule.current.route;
    refuseWhatNoEntityTells(route);
    if (isTagSet === true) throw untoldBy(route, `${handlerName}, which sets it`);
    const { etag, version } = await this.get.read(request, {
      ...readingOf(route),
      entity: () => entity,
    });
    if (validator === undefined || tagSource?.kind === 'revision') return etag;
    return version === undefined ? undefined : this.tags.ofRevision(route, validator, version);
  }

  /**
   * Reads once more what GET would send, to send it: with its content.
   *
   * @param current what was found before, which tells the tag where a validator does.
   * @returns `undefined` where there is none, or it is no text.
   */
  async toSend(
    request: GuardedRequest,
    current: CurrentRepresentation,
  ): Promise<(CurrentRepresentation & { readonly content: SentContent }) | undefined> {
    const { route } = request;
    const isValidated = route.rule.current.route.validator !== undefined;
    const sends = { etag: isValidated ? current.etag : undefined };
    const found = await this.get.read(request, { ...readingOf(route), sends });
    const { content, etag } = found;
    if (content === undefined) return undefined;
    return { ...found, content, etag: sends.etag ?? etag };
  }

  private async readOrMissing(request: GuardedRequest): Promise<CurrentRepresentation> {
    const { rule } = request.route;
    const { validator } = rule.current.route;
    try {
      const known =
        validator === undefined ? undefined : await this.ofValidator(request, validator);
      return known ?? (await this.get.read(request, readingOf(request.route)));
    } catch (error) {
      if (
        rule.creates &&
        (isMissing(error) || (await this.get.isMissingByFilter(request, error)))
      ) {
        return MISSING;
      }
      throw error;
    }
  }

  /** What an early validator says; `undefined` where it says nothing. */
  private async ofValidator(
    guarded: GuardedRequest,
    validator: EarlyValidator,
  ): Promise<CurrentRepresentation | undefined> {
    const { current } = guarded.route.rule;
    const { lastModifiedOf } = current.route;
    const request = guarded.context.switchToHttp().getRequest<HttpRequest>();
    const revision = await validator.validate(request);
    if (revision === null || revision === undefined) return undefined;
    const version = this.tags.versionIn(current.route, () => revision);
    const etag = this.tags.ofRevision(current.route, validator, revision);
    // What is no version (bytes, NaN) says nothing to GET either, which is tagged by what it sends then.
    if (version === undefined || etag === undefined) return undefined;
    const date = version instanceof Date ? version : undefined;
    // A date that GET publishes counts, even if it is not what the validator answers.
    const read =
      date === undefined && lastModifiedOf !== undefined && dependsOnDate(request)
        ? await this.get.read(guarded, readingOf(guarded.route))
        : undefined;
    return {
      exists: true,
      value: read?.value,
      etag,
      lastModified: date ?? read?.lastModified,
      version,
    };
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
    `${handlerName} asks for the version of an entity, but its tag comes from ${origin}: say where the same version is in the entity, @ETag({ version: 'version' }) there or @IfMatch({ version: 'version' }) here`,
  );
}

function dependsOnDate({ headers }: HttpRequest): boolean {
  return headers['if-unmodified-since'] !== undefined && headers['if-match'] === undefined;
}

/** 404, and 410, which is 404 for good. */
export function isMissing(error: unknown): boolean {
  return error instanceof HttpException && isGone(error.getStatus());
}

function isSameRevision(a: Revision | undefined, b: Revision): boolean {
  return a !== undefined && versionText(a) === versionText(b);
}
