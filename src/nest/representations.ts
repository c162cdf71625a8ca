import { HttpException } from '@nestjs/common';
import type { ExecutionContext, Type } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import type { ContextId, ExternalContextCreator, ModulesContainer } from '@nestjs/core';
import type { EntityTag } from '../http/entity-tag.js';
import type { Revision } from '../representation/revision.js';
import { ROUTE_ARGUMENTS_METADATA, RouteParameter } from './nest-metadata.js';
import type { Handler } from './nest-metadata.js';
import type { Platform, Rehearsal } from './platform/platform.js';
import { MISSING } from './representation.js';
import type { Representation } from './representation.js';
import type { Route, WriteRule } from './route.js';
import type { Tagger } from './tagger.js';
import { isEntity } from './tagger.js';

/** A handler with its pipes and interceptors, ready to be called as the router would. */
type Call = (request: unknown, response: unknown, next: () => void) => Promise<unknown>;

/**
 * Finds out what GET would send now, by the very same path: the GET handler with its own pipes and
 * interceptors, without its guards (those of the write have passed), and then the platform's own
 * serialization.
 */
export class Representations {
  private readonly calls = new Map<Route, Call>();

  constructor(
    private readonly platform: Platform,
    private readonly contexts: ExternalContextCreator,
    private readonly modules: ModulesContainer,
    private readonly tagger: Tagger,
  ) {}

  /**
   * The current representation of the resource that a guarded request writes.
   *
   * @throws what the read throws (404, 403), unless a missing resource may be created.
   */
  async current(rule: WriteRule, context: ExecutionContext): Promise<Representation> {
    try {
      return await this.read(rule, context);
    } catch (error) {
      if (rule.creates && error instanceof HttpException && error.getStatus() === 404) {
        return MISSING;
      }
      throw error;
    }
  }

  /**
   * Whether an entity, taken for what the GET handler returns, still has the tag of a representation.
   */
  async stillCarries(
    rule: WriteRule,
    context: ExecutionContext,
    entity: unknown,
    { etag, version, lastModified }: Representation,
  ): Promise<boolean> {
    const now = await this.read(rule, context, () => entity);
    if (version !== undefined) return isSameRevision(now.version, version);
    if (etag !== undefined) return now.etag?.opaque === etag.opaque;
    return now.lastModified?.getTime() === lastModified?.getTime();
  }

  private async read(
    rule: WriteRule,
    context: ExecutionContext,
    entity?: () => unknown,
  ): Promise<Representation> {
    const { current } = rule;
    const http = context.switchToHttp();
    const request = http.getRequest<object>();
    if (entity === undefined && current.route.validator !== undefined) {
      const revision = await current.route.validator.validate(request);
      if (revision !== null && revision !== undefined) {
        return this.ofRevision(rule, revision);
      }
    }
    const rehearsal = this.platform.rehearse(request, http.getResponse<object>());
    const value =
      current.kind === 'handler'
        ? await this.callRead(current.route, rehearsal, context, entity)
        : await (entity ?? (() => current.read(this.instanceOf(context), request)))();
    return this.ofValue(rule, rehearsal, value, context);
  }

  private ofRevision({ current }: WriteRule, revision: Revision): Representation {
    const { validator } = current.route;
    return {
      exists: true,
      value: undefined,
      etag: validator === undefined ? undefined : this.tagger.ofRevision(validator, revision),
      lastModified: revision instanceof Date ? revision : undefined,
      version: revision,
    };
  }

  private ofValue(
    rule: WriteRule,
    rehearsal: Rehearsal,
    value: unknown,
    context: ExecutionContext,
  ): Representation {
    if (value === null || value === undefined) return MISSING;
    const { route } = rule.current;
    return {
      exists: true,
      value,
      etag: this.tagOf(rule, rehearsal, value, context),
      lastModified: this.tagger.modificationOf(route, value, rehearsal.field('Last-Modified')),
      version: isEntity(value) ? (rule.versionOf?.(value) ?? undefined) : undefined,
    };
  }

  private tagOf(
    { current }: WriteRule,
    rehearsal: Rehearsal,
    value: unknown,
    context: ExecutionContext,
  ): EntityTag | undefined {
    const { route } = current;
    const known =
      this.tagger.ofField(route, rehearsal.field('ETag')) ?? this.tagger.ofValue(route, value);
    if (known !== undefined || route.tag === undefined) return known;
    const handler =
      current.kind === 'handler' ? current.route.handler : (context.getHandler() as Handler);
    return this.tagger.orReport(route, () => {
      const content = rehearsal.serialize(value, handler);
      return content === undefined ? undefined : this.tagger.ofContent(route, content);
    });
  }

  private async callRead(
    route: Route,
    { request, response }: Rehearsal,
    context: ExecutionContext,
    entity: (() => unknown) | undefined,
  ): Promise<unknown> {
    const call = this.callOf(route, context, entity);
    return call(request, response, doNothing);
  }

  /** Made once for a controller that lives as long as the application. */
  private callOf(
    route: Route,
    context: ExecutionContext,
    entity: (() => unknown) | undefined,
  ): Call {
    const host = this.hostOf(route);
    if (entity !== undefined || !host.isDependencyTreeStatic()) {
      const contextId = ContextIdFactory.getByRequest(context.switchToHttp().getRequest());
      return this.prepare(route, contextId, entity);
    }
    let call = this.calls.get(route);
    if (call === undefined) {
      call = this.prepare(route, undefined, undefined);
      this.calls.set(route, call);
    }
    return call;
  }

  /**
   * `ExternalContextCreator` is Nest's public way to run a method with its enhancers. It looks for
   * the class among providers; a controller's module is known here.
   */
  private prepare(
    { handler, name, moduleKey, ...route }: Route,
    contextId: ContextId | undefined,
    entity: (() => unknown) | undefined,
  ): Call {
    const host = this.hostOf({ ...route, moduleKey });
    const isStatic = host.isDependencyTreeStatic();
    const instance = (
      isStatic || contextId === undefined ? host.instance : this.instanceIn(contextId, host)
    ) as Record<string, Handler>;
    const contexts = Object.create(this.contexts, {
      getHostModuleKey: { value: () => moduleKey },
      getContextModuleKey: { value: () => moduleKey },
    }) as ExternalContextCreator;
    const callback = entity === undefined ? handler : standingIn(handler, entity);
    return contexts.create(
      instance,
      callback as (...given: unknown[]) => unknown,
      name,
      ROUTE_ARGUMENTS_METADATA,
      PARAMETERS,
      ...((isStatic ? [undefined, host.id] : [contextId, host.id]) as [ContextId?, string?]),
      { interceptors: true, guards: false, filters: false },
      'http',
    ) as Call;
  }

  private hostOf({ moduleKey, controller }: Pick<Route, 'moduleKey' | 'controller'>): Host {
    return this.modules.get(moduleKey)?.controllers.get(controller as Type) as unknown as Host;
  }

  private instanceIn(contextId: ContextId, host: Host): unknown {
    const id = contextId.getParent?.({
      token: host.token as never,
      isTreeDurable: host.isDependencyTreeDurable(),
    });
    return host.getInstanceByContextId(id ?? contextId).instance;
  }

  private instanceOf(context: ExecutionContext): object {
    const controller = context.getClass();
    for (const module of this.modules.values()) {
      const host = module.controllers.get(controller) as unknown as Host | undefined;
      if (host === undefined) continue;
      if (host.isDependencyTreeStatic()) return host.instance as object;
      const id = ContextIdFactory.getByRequest(context.switchToHttp().getRequest());
      return this.instanceIn(id, host) as object;
    }
    throw new Error(`${controller.name} is in no module`);
  }
}

/** The part of Nest's instance wrapper that is used here. */
interface Host {
  readonly id: string;
  readonly token: unknown;
  readonly instance: unknown;
  isDependencyTreeStatic(): boolean;
  isDependencyTreeDurable(): boolean;
  getInstanceByContextId(contextId: ContextId): { readonly instance: unknown };
}

function doNothing(): void {
  // A read that is only compared with passes on to nobody.
}

/** A function that returns the entity in the handler's place, with everything that decorators put on the handler. */
function standingIn(handler: Handler, entity: () => unknown): Handler {
  const callback = (): unknown => entity();
  for (const key of Reflect.getMetadataKeys(handler) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), callback);
  }
  return callback;
}

function isSameRevision(a: Revision | undefined, b: Revision): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return String(a) === String(b);
}

type ReadRequest = Record<string, Record<string, unknown> | undefined>;

/** What a parameter decorator gets of a request that is read as a GET: as Nest's own router fills it in. */
const PARAMETERS = {
  exchangeKeyForValue(
    type: number,
    data: unknown,
    [request, response, next]: [ReadRequest, unknown, unknown],
  ): unknown {
    const name = typeof data === 'string' && data !== '' ? data : undefined;
    const within = (values: Record<string, unknown> | undefined): unknown =>
      name === undefined ? values : values?.[name];
    switch (type as RouteParameter) {
      case RouteParameter.Request:
        return request;
      case RouteParameter.Response:
        return response;
      case RouteParameter.Next:
        return next;
      case RouteParameter.Param:
        return within(request['params']);
      case RouteParameter.Query:
        return within(request['query']);
      case RouteParameter.Headers:
        return name === undefined ? request['headers'] : request['headers']?.[name.toLowerCase()];
      case RouteParameter.Session:
        return request['session'];
      case RouteParameter.Host:
        return within(request['hosts'] ?? {});
      case RouteParameter.Ip:
        return request['ip'];
      case RouteParameter.Cookies:
        return within(request['cookies']);
      case RouteParameter.SignedCookies:
        return within(request['signedCookies']);
      default:
        return undefined;
    }
  },
};
