import type { AbstractHttpAdapter, ModulesContainer } from '@nestjs/core';
import { exchangeOf, isOfRoute } from './exchange/exchange.js';
import type { AdmittedWrite } from './exchange/exchange.js';
import { HANDLER_METADATA } from './internals/etag.constants.js';
import { putRunAround } from './internals/handler-run.js';
import type { HandlerRun } from './internals/handler-run.js';
import { hostOf } from './internals/instance-wrapper.js';
import { guardsOf, verbOf } from './internals/nest-metadata.js';
import type { Handler } from './internals/nest-metadata.js';
import { nestVersion } from './internals/nest-version.js';
import type { Router } from './internals/router.js';
import { ROLES } from './internals/roles.js';
import { watchRegistration } from './platform/registration.js';
import type { DecoratedHandler } from './routes/decorated-handlers.js';
import { roleOf } from './routes/enhancer-order.js';
import { Problems } from './routes/problems.js';
import type { Route } from './routes/route.js';

type Hosted = Pick<Route, 'handlerName' | 'controller' | 'moduleKey' | 'name' | 'handler'>;

/**
 * Makes sure, at boot, that every handler with decorators of ours is the one that Nest will call: it is marked, a guarded one
 * is run under its guard only, and Nest finds the guard on it and registers it.
 */
export class GuardedHandlers {
  private readonly expected = new Map<HandlerRun, string>();
  private registered: ReadonlySet<HandlerRun> = new Set();

  constructor(
    private readonly modules: ModulesContainer,
    private readonly router: Router,
  ) {}

  /**
   * @param routes those that are tagged or guarded.
   * @param handlers all handlers of the application.
   * @throws Error for handlers that something has replaced by a function without their metadata, and where Nest does not find
   * the guard.
   */
  prepare(
    routes: readonly Route[],
    handlers: readonly DecoratedHandler[],
    adapter: AbstractHttpAdapter,
  ): void {
    const problems = new Problems();
    for (const { handler } of handlers) {
      // What another application of the process has wrapped is known by the method that it wraps.
      if (Reflect.hasOwnMetadata(HANDLER_METADATA, handler)) continue;
      Reflect.defineMetadata(HANDLER_METADATA, handler, handler);
    }
    for (const route of routes) problems.collect(() => this.mark(route));
    for (const each of handlers) this.markBound(each);
    problems.throwIfAny();
    this.registered = watchRegistration(adapter, (request) => {
      exchangeOf(request)?.write?.routeIsOver();
    });
    for (const route of routes) {
      if (route.rule === undefined) continue;
      problems.collect(() => this.refuseUnguarded(route));
      const run = putRunAround({ ...route, instance: this.instanceOf(route) }, (request) =>
        admittedWrite(request, route),
      );
      this.expected.set(run, route.handlerName);
    }
    problems.throwIfAny();
  }

  /** @throws Error for a guarded handler that Nest has registered as another function than the one that was prepared. */
  refuseUnregistered(): void {
    const missing = [...this.expected].filter(([run]) => !this.registered.has(run));
    if (missing.length === 0) return;
    const names = [...new Set(missing.map(([, handlerName]) => handlerName))].join(', ');
    throw new Error(
      `${names}: Nest calls another function than the method that @IfMatch() guards, one that has not its metadata. Copy the metadata to whatever wraps a handler, and wrap it before the application starts: Reflect.getMetadataKeys(method).forEach((key) => Reflect.defineMetadata(key, Reflect.getMetadata(key, method), wrapper))`,
    );
  }

  /** An instance may have a function of its own where the prototype has the method: a spy, an aspect, a bound method. */
  private mark(route: Hosted): void {
    const instance = this.instanceOf(route) as Record<string, Handler> | undefined;
    const called = instance?.[route.name];
    if (called === undefined || called === route.handler) return;
    if (verbOf(called) === undefined) {
      throw new Error(
        `${route.handlerName} is replaced on its instance by a function that has not the metadata of the method (a spy, an aspect, bind()?), so that its guards are lost: copy them, Reflect.getMetadataKeys(method).forEach((key) => Reflect.defineMetadata(key, Reflect.getMetadata(key, method), wrapper))`,
      );
    }
    // A copy of metadata from before its guards were put in order.
    for (const key of Reflect.getMetadataKeys(route.handler) as string[]) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, route.handler), called);
    }
  }

  /** A handler that was bound has no metadata: the fence must be able to tell one that nobody guards from one that lost its guard. */
  private markBound(handler: Hosted): void {
    const instance = this.instanceOf(handler) as Record<string, Handler> | undefined;
    const called = instance?.[handler.name];
    if (typeof called !== 'function' || Reflect.hasMetadata(HANDLER_METADATA, called)) return;
    Reflect.defineMetadata(HANDLER_METADATA, handler.handler, called);
  }

  /** Asks Nest itself which guards it will run. */
  private refuseUnguarded(route: Hosted): void {
    const host = hostOf(this.modules, route);
    const instance = this.instanceOf(route) ?? (route.controller.prototype as object);
    const guards = this.router.guardsOf({
      instance,
      callback: (instance as Record<string, Handler>)[route.name] as Handler,
      name: route.name,
      moduleKey: route.moduleKey,
      contextId: undefined,
      inquirerId: host.id,
    });
    // A test may put another guard in the place of ours: what that lets through is refused when the handler is about to run.
    const count = guardsOf(route.controller).length + guardsOf(route.handler).length;
    if (guards.some(isIfMatchGuard) || guards.length >= count) return;
    throw new Error(
      `${route.handlerName} has @IfMatch(), and ${nestVersion()} does not find its guard there. Update nestjs-etag, or go back to the version of Nest that you had`,
    );
  }

  private instanceOf(route: Hosted): object | undefined {
    const host = hostOf(this.modules, route);
    return host.isDependencyTreeStatic() ? host.instance : undefined;
  }
}

/** The write that was admitted on this route: one of another route was judged for something else. */
function admittedWrite(request: object, route: Route): AdmittedWrite | undefined {
  const exchange = exchangeOf(request);
  if (exchange?.route === undefined || isOfRoute(exchange, route)) return exchange?.write;
  return undefined;
}

function isIfMatchGuard(guard: object): boolean {
  return roleOf(guard.constructor) === ROLES.ifMatch;
}
