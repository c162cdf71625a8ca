import type { Declared } from './declared.js';
import { pathsOf } from './nest-metadata.js';
import type { Route } from './route.js';

/**
 * Which resource a request writes: the GET it is read through, and the parameters of that GET's
 * path. So `PATCH :id/email` and `PUT :id` are writes of one resource.
 *
 * @param read the GET handler; `undefined` where the controller has none for the resource.
 */
export function resourceKey(
  declared: Declared,
  read: Route | undefined,
): (request: unknown) => string {
  const scope = read?.place ?? `${declared.controller.name} ${pathsOf(declared.handler).join(' ')}`;
  const paths = [...pathsOf(declared.controller), ...pathsOf((read ?? declared).handler)];
  const names = paths.flatMap((path) =>
    [...path.matchAll(/[:*]([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu)].map(
      (match) => match[1] as string,
    ),
  );
  return (request) => {
    const { params } = request as { params?: Record<string, unknown> };
    return `${scope} ${JSON.stringify(names.map((name) => params?.[name]))}`;
  };
}
