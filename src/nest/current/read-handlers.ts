import type { Type } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import type { ContextId, ExternalContextCreator, ModulesContainer } from '@nestjs/core';
import { interceptorsButCaches } from '../internals/caches.js';
import { ROUTE_ARGUMENTS_METADATA } from '../internals/nest-metadata.js';
import type { Handler } from '../internals/nest-metadata.js';
import type { Rehearsal } from '../platform/platform.js';
import { READ_PARAMETERS } from '../internals/read-parameters.js';
import type { Route } from '../routes/route.js';

/** A handler with its pipes and interceptors, ready to be called as the router would. */
type Call = (request: unknown, response: unknown, next: () => void) => Promise<unknown>;

type Hosted = Pick<Route, 'controller' | 'moduleKey'>;

/** The part of Nest's instance wrapper that is used here. */
interface Host {
  readonly id: string;
  readonly token: unknown;
  readonly instance: unknown;
  isDependencyTreeStatic(): boolean;
  isDependencyTreeDurable(): boolean;
  getInstanceByContextId(contextId: ContextId): { readonly instance: unknown };
}

/**
 * Calls GET handlers as the router would: with their own pipes and interceptors, without their
 * guards (those of the write have passed), filters (what they throw is passed on) and caches.
 */
export class ReadHandlers {
  private readonly calls = new Map<Route, Call>();

  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly modules: ModulesContainer,
  ) {}

  /**
   * Calls a handler.
   *
   * @param request the real request, which says whose the controller is if it is scoped.
   * @param entity what stands in for the handler's own result, if given.
   * @throws what its pipes, interceptors or the handler itself throw.
   */
  call(
    route: Route,
    request: object,
    rehearsal: Rehearsal,
    entity?: () => unknown,
  ): Promise<unknown> {
    return this.callOf(route, request, entity)(
      rehearsal.request,
      rehearsal.response,
      passOnToNobody,
    );
  }

  /** The controller that serves a request. */
  controllerOf(route: Hosted, request: object): object {
    const host = this.hostOf(route);
    if (host.isDependencyTreeStatic()) return host.instance as object;
    const contextId = ContextIdFactory.getByRequest(request);
    const ownId = contextId.getParent?.({
      token: host.token as never,
      isTreeDurable: host.isDependencyTreeDurable(),
    });
    return host.getInstanceByContextId(ownId ?? contextId).instance as object;
  }

  /** Prepared once for a controller that lives as long as the application. */
  private callOf(route: Route, request: object, entity: (() => unknown) | undefined): Call {
    if (entity !== undefined || !this.hostOf(route).isDependencyTreeStatic()) {
      return this.prepare(route, request, entity);
    }
    let call = this.calls.get(route);
    if (call === undefined) {
      call = this.prepare(route, request, undefined);
      this.calls.set(route, call);
    }
    return call;
  }

  /**
   * `ExternalContextCreator` is Nest's public way to run a method with its enhancers. It looks for
   * the class among providers; a controller's module is known here.
   */
  private prepare(route: Route, request: object, entity: (() => unknown) | undefined): Call {
    const { handler, name, moduleKey } = route;
    const host = this.hostOf(route);
    const contexts = Object.create(this.contexts, {
      getHostModuleKey: { value: () => moduleKey },
      getContextModuleKey: { value: () => moduleKey },
      interceptorsContextCreator: { value: interceptorsButCaches(this.contexts) },
    }) as ExternalContextCreator;
    const contextId = host.isDependencyTreeStatic()
      ? undefined
      : ContextIdFactory.getByRequest(request);
    return contexts.create(
      this.controllerOf(route, request),
      (entity === undefined ? handler : standingIn(handler, entity)) as never,
      name,
      ROUTE_ARGUMENTS_METADATA,
      READ_PARAMETERS,
      contextId,
      host.id,
      { interceptors: true, guards: false, filters: false },
      'http',
    ) as Call;
  }

  private hostOf({ moduleKey, controller }: Hosted): Host {
    return this.modules.get(moduleKey)?.controllers.get(controller as Type) as unknown as Host;
  }
}

function passOnToNobody(): void {
  // `next()` of a read that is only compared with.
}

/** A function that returns the entity in the handler's place, with all that decorators put on the handler. */
function standingIn(handler: Handler, entity: () => unknown): Handler {
  const callback = (): unknown => entity();
  for (const key of Reflect.getMetadataKeys(handler) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, handler), callback);
  }
  return callback;
}
