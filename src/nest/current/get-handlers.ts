import type { NestInterceptor } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import type { ContextId, ModuleRef, ModulesContainer } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import type { OnceLog } from '../checks/log.js';
import { hostOf, instanceIn, moduleRefOf } from '../internals/instance-wrapper.js';
import type { ControllerHost } from '../internals/instance-wrapper.js';
import type { Callee, Intercept, RouteCall, Router } from '../internals/router.js';
import type { Handler } from '../internals/nest-metadata.js';
import type { StandIn } from '../platform/platform.js';
import type { Route } from '../routes/route.js';
import { guardsOfRead } from './guards-of-read.js';
import { ignoreErrorsOf } from './streams.js';

type Hosted = Pick<Route, 'controller' | 'moduleKey' | 'name' | 'handlerName'>;

/** One read, while it runs. */
interface Read {
  /** Whether the handler has returned or thrown: otherwise an interceptor has answered by itself. */
  isHandled: boolean;
  value: unknown;
}

/**
 * Calls GET handlers as the router would: with their pipes and interceptors, and with those of their guards that the write
 * has not passed; without filters (what is thrown is passed on).
 *
 * An interceptor that answers without calling the handler, as caches do, has not said what is there now: the handler is
 * called again without it.
 */
export class GetHandlers {
  private readonly calls = new Map<Route, Map<Route, RouteCall>>();
  private readonly reads = new WeakMap<object, Read>();
  /** What is made for a read alone belongs to it: by its request. */
  private readonly contexts = new WeakMap<object, ContextId>();

  constructor(
    private readonly router: Router,
    private readonly modules: ModulesContainer,
    private readonly log: OnceLog,
  ) {}

  /**
   * Calls the GET handler that a write is compared with.
   *
   * @returns what its interceptors make of what it returns.
   * @throws what its guards, pipes, interceptors or the handler itself throw.
   */
  async call(write: Route, route: Route, { request, response }: StandIn): Promise<unknown> {
    const read: Read = { isHandled: false, value: undefined };
    this.reads.set(request, read);
    const call = await this.callOf(write, route, request);
    await call(request, response, goNowhere);
    return read.value;
  }

  /** Runs the interceptors of a handler around a value that stands in for what it returns. */
  async pass(
    route: Hosted,
    { request, response }: StandIn,
    value: () => unknown,
  ): Promise<unknown> {
    const callee = await this.calleeOf(route, request);
    const read: Read = { isHandled: false, value: undefined };
    await this.intercept(route, read)(
      this.router.interceptorsOf(callee),
      [request, response, goNowhere],
      callee.instance,
      callee.callback,
      async () => value(),
      'http',
    );
    return read.value;
  }

  /** Has the filters of a handler answer for an error of the read. */
  async filter(route: Hosted, request: object, error: unknown, host: unknown): Promise<void> {
    this.router.filter(await this.calleeOf(route, request), error, host);
  }

  /** The controller that serves a request. */
  async controllerOf(route: Hosted, request: object): Promise<object> {
    return (await this.calleeOf(route, request)).instance;
  }

  /** Prepared once for controllers that live as long as the application. */
  private async callOf(write: Route, route: Route, request: object): Promise<RouteCall> {
    const isStatic = this.isStatic(route) && this.isStatic(write);
    const calls = this.calls.get(write) ?? new Map<Route, RouteCall>();
    const known = isStatic ? calls.get(route) : undefined;
    if (known !== undefined) return known;
    const call = await this.prepare(write, route, request);
    if (isStatic) this.calls.set(write, calls.set(route, call));
    return call;
  }

  private async prepare(write: Route, route: Route, request: object): Promise<RouteCall> {
    const passed = this.router.guardsOf(await this.calleeOf(write, request));
    return this.router.callOf(await this.calleeOf(route, request), {
      guards: (all) => guardsOfRead(write, route, passed, all),
      intercept: async (interceptors, given, ...rest) => {
        const read = this.reads.get(given[0]);
        if (read === undefined)
          throw new Error(`${route.handlerName}: a read that nobody asked for`);
        await this.intercept(route, read)(interceptors, given, ...rest);
        // It was kept: the router has nothing to send.
      },
    });
  }

  private intercept(route: Hosted, read: Read): Intercept {
    return async (interceptors, given, instance, callback, next, type) => {
      let left = interceptors.filter((each) => !this.isKnownCache(each, route));
      for (;;) {
        const reached: NestInterceptor[] = [];
        const watched = left.map((each) => watch(each, reached));
        const handle = async (): Promise<unknown> => {
          try {
            const value = await next();
            ignoreErrorsOf(value);
            return value;
          } finally {
            // Not before: a cache may call the handler for later, and answer with what it has.
            read.isHandled = true;
          }
        };
        const result = await this.router.intercept(
          watched,
          given,
          instance,
          callback,
          handle,
          type,
        );
        read.value = isObservable(result)
          ? await lastValueFrom(result, { defaultValue: undefined })
          : result;
        const answering = reached.at(-1);
        if (read.isHandled || answering === undefined) return;
        this.reportAnswering(answering, route);
        left = left.filter((each) => each !== answering);
      }
    };
  }

  /**
   * Nest's own `CacheInterceptor`, and what extends it, would keep what a read finds here, which is from before the write. It
   * is known by name: its package is none of ours. Every other cache is known by what it does.
   */
  private isKnownCache(interceptor: NestInterceptor, route: Hosted): boolean {
    if (!isNamedCache(interceptor)) return false;
    this.reportAnswering(interceptor, route);
    return true;
  }

  private reportAnswering(interceptor: NestInterceptor, { handlerName }: Hosted): void {
    this.log.warn(
      `${interceptor.constructor.name} on ${handlerName} answers without calling the handler, as a cache does. Writes are compared with what the handler returns now, without it. After a write, readers get the kept answer until it expires, and their saves are refused for as long: delete it where you write, or do not cache what is edited`,
      `${interceptor.constructor.name} on ${handlerName}`,
    );
  }

  private isStatic(route: Hosted): boolean {
    return hostOf(this.modules, route).isDependencyTreeStatic();
  }

  private async calleeOf(route: Hosted, request: object): Promise<Callee> {
    const host = hostOf(this.modules, route);
    const contextId = host.isDependencyTreeStatic()
      ? undefined
      : this.contextOf(route, host, request);
    const instance =
      contextId === undefined ? host.instance : await this.scopedInstance(route, host, contextId);
    return {
      instance,
      callback: (instance as Record<string, Handler>)[route.name] as Handler,
      name: route.name,
      moduleKey: route.moduleKey,
      contextId,
      inquirerId: host.id,
    };
  }

  /**
   * The context that a request keeps, if Nest has made something for it. Otherwise one of the read alone, for which
   * `@Inject(REQUEST)` is the request of the read.
   */
  private contextOf(route: Hosted, host: ControllerHost, request: object): ContextId {
    const known = this.contexts.get(request);
    if (known !== undefined) return known;
    const contextId = ContextIdFactory.getByRequest(request);
    this.contexts.set(request, contextId);
    // One that the request keeps is found again.
    if (ContextIdFactory.getByRequest(request) === contextId) return contextId;
    const { payload } = contextId as { payload?: object };
    const injected = host.isDependencyTreeDurable() ? payload : Object.assign(request, payload);
    this.moduleRefOf(route).registerRequestByContextId(injected, contextId);
    return contextId;
  }

  /** The instance of this context; made now, where the GET is in another controller than the write. */
  private async scopedInstance(
    route: Hosted,
    host: ControllerHost,
    contextId: ContextId,
  ): Promise<object> {
    const known = instanceIn(host, contextId);
    if (known !== undefined) return known;
    return this.moduleRefOf(route).resolve<object>(route.controller, contextId);
  }

  private moduleRefOf({ moduleKey, handlerName }: Hosted): ModuleRef {
    const moduleRef = moduleRefOf(this.modules, moduleKey);
    if (moduleRef === undefined) throw new Error(`${handlerName} is of no module`);
    return moduleRef;
  }
}

function goNowhere(): void {
  // `next()` of a read that is only compared with.
}

/** Notes which interceptors were reached: the last one has answered, where the handler was not called. */
function watch(interceptor: NestInterceptor, reached: NestInterceptor[]): NestInterceptor {
  return {
    intercept: (context, next) => {
      reached.push(interceptor);
      return interceptor.intercept(context, next);
    },
  };
}

/** Nest's own `CacheInterceptor` and what extends it. */
function isNamedCache(interceptor: object): boolean {
  const prototype = Object.getPrototypeOf(interceptor) as object | null;
  if (prototype === null) return false;
  return prototype.constructor.name === 'CacheInterceptor' || isNamedCache(prototype);
}
