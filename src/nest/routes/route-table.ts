import type { ExecutionContext } from '@nestjs/common';
import { HANDLER_METADATA } from '../internals/etag.constants.js';
import type { Controller, Handler } from '../internals/nest-metadata.js';
import { trimmed } from './path-parameters.js';
import type { DecoratedHandler } from './decorated-handlers.js';
import type { Route } from './route.js';

/** Where a request is, as far as it takes to tell routes of one handler apart. */
export interface Whereabouts {
  /** The module of the guard that asks; `undefined` where it is of no module, as a global interceptor. */
  readonly moduleKey: string | undefined;
  /** The path that the request matched, as it was registered. */
  readonly template: () => string;
}

/**
 * Finds the route of a request: by its controller class, its method, its module and its path. The method is known by
 * metadata, which whatever wraps a handler carries on; never by the identity of a function.
 */
export class RouteTable {
  private readonly routes = new Map<Controller, Map<Handler, readonly Route[]>>();

  /**
   * @param handlers every handler of the application, of which those without a route are left alone.
   */
  constructor(routes: readonly Route[], handlers: readonly DecoratedHandler[]) {
    for (const { controller, handler } of handlers) this.of(controller).set(methodOf(handler), []);
    for (const route of routes) {
      const known = this.of(route.controller);
      const method = methodOf(route.handler);
      known.set(method, [...(known.get(method) ?? []), route]);
    }
  }

  /**
   * The route of a request; `undefined` for one that is left alone.
   *
   * @throws UnknownRoute for a handler that no controller had at boot, or that cannot be told from another.
   */
  find(context: ExecutionContext, whereabouts: Whereabouts): Route | undefined {
    const handler = context.getHandler() as Handler;
    const controller = context.getClass();
    const routes = this.routes.get(controller)?.get(methodOf(handler));
    if (routes === undefined) throw new UnknownRoute(controller, handler);
    return routes.length < 2 ? routes[0] : theOneAt(routes, whereabouts);
  }

  private of(controller: Controller): Map<Handler, readonly Route[]> {
    let handlers = this.routes.get(controller);
    if (handlers === undefined) {
      handlers = new Map();
      this.routes.set(controller, handlers);
    }
    return handlers;
  }
}

/** The method that a handler is, or wraps. */
function methodOf(handler: Handler): Handler {
  return (Reflect.getMetadata(HANDLER_METADATA, handler) ?? handler) as Handler;
}

/** A request reached a guard or an interceptor of ours in a way that cannot be told: it must be refused. */
export class UnknownRoute extends Error {
  constructor(controller: { readonly name: string }, handler: { readonly name: string }) {
    super(
      `a request reached ${controller.name}, handler '${handler.name}', which is none of the handlers that were there when the application started (was it replaced by a function without its metadata?)`,
    );
    this.name = 'UnknownRoute';
  }
}

/** Of several modules that have the controller, and several paths of the handler. */
function theOneAt(
  routes: readonly Route[],
  { moduleKey, template }: Whereabouts,
): Route | undefined {
  const ofModule = routes.filter(
    (route) => moduleKey === undefined || route.moduleKey === moduleKey,
  );
  if (ofModule.length === 1) return ofModule[0];
  const path = trimmed(template());
  const ofPath = ofModule.filter((route) => endsIn(path, route));
  // Several paths may end alike, ':id' and 'by/:id': the longest says most. Modules that share a path come first come, first served.
  const [found] = ofPath.toSorted((a, b) => b.path.length - a.path.length);
  const any = ofModule[0] ?? routes[0];
  if (found === undefined && any !== undefined) throw new UnknownRoute(any.controller, any.handler);
  return found;
}

function endsIn(template: string, { modulePath, path }: Route): boolean {
  const isBelow = modulePath === '' || `/${template}/`.includes(`/${modulePath}/`);
  const end = withBareWildcards(trimmed(path));
  const whole = withBareWildcards(template);
  return isBelow && (end === '' || whole === end || whole.endsWith(`/${end}`));
}

/** Nest names the wildcards of older paths for Express: `files/*` is registered as `files/{*path}`. */
function withBareWildcards(path: string): string {
  return path.replaceAll(/\{\*\w*\}|\(\.\*\)|\*\w*|\+(?=\/|$)/g, '*');
}
