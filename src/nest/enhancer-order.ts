import type { Enhancer } from './nest-metadata.js';
import { guardsOf, interceptorsOf, setGuards, setInterceptors } from './nest-metadata.js';
import { ENHANCER_ROLE, TAGGED_HANDLER_METADATA } from './etag.constants.js';
import { ROLES } from './roles.js';
import type { Route } from './route.js';
import { TURN_TAKING } from './turn-taking.js';

/**
 * Puts our guards after all other guards of a handler, and our interceptor inside all other
 * interceptors, whatever order the decorators stand in: nobody whom another guard refuses
 * learns anything about a resource, and the turn is held around pipes and handler only.
 *
 * Guards run global, controller, handler; interceptors wrap in the same order. So ours move from the
 * controller to the end of each handler's own list. Only class references are moved, which every
 * application resolves for itself; the interceptor has no state.
 */
export function orderEnhancers(routes: readonly Route[]): void {
  const guardsOfRoutes = routes.map((route) => ({ route, guards: ourGuards(route) }));
  for (const { route } of guardsOfRoutes) {
    setGuards(route.controller, guardsOf(route.controller).filter(isForeign));
  }
  for (const { route, guards } of guardsOfRoutes) {
    const { handler, rule } = route;
    setGuards(handler, [...guardsOf(handler).filter(isForeign), ...guards]);
    if (rule !== undefined) {
      setInterceptors(handler, [
        ...interceptorsOf(handler).filter((each) => roleOf(each) !== ROLES.turns),
        TURN_TAKING,
      ]);
    }
    Reflect.defineMetadata(TAGGED_HANDLER_METADATA, handler, handler);
  }
}

/** The guards that a route needs, of those that decorators put on it: for a write the one that compares. */
function ourGuards({ controller, handler, rule }: Route): readonly Enhancer[] {
  const ours = [...guardsOf(controller), ...guardsOf(handler)].filter((each) => !isForeign(each));
  const role = rule === undefined ? ROLES.etag : ROLES.ifMatch;
  const needed = ours.filter((each) => roleOf(each) === role);
  return [...new Set(needed)].slice(-1);
}

function isForeign(enhancer: Enhancer): boolean {
  const role = roleOf(enhancer);
  return role !== ROLES.etag && role !== ROLES.ifMatch;
}

function roleOf(enhancer: Enhancer): unknown {
  return (enhancer as Record<string, unknown>)[ENHANCER_ROLE];
}
