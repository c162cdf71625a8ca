import { pathsOf } from '../internals/nest-metadata.js';

const PARAMETER = /([:*])([\p{ID_Start}$_][\p{ID_Continue}$]*)?/gu;

/** What a path may leave out: `{/:page}` on Express, `:page?` on Fastify. */
const OPTIONAL = /\{[^}]*\}|[:*][^/]*\?/g;

/** The names of the parameters in the paths of a handler; Fastify calls a wildcard `*`, whatever its name. */
export function parametersOf(handler: object): readonly string[] {
  return pathsOf(handler).flatMap(namesIn);
}

/** Whether the path of one handler has all parameters that the path of another cannot do without. */
export function hasParametersOf(handler: object, other: object): boolean {
  const present = parametersOf(handler);
  return pathsOf(other).some((path) =>
    namesIn(path.replace(OPTIONAL, '')).every((name) => present.includes(name)),
  );
}

function namesIn(path: string): string[] {
  return [...path.matchAll(PARAMETER)].flatMap(([, kind, name]) => [
    ...(kind === '*' ? ['*'] : []),
    ...(name === undefined ? [] : [name]),
  ]);
}
