import { Readable } from 'node:stream';
import { HttpException, NotFoundException, StreamableFile } from '@nestjs/common';
import type { ArgumentsHost, ExecutionContext } from '@nestjs/common';
import type { EntityTag } from '../../http/entity-tag.js';
import type { Revision } from '../../representation/revision.js';
import { isEntity } from '../answers/entity-tags.js';
import type { EntityTags } from '../answers/entity-tags.js';
import { withItemTags } from '../answers/item-tags.js';
import { withTag } from '../answers/tag-in-body.js';
import type { HttpRequest } from '../exchange/conditional-fields.js';
import { PRECONDITION_READ } from '../internals/etag.constants.js';
import type { Handler } from '../internals/nest-metadata.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import type { Platform, SentContent, StandIn } from '../platform/platform.js';
import { parametersOf } from '../routes/path-parameters.js';
import type {
  CurrentSource,
  EarlyValidator,
  GuardedRoute,
  Route,
  Tagged,
  WriteRule,
} from '../routes/route.js';
import { MISSING } from './current-representation.js';
import type { CurrentRepresentation } from './current-representation.js';
import type { GetHandlers } from './get-handlers.js';

/** Replaces how the current entity is read, in a guard that extends `IfMatchGuard`. */
export type ReadEntity = (read: () => Promise<unknown>) => unknown;

/** A request to a guarded route. */
export interface GuardedRequest extends ReadRequest {
  readonly route: GuardedRoute;
  readonly readEntity: ReadEntity;
}

/** A request that something is read for. */
interface ReadRequest {
  readonly context: ExecutionContext;
  readonly route: Route;
  readonly readEntity?: ReadEntity;
}

/** What is read. */
interface Reading {
  readonly source: CurrentSource;
  readonly versionOf?: WriteRule['versionOf'];
  /** The values of the path's parameters, where they are not those of the request. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** What stands in for the handler's own result. */
  readonly entity?: () => unknown;
  /** Whether the content is to be sent, and by which tag, where that does not come from the value. */
  readonly sends?: { readonly etag: EntityTag | undefined };
}

/**
 * Reads what GET would send now, as GET would: its handler with guards, pipes and interceptors, and then the platform's own
 * serializer.
 */
export class CurrentReader {
  constructor(
    private readonly platform: Platform,
    private readonly handlers: GetHandlers,
    private readonly tags: EntityTags,
    private readonly options: Pick<ResolvedETagOptions, 'aroundRead'>,
  ) {}

  /**
   * The current representation of the resource that a guarded request writes.
   *
   * @throws what the read throws (404, 403), and 404 where it finds nothing, unless a missing resource may
   * be created.
   */
  async read(request: GuardedRequest): Promise<CurrentRepresentation> {
    const found = await this.readOrMissing(request);
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
      return await this.ofRead(request, { source: { kind: 'handler', route }, params });
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
    const now = await this.ofRead(request, { ...readingOf(route), entity: () => entity });
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
    const { etag, version } = await this.ofRead(request, {
      ...readingOf(route),
      entity: () => entity,
    });
    if (validator === undefined || tagSource?.kind === 'revision') return etag;
    return version === undefined
      ? undefined
      : this.tags.orReport(route, () => this.tags.ofRevision(validator, version));
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
    const found = await this.ofRead(request, { ...readingOf(route), sends });
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
      return known ?? (await this.ofRead(request, readingOf(request.route)));
    } catch (error) {
      if (rule.creates && (isMissing(error) || (await this.isMissingByFilter(request, error)))) {
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
    const date = revision instanceof Date ? revision : undefined;
    // A date that GET publishes counts, even if it is not what the validator answers.
    const read =
      date === undefined && lastModifiedOf !== undefined && dependsOnDate(request)
        ? await this.ofRead(guarded, readingOf(guarded.route))
        : undefined;
    return {
      exists: true,
      value: read?.value,
      etag: this.tags.orReport(current.route, () => this.tags.ofRevision(validator, revision)),
      lastModified: date ?? read?.lastModified,
      version: revision,
    };
  }

  /** One read, in a unit of work of its own. */
  private async ofRead(request: ReadRequest, reading: Reading): Promise<CurrentRepresentation> {
    let found: CurrentRepresentation | undefined;
    await this.options.aroundRead(() => {
      const read = this.ofStandIn(request, reading).then((representation) => {
        found = representation;
        return representation.value;
      });
      // Where nobody waits for it, what it throws is told below, and ends no process.
      read.catch(() => undefined);
      return read;
    });
    if (found !== undefined) return found;
    throw new Error(
      "ETagModule.forRoot(): option 'aroundRead' did not call the read, or did not wait for it: write (read) => RequestContext.create(orm.em, read), or return what read() returns",
    );
  }

  private async ofStandIn(request: ReadRequest, reading: Reading): Promise<CurrentRepresentation> {
    const { source } = reading;
    const standIn = this.standInFor(request, reading);
    try {
      const value = await this.valueOf(request, standIn, reading);
      if (value === null || value === undefined || isGone(standIn.head.status())) return MISSING;
      if (value instanceof StreamableFile) return await this.ofFile(reading, standIn, value);
      if (isStream(value)) return streamed(value);
      const handler = source.kind === 'handler' ? source.route.handler : request.route.handler;
      const sent = this.withItemTags(source, standIn, value);
      const found = this.ofValue(reading, standIn, handler, sent);
      return reading.sends === undefined
        ? found
        : { ...found, content: contentOf(reading, standIn, handler, found) };
    } finally {
      standIn.end();
    }
  }

  private standInFor({ context, route }: ReadRequest, { source, params }: Reading): StandIn {
    const http = context.switchToHttp();
    const request = http.getRequest<object>();
    const { params: own = {} } = request as { readonly params?: Readonly<Record<string, unknown>> };
    return this.platform.standIn(request, http.getResponse<object>(), {
      method: 'GET',
      body: undefined,
      params:
        params ??
        (source.kind === 'handler' ? withoutForeign(own, route.path, source.route.path) : own),
      [PRECONDITION_READ]: true,
    });
  }

  private async valueOf(
    { context, route, readEntity = (read) => read() }: ReadRequest,
    standIn: StandIn,
    { source, entity }: Reading,
  ): Promise<unknown> {
    const request = context.switchToHttp().getRequest<object>();
    if (entity !== undefined) {
      const through = source.kind === 'handler' ? source.route : route;
      return this.handlers.pass(through, request, standIn, entity);
    }
    return readEntity(async () => {
      if (source.kind === 'handler') {
        return this.handlers.call(route, source.route, request, standIn);
      }
      const controller = await this.handlers.controllerOf(route, request);
      return this.handlers.pass(route, request, standIn, () => source.read(controller, request));
    });
  }

  private async ofFile(
    { source: { route }, versionOf }: Reading,
    { head }: StandIn,
    file: StreamableFile,
  ): Promise<CurrentRepresentation> {
    const stream = file.getStream();
    stream.on('error', () => undefined);
    stream.destroy();
    const etag =
      this.tags.ofField(route, head.field('ETag')) ?? (await this.tags.ofFile(route, file));
    if (stream.errored) throw errorOfFile(stream.errored);
    return {
      exists: true,
      value: file,
      etag,
      lastModified: this.tags.modificationOf(route, undefined, head.field('Last-Modified')),
      version: this.tags.orReport(route, () => versionOf?.(file)) ?? undefined,
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

  private ofValue(
    { source: { route }, versionOf }: Reading,
    standIn: StandIn,
    handler: Handler,
    value: unknown,
  ): CurrentRepresentation {
    const { head } = standIn;
    const set = this.tags.ofField(route, head.field('ETag'));
    return {
      exists: true,
      value,
      etag:
        set ?? this.tags.ofValue(route, value) ?? this.ofContent(route, standIn, handler, value),
      isTagSet: set !== undefined,
      lastModified: this.tags.modificationOf(route, value, head.field('Last-Modified')),
      version: isEntity(value)
        ? (this.tags.orReport(route, () => versionOf?.(value)) ?? undefined)
        : undefined,
    };
  }

  private ofContent(
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

  /** An error that only a filter makes a 404 of, as GET itself would be answered. */
  private async isMissingByFilter(request: GuardedRequest, error: unknown): Promise<boolean> {
    const { current } = request.route.rule;
    if (current.kind !== 'handler' || error instanceof HttpException) return false;
    const standIn = this.standInFor(request, readingOf(request.route));
    const host = argumentsOf(request.context, standIn);
    await this.handlers
      .filter(current.route, request.context.switchToHttp().getRequest(), error, host)
      .finally(() => standIn.end());
    return isGone(standIn.head.status());
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

function readingOf({ rule }: GuardedRoute): Reading {
  return { source: rule.current, versionOf: rule.versionOf };
}

/** The arguments of a filter, with what stands in for the request and the response. */
function argumentsOf(context: ExecutionContext, { request, response }: StandIn): ArgumentsHost {
  const given = [request, response, () => undefined];
  return Object.create(context, {
    getArgs: { value: () => given },
    getArgByIndex: { value: (index: number) => given[index] },
    switchToHttp: {
      value: () => ({
        getRequest: () => request,
        getResponse: () => response,
        getNext: () => given[2],
      }),
    },
  }) as ArgumentsHost;
}

/** Path parameters that only the write's path has: GET would not see them. */
function withoutForeign(
  params: Readonly<Record<string, unknown>>,
  path: string,
  ofRead: string,
): Readonly<Record<string, unknown>> {
  const known = parametersOf(ofRead);
  const foreign = parametersOf(path).filter((name) => !known.includes(name));
  if (foreign.length === 0) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => !foreign.includes(name)));
}

/** Streams that are no file have no tag, and are closed unread. */
function streamed(value: object): CurrentRepresentation {
  const stream = value as {
    destroy?: () => void;
    cancel?: () => Promise<void>;
    return?: () => Promise<unknown>;
  };
  if (value instanceof Readable) stream.destroy?.();
  else void (stream.cancel?.() ?? stream.return?.())?.catch(() => undefined);
  return { ...MISSING, exists: true, value };
}

function isStream(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof Readable || (Symbol.asyncIterator in value && !('then' in value));
}

/** A file that is not there is missing, as a row is. */
function errorOfFile(error: Error): Error {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? new NotFoundException() : error;
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

/** Whether a handler says by the status that it sets, and not by an exception, that nothing is there. */
function isGone(status: number): boolean {
  return status === 404 || status === 410;
}

function dependsOnDate({ headers }: HttpRequest): boolean {
  return headers['if-unmodified-since'] !== undefined && headers['if-match'] === undefined;
}

/** 404, and 410, which is 404 for good. */
export function isMissing(error: unknown): boolean {
  return error instanceof HttpException && isGone(error.getStatus());
}

function isSameRevision(a: Revision | undefined, b: Revision): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return String(a) === String(b);
}
