import type { ApplicationConfig } from '@nestjs/core';
import {
  ENHANCER_ROLE,
  IF_MATCH_GUARD_METADATA,
  IF_MATCH_METADATA,
  ROUTE_METADATA,
} from '../internals/etag.constants.js';
import { guardsOf, setGuards } from '../internals/nest-metadata.js';
import type { Enhancer, Handler } from '../internals/nest-metadata.js';
import { ROLES } from '../internals/roles.js';
import type { Route } from './route.js';

/**
 * Puts our guards after all other guards of a handler, whatever order the decorators stand in: nobody whom another guard
 * refuses learns anything about a resource.
 *
 * Guards run global, controller, handler, so ours move from the controller to the end of each handler's own list. Only class
 * references are moved, which every application resolves for itself. What stays on the controller of a guarded write is the
 * fence, which has no state and refuses a handler that our guard does not stand on.
 *
 * A handler may belong to several controllers, that inherit it, and to several applications of the process.
 * It gets what any of them needs and never loses it: each guard asks for the route of the request.
 *
 * @param fence the guard that stays on the controllers of guarded handlers.
 */
export function orderEnhancers(routes: readonly Route[], fence: Enhancer): void {
  routes.forEach(rememberGuard);
  const guardsOfRoutes = routes.map((route) => ({ route, guards: ourGuards(route) }));
  for (const { route } of guardsOfRoutes) {
    setGuards(route.controller, guardsOf(route.controller).filter(isForeign));
  }
  for (const { route, guards } of guardsOfRoutes) {
    putLast(route.handler, guards);
    Reflect.defineMetadata(ROUTE_METADATA, true, route.handler);
    if (route.rule !== undefined) putUp(fence, route.controller);
  }
}

/**
 * Refuses `IfMatchGuard` as a global guard: there it would run before the guards of controllers and handlers, and tell whom
 * they refuse what there is.
 *
 * @throws Error
 */
export function refuseGlobalGuard(config: ApplicationConfig): void {
  const guards = config.getGlobalGuards().map((guard) => guard.constructor);
  const ofRequests = config
    .getGlobalRequestGuards()
    .flatMap(({ metatype, inject }) => [metatype, ...((inject ?? []) as unknown[])]);
  if (![...guards, ...ofRequests].some(isIfMatchGuard)) return;
  throw new Error(
    'IfMatchGuard is a global guard (APP_GUARD or app.useGlobalGuards()), and would run before the guards of controllers and handlers: put @IfMatch() on the controllers that are to be guarded',
  );
}

function isIfMatchGuard(guard: unknown): boolean {
  return typeof guard === 'function' && roleOf(guard) === ROLES.ifMatch;
}

/** Whether the guards of a handler have been put in order, by this application or another. */
export function isInOrder(handler: object): boolean {
  return Reflect.hasOwnMetadata(ROUTE_METADATA, handler);
}

/** The guard of a write: the one that stands on its handler or else on its controller, and one that extends ours before ours. */
export function ifMatchGuardOf({ controller, handler }: Pick<Route, 'controller' | 'handler'>) {
  const said = [controller, handler].map(
    (target) => Reflect.getMetadata(IF_MATCH_GUARD_METADATA, target) as Enhancer | undefined,
  );
  return preferred(said.filter((each) => each !== undefined));
}

/**
 * `@UseGuards(IfMatchGuard)` says what `@IfMatch()` does. When the guard has been moved, the next
 * application could no longer see where it stood.
 */
function rememberGuard({ controller, handler, rule }: Route): void {
  if (rule === undefined) return;
  for (const target of [controller, handler]) {
    const guard = preferred(guardsOf(target).filter((each) => roleOf(each) === ROLES.ifMatch));
    if (guard === undefined || isInOrder(target)) continue;
    Reflect.defineMetadata(IF_MATCH_GUARD_METADATA, guard, target);
    if (!Reflect.hasMetadata(IF_MATCH_METADATA, target)) {
      Reflect.defineMetadata(IF_MATCH_METADATA, {}, target);
    }
  }
}

/** One that extends ours says more than the plain one that `@IfMatch()` puts beside it. */
function preferred(guards: readonly Enhancer[]): Enhancer | undefined {
  return guards.findLast((each) => !Object.hasOwn(each, ENHANCER_ROLE)) ?? guards.at(-1);
}

function putLast(handler: Handler, guards: readonly Enhancer[]): void {
  const present = guardsOf(handler);
  const ours = new Set([...(isInOrder(handler) ? present : []), ...guards]);
  setGuards(handler, [
    ...present.filter(isForeign),
    ...[...ours].filter((each) => !isForeign(each)),
  ]);
}

function putUp(fence: Enhancer, controller: object): void {
  const guards = guardsOf(controller);
  if (!guards.some((each) => roleOf(each) === ROLES.fence))
    setGuards(controller, [...guards, fence]);
}

/** The guard that a route needs, of those that decorators put on it: for a write the one that compares. */
function ourGuards(route: Route): readonly Enhancer[] {
  if (route.rule !== undefined) return [ifMatchGuardOf(route) ?? []].flat();
  return [...guardsOf(route.controller), ...guardsOf(route.handler)]
    .filter((each) => roleOf(each) === ROLES.etag)
    .slice(-1);
}

const OURS: ReadonlySet<unknown> = new Set([ROLES.etag, ROLES.ifMatch, ROLES.fence]);

function isForeign(enhancer: Enhancer): boolean {
  return !OURS.has(roleOf(enhancer));
}

/** Which of our enhancers one is; `undefined` for those of others. */
export function roleOf(enhancer: Enhancer): unknown {
  return (enhancer as Record<string, unknown>)[ENHANCER_ROLE];
}
