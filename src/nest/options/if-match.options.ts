import type { Type } from '@nestjs/common';
import type { Revision } from '../../representation/revision.js';
import { isClass, isClassWith, isVersionOption } from '../checks/argument-checks.js';

/**
 * Gives the guard the current entity, where it is not what the GET handler answers.
 *
 * @publicApi
 */
export interface CurrentEntity {
  /**
   * @param request the platform's request.
   * @returns the entity as GET would answer it, or `null` when there is none.
   * @throws what GET would throw: it is passed on unchanged.
   */
  current(request: never): unknown;
}

/**
 * The conditions of a write that come another way than in their header fields, see {@link IfMatchOptions.from}: entity
 * tags as a header has them, or bare. `undefined`, `null` and `''` count as absent.
 *
 * @publicApi
 */
export interface CarriedConditions {
  readonly ifMatch?: string | number | bigint | null | undefined;
  readonly ifNoneMatch?: string | number | bigint | null | undefined;
}

/**
 * Options of {@link IfMatch}.
 *
 * @typeParam Controller the controller, so that `current` may only name a method of it.
 * @publicApi
 */
export interface IfMatchOptions<Controller = unknown, Request = never> {
  /**
   * What the client's tag is compared with: the name of another GET handler; its controller and name,
   * `[UsersController, 'findOne']`; a function that gives the entity; or a provider class. What the last two give passes
   * through the interceptors and the serialization of the handler that writes.
   *
   * @default the GET handler of the same path
   */
  readonly current?:
    | (unknown extends Controller ? string : keyof Controller & string)
    | readonly [controller: Type<unknown>, name: string]
    | ((controller: Controller, request: Request) => unknown)
    | Type<CurrentEntity>;
  /**
   * Where the version is that `@Precondition()` puts into the write.
   *
   * @default as in `@ETag({ version })` of that GET
   */
  readonly version?: string | ((entity: never) => Revision | null | undefined);
  /**
   * How `If-Match` compares: `'strong'` as RFC 9110 says, so that a weak tag never passes; `'weak'` as OData and SCIM do,
   * for `@WeakETag()`.
   *
   * @default 'strong'
   */
  readonly comparison?: 'strong' | 'weak';
  /**
   * Whether a write without `If-Match` is answered 428. `'existing'`: only if something is there already, so that a
   * creation needs no condition and a change does.
   *
   * @default as `requireIfMatch` of the module says
   */
  readonly required?: boolean | 'existing';
  /**
   * Whether the write may create what is not there. A missing resource is then no error, and
   * `If-None-Match: *` creates only.
   *
   * @default false
   */
  readonly creates?: boolean;
  /**
   * Whether `If-Unmodified-Since` is enough where `If-Match` is required. It is exact to the second only.
   *
   * @default false
   */
  readonly unmodifiedSince?: boolean;
  /**
   * A property of the body that may carry the tag instead of `If-Match`, for clients that cannot
   * set headers: a name, or an array for a path, `['meta', 'version']`. It is taken out before validation; the header
   * wins, and one that says otherwise is 400. `null` and `''` count as absent.
   *
   * @default none
   */
  readonly property?: string | readonly string[];
  /**
   * Any other place of the conditions: a query parameter, another header, a property that stays in the body. What comes bare is
   * quoted. It counts beside the header and `property`; two of them that disagree are 400, and `*` gives way to a tag.
   *
   * @default none
   * @example
   * ({ query }: Request) => ({ ifMatch: query.rev })
   */
  readonly from?: (request: Request) => CarriedConditions | undefined;
  /**
   * Whether a write is answered 200 if its `If-Match` fails and the change is there already, with the current representation
   * and its tag (RFC 9110 §13.1.1). Its first answer was lost, and a proxy or a browser has sent it again. The handler does not
   * run. On a merge PATCH, `true`: each property of the body is what GET sends now. On a PUT, the properties that only the
   * server sets, `['id', 'version', 'updatedAt']`: all others are what GET sends now, and none is left out.
   *
   * @default false
   */
  readonly alreadyApplied?: boolean | readonly string[];
  /**
   * Which tag a successful answer carries: `true`, the tag that GET sends from then on, or none where that cannot be told
   * (without a version, GET is read once more); `'answer'`, the tag of the answer itself, which must be what GET sends, to
   * the byte; `false`, none.
   *
   * @default true
   */
  readonly etag?: boolean | 'answer';
  /**
   * Which resource a request writes, where the path does not tell: several paths of one resource, or several
   * spellings of one parameter (`/users/1` and `/users/01`). Requests with the same key wait for one another.
   *
   * @default the path of the GET handler, and the values of its parameters
   */
  readonly key?: (request: Request) => string;
}

/** What each option of `@IfMatch()` must be; the keys are all the options there are. */
export const IF_MATCH_CHECKS: Record<keyof IfMatchOptions, (value: unknown) => string | undefined> =
  {
    current: (value) =>
      typeof value === 'string' ||
      isNamedHandler(value) ||
      (typeof value === 'function' && (!isClass(value) || isClassWith(value, 'current')))
        ? undefined
        : "must be the name of a GET handler of the same controller, [Controller, 'name'] for one of another, a function (controller, request) => entity, or a provider class with a method current(request)",
    version: isVersionOption,
    comparison: (value) =>
      value === 'strong' || value === 'weak' ? undefined : "must be 'strong' or 'weak'",
    required: (value) =>
      typeof value === 'boolean' || value === 'existing'
        ? undefined
        : "must be true, false or 'existing'",
    creates: isBoolean,
    unmodifiedSince: isBoolean,
    property: isPropertyOption,
    alreadyApplied: (value) =>
      typeof value === 'boolean' ||
      (Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== ''))
        ? undefined
        : "must be true or false, or on a PUT the properties that only the server sets, ['id', 'version']",
    from: (value) =>
      typeof value === 'function' && !isClass(value)
        ? undefined
        : 'must be a function (request) => ({ ifMatch, ifNoneMatch })',
    etag: (value) =>
      typeof value === 'boolean' || value === 'answer'
        ? undefined
        : "must be true, false or 'answer'",
    key: (value) =>
      typeof value === 'function' ? undefined : 'must be a function (request) => string',
  };

function isBoolean(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'must be true or false';
}

/** `meta.version` is written by somebody who means a path; `@odata.etag` is one name. */
const LOOKS_LIKE_PATH = /^[\w$]+(\.[\w$]+)+$/;

/** A check for `property`: what is wrong with it, if anything is. */
export function isPropertyOption(value: unknown): string | undefined {
  const isName = (each: unknown): boolean => typeof each === 'string' && each !== '';
  if (typeof value === 'string' && LOOKS_LIKE_PATH.test(value)) {
    return `must be one name, or an array for a path, ${JSON.stringify(value.split('.')).replaceAll('"', "'")}`;
  }
  return isName(value) || (Array.isArray(value) && value.length > 0 && value.every(isName))
    ? undefined
    : "must be the name of a property of the body, such as 'etag', or an array for a path, such as ['meta', 'version']";
}

function isNamedHandler(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [controller, name] = value as unknown[];
  return isClass(controller) && typeof name === 'string';
}
