import { pathsOf } from '../internals/nest-metadata.js';
import type { Route } from './route.js';

/** Where a handler is found. */
export type Located = Pick<Route, 'controller' | 'modulePath' | 'path'>;

const PARAMETER = /([:*])([\p{ID_Start}$_][\p{ID_Continue}$]*)?/gu;

/** What a path may leave out: `{/:page}` on Express, `:page?` on Fastify. */
const OPTIONAL = /\{[^}]*\}|[:*][^/]*\?/g;

/** The names of the parameters in a path, in order; Fastify calls a wildcard `*`, whatever its name. */
export function parametersOf(path: string): readonly string[] {
  return [...path.matchAll(PARAMETER)].flatMap(([, kind, name]) => [
    ...(kind === '*' ? ['*'] : []),
    ...(name === undefined ? [] : [name]),
  ]);
}

/** A path with its parameters nameless: `:id` and `:userId` are the same place. */
export function withoutNames(path: string): string {
  return path.replaceAll(PARAMETER, '$1');
}

/** The paths of a handler as Nest puts them together: of its module, of its controller (there may be several), its own. */
export function wholePathsOf({ controller, modulePath, path }: Located): readonly string[] {
  return pathsOf(controller).map((base) =>
    [modulePath, base, path].filter((part) => part !== '').join('/'),
  );
}

/** Whether the paths of a handler have all parameters that those of another cannot do without. */
export function hasParametersOf(handler: Located, other: Located): boolean {
  const others = wholePathsOf(other);
  return wholePathsOf(handler).every((path, at) => {
    const present = parametersOf(path);
    const needed = parametersOf((others[at] ?? others[0] ?? '').replaceAll(OPTIONAL, ''));
    return needed.every((name) => present.includes(name));
  });
}

/** The parameters that only the paths of a handler have, and those of another do not. */
export function foreignParameters(handler: Located, other: Located): readonly string[] {
  const known = new Set(wholePathsOf(other).flatMap(parametersOf));
  return wholePathsOf(handler)
    .flatMap(parametersOf)
    .filter((name) => !known.has(name));
}

/** Whether a path is another, or leads below it: `:id/email` begins with `:id`. */
export function beginsWith(path: string, other: string): boolean {
  return path === other || other === '' || path.startsWith(`${other}/`);
}

/** A path without slashes at its ends. */
export function trimmed(path: string): string {
  return path.replaceAll(/^\/+|\/+$/g, '');
}
