import { isObject } from '../checks/objects.js';
import type { RouteReply } from '../platform/platform.js';
import { parametersOf } from '../routes/path-parameters.js';
import type { Route } from '../routes/route.js';

/**
 * The parameters of the GET that sends what a POST has created: what the request has already, and the last one from
 * `Location`, or else from the property of the answer that is named like it. `undefined` where neither tells.
 *
 * @param created the GET: `:id`.
 */
export function parametersOfCreated(
  created: Route,
  { request, head, value }: RouteReply,
): Readonly<Record<string, unknown>> | undefined {
  const name = parametersOf(created.path).at(-1);
  if (name === undefined) return undefined;
  const { params = {} } = request as { readonly params?: Readonly<Record<string, unknown>> };
  const id = lastSegmentOf(head.field('Location')) ?? (isObject(value) ? value[name] : undefined);
  return typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint'
    ? { ...params, [name]: String(id) }
    : undefined;
}

function lastSegmentOf(location: unknown): string | undefined {
  if (typeof location !== 'string') return undefined;
  const path = location.replace(/[?#].*$/, '').replace(/\/$/, '');
  const segment = path.slice(path.lastIndexOf('/') + 1);
  try {
    return segment === '' ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
