import type { Declared } from './decorated-handlers.js';
import { pathsOf } from '../internals/nest-metadata.js';
import { parametersOf } from './path-parameters.js';
import type { Route } from './route.js';

/**
 * Which resource a request writes: the GET it is read through, and all parameters that this GET has as
 * well. So `PATCH :id/email` and `PUT :id` are writes of one resource, and the same path below another
 * prefix (`:tenant/users/1`) or host is another.
 *
 * @param read the GET handler; `undefined` where the controller has none for the resource.
 */
export function resourceKey(
  declared: Declared,
  read: Route | undefined,
): (request: unknown) => string {
  const scope =
    read?.handlerName ?? `${declared.controller.name} ${pathsOf(declared.handler).join(' ')}`;
  const ofRead = new Set(parametersOf((read ?? declared).handler));
  const ofWriteAlone = new Set(parametersOf(declared.handler).filter((name) => !ofRead.has(name)));
  return (request) => {
    const { params = {}, hosts = {} } = request as { params?: object; hosts?: object };
    const shared = Object.entries(params).filter(([name]) => !ofWriteAlone.has(name));
    return `${scope} ${JSON.stringify([shared.sort(byName), hosts])}`;
  };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
