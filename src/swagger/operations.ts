import type { DecoratedHandler } from '../nest/routes/decorated-handlers.js';
import { pathsOf } from '../nest/internals/nest-metadata.js';
import type { OpenAPIDocument, Operation } from './openapi.js';

/** The methods that a path of a document may have operations for. */
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** An operation of a document and where it stands. */
export interface DocumentedOperation {
  readonly path: string;
  /** `GET`, `PUT`, … */
  readonly method: string;
  readonly operation: Operation;
}

/** All operations of a document. */
export function operationsOf({ paths }: OpenAPIDocument): readonly DocumentedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => isObject(item[method])).map((method) => ({
      path,
      method: method.toUpperCase(),
      operation: item[method] as Operation,
    })),
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/**
 * The handler that an operation documents. Its path ends in the handler's own, behind a global
 * prefix, a version or the path of a module; of several handlers, the one whose name the operation's id has
 * wins, then the one whose own path is the longest, then the one whose version it is.
 */
export function handlerOf(
  documented: DocumentedOperation,
  handlers: readonly DecoratedHandler[],
): DecoratedHandler | undefined {
  return handlers
    .map((handler) => ({ handler, likeness: likenessOf(documented, handler) }))
    .filter(({ likeness }) => likeness !== undefined)
    .toSorted((a, b) => compare(b.likeness ?? [], a.likeness ?? []))[0]?.handler;
}

/** How well a handler fits, the most telling measure first; `undefined` for not at all. */
function likenessOf(
  { path, method, operation }: DocumentedOperation,
  handler: DecoratedHandler,
): readonly number[] | undefined {
  if (handler.verb !== method && handler.verb !== 'ALL') return undefined;
  const segments = segmentsOf(path);
  const lengths = ownPathsOf(handler)
    .filter((own) => endsIn(segments, own))
    .map((own) => own.length);
  if (lengths.length === 0) return undefined;
  const length = Math.max(...lengths);
  const id = operation.operationId ?? '';
  const name = `${handler.controller.name}_${handler.name}`;
  const isNamed = id === name || [`${name}_`, `${name}[`].some((start) => id.startsWith(start));
  // An empty path is the end of every other.
  if (length === 0 && !isNamed && segments.length > 0) return undefined;
  const before = segments.slice(0, segments.length - length);
  const hasVersion = handler.apiVersions.some(
    (version) => before.some((each) => each.endsWith(version)) || id.endsWith(version),
  );
  return [Number(isNamed), length, Number(id === name), Number(hasVersion)];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const difference = a.findIndex((each, index) => each !== b[index]);
  return difference === -1 ? 0 : (a[difference] ?? 0) - (b[difference] ?? 0);
}

function ownPathsOf({ controller, path }: DecoratedHandler): readonly (readonly string[])[] {
  return pathsOf(controller).map((base) => segmentsOf(`${base}/${path}`));
}

/** The segments of a path, whatever its parameters are called: `users/:id` and `/users/{id}` have the same. */
function segmentsOf(path: string): readonly string[] {
  return path
    .split('/')
    .map((segment) =>
      segment
        .replace(/[{]?[:*](\w*)(\([^)]*\))?[?+*]?[}]?/g, '{}')
        .replace(/\{\w+\}/g, '{}')
        .replace(/^\*$/, '{}'),
    )
    .filter((segment) => segment !== '');
}

function endsIn(segments: readonly string[], end: readonly string[]): boolean {
  const start = segments.length - end.length;
  return start >= 0 && end.every((segment, index) => segment === segments[start + index]);
}
