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

/** Whether one path has all parameters that another cannot do without. */
export function hasParametersOf(path: string, other: string): boolean {
  const present = parametersOf(path);
  return parametersOf(other.replaceAll(OPTIONAL, '')).every((name) => present.includes(name));
}

/** Whether a path is another, or leads below it: `:id/email` begins with `:id`. */
export function beginsWith(path: string, other: string): boolean {
  return path === other || other === '' || path.startsWith(`${other}/`);
}

/** A path without slashes at its ends. */
export function trimmed(path: string): string {
  return path.replaceAll(/^\/+|\/+$/g, '');
}
