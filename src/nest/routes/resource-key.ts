import { parametersOf, trimmed, wholePathsOf, withoutNames } from './path-parameters.js';
import type { Located } from './path-parameters.js';

type Places = (template: string) => {
  /** The path of the GET, as it was registered, with its parameters nameless. */
  readonly place: string;
  /** The names under which the request has the values of these parameters, in order. */
  readonly names: readonly string[];
};

/**
 * Which resource a request writes: the path of the GET that shows it, as it was registered, and the values of its parameters,
 * in order. So `PATCH :id/email` and `PUT :id` write one resource, in whichever controllers they are, and the same path
 * below another prefix (`:tenant/users/1`) is another. Parameters of the host count as well; its name does not, since a
 * client chooses it.
 *
 * @param read the GET; `undefined` where there is none, so that the path of the write must do.
 */
export function resourceKey(
  write: Located,
  read: Located | undefined,
): (request: object, template: string) => string {
  const placeOf = placesOf(write, read);
  return (request, template) => {
    const { place, names } = placeOf(template);
    const { params = {}, hosts = {} } = request as { params?: Params; hosts?: Params };
    const values = names.map((name) => params[name] ?? null);
    return JSON.stringify([place, values, Object.values(hosts)]);
  };
}

/** Whether the resource that a write names by its own path is the one that the GET shows. */
export function isSamePath(write: Located, read: Located): boolean {
  const paths = wholePathsOf(read).map(withoutNames);
  return wholePathsOf(write).every((path) => paths.includes(withoutNames(path)));
}

type Params = Readonly<Record<string, unknown>>;

/** Worked out once for each path that the write is registered under. */
function placesOf(write: Located, read: Located | undefined): Places {
  const known = new Map<string, ReturnType<Places>>();
  return (template) => {
    let found = known.get(template);
    if (found === undefined) {
      found = placeOf(template, write, read);
      known.set(template, found);
    }
    return found;
  };
}

function placeOf(template: string, write: Located, read: Located | undefined): ReturnType<Places> {
  const path = read === undefined ? trimmed(template) : pathOfRead(template, write, read);
  const ofWrite = parametersOf(template);
  const names = parametersOf(path).map((name, index) =>
    ofWrite.includes(name) ? name : (ofWrite[index] ?? name),
  );
  return { place: withoutNames(path), names };
}

/** The path of the GET below the same prefix and version as that of the write, which was registered as `template`. */
export function pathOfRead(template: string, write: Located, read: Located): string {
  const whole = trimmed(template);
  const index = longestEnd(whole, wholePathsOf(write));
  // Not a path that we know how Nest makes: the write's own is a resource of its own.
  if (index === undefined) return whole;
  const prefix = trimmed(whole.slice(0, whole.length - index.end.length));
  const paths = wholePathsOf(read);
  return trimmed([prefix, paths[index.at] ?? paths[0]].join('/'));
}

function longestEnd(
  whole: string,
  ends: readonly string[],
): { readonly end: string; readonly at: number } | undefined {
  return ends
    .map((end, at) => ({ end, at }))
    .filter(({ end }) => end === '' || whole === end || whole.endsWith(`/${end}`))
    .toSorted((a, b) => b.end.length - a.end.length)[0];
}
