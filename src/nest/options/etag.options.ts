import type { DigestOptions } from '../../representation/digest.js';
import { createDigest } from '../../representation/digest.js';
import { at, refuseNonOptions, refuseWrongOptions } from '../checks/argument-checks.js';
import { isLiteral, isObject, isOfProperties } from '../checks/objects.js';
import type { WriteLocks } from '../locks/write-locks.js';
import { SAMPLE_REFUSAL, standardBody } from '../refusals/refusals.js';
import type { RefusalBody, RefusalStatus } from '../refusals/refusals.js';

/**
 * Runs the read that a write is compared with, see {@link ETagModuleOptions.aroundRead}. It must answer with what the read
 * answers.
 *
 * @publicApi
 */
export type AroundRead = (read: () => Promise<unknown>) => Promise<unknown>;

/** The methods a write may have. */
export type WriteMethod = 'PUT' | 'PATCH' | 'DELETE' | 'POST';

/**
 * Options of `ETagModule.forRoot()`, as given. Every one has a default; a wrong one fails at boot
 * with a sentence that says what to write instead.
 *
 * @publicApi
 */
export interface ETagModuleOptions {
  /**
   * What holds the comparison and the write together.
   *
   * - `'process'`: a lock of the resource, in this process only.
   * - {@link WriteLocks}: a lock that all processes share: `postgresLocks(pool)` and its like, from `nestjs-etag/locks`.
   * - `'database'`: no lock; the write itself is conditional (`@Precondition()`), so that any number of
   *   processes may write.
   *
   * @default 'process'
   */
  readonly atomicity?: 'process' | 'database' | WriteLocks;
  /**
   * How long a write waits for the lock of its resource, in milliseconds. Then it is answered 503, with `Retry-After` and the
   * reason `busy`.
   *
   * @default 30000
   */
  readonly lockTimeout?: number;
  /**
   * Puts each read that a write is compared with into a unit of work of its own, for an ORM that remembers what a request
   * has loaded, and would answer from memory.
   *
   * @default none
   * @example
   * (read) => RequestContext.create(orm.em, read)
   */
  readonly aroundRead?: AroundRead;
  /**
   * The hash of the tags: one of `crypto.getHashes()` with at least 128 bits that is not known to be broken. Another
   * algorithm makes other tags.
   *
   * @default 'sha256'
   */
  readonly algorithm?: string;
  /**
   * Keys the tags (HMAC), so that nobody can guess hidden values from them. Every instance of the application must have
   * the same secret.
   *
   * @default none
   */
  readonly secret?: string | Uint8Array;
  /**
   * The methods of guarded handlers that are answered 428 without `If-Match`. `@IfMatch({ required })` overrides it for one
   * handler.
   *
   * @default ['PUT', 'PATCH']
   */
  readonly requireIfMatch?: readonly WriteMethod[];
  /**
   * `Cache-Control` of tagged answers that set none; `false` for none.
   *
   * @default 'private, no-cache'
   */
  readonly cacheControl?: string | false;
  /**
   * Which rewritten forms of a strong tag are accepted: proxies that compress make `W/"x"` or `"x-gzip"` of `"x"`.
   *
   * - `'strict'`: none, as RFC 9110 says; the first 412 of a route for this reason is logged.
   * - `'weakened'`: `W/"x"`.
   * - `'recoded'`: also `"x-gzip"`, `"x-br"` and their like.
   *
   * @default 'strict'
   */
  readonly intermediaries?: 'strict' | 'weakened' | 'recoded';
  /**
   * A header that repeats the tag, with its quotes, and is accepted instead of `If-Match`, for proxies that remove `ETag`:
   * `'X-Resource-Version'`.
   *
   * @default none
   */
  readonly tagHeader?: string;
  /**
   * Whether refusals are problem details (RFC 9457, `application/problem+json`) instead of Nest's own shape.
   *
   * @default false
   */
  readonly problemDetails?: boolean;
  /**
   * A function that makes the body of every refusal of this package. Its parameters are what the refusal says, and the body
   * that it would have. It is tried out at boot.
   *
   * @default none
   * @example
   * (refusal, body) => ({ ...body, type: `https://example.com/problems/${refusal.reason}` })
   */
  readonly refusalBody?: RefusalBody;
  /**
   * Another status for a reason, on writes: `{ changed: 409 }`. The OpenAPI document and `nestjs-etag/client` know it. A GET
   * whose `If-Match` fails stays 412 (RFC 9110 §13.1.1).
   *
   * @default {}
   */
  readonly refusalStatus?: RefusalStatus;
}

/** {@link ETagModuleOptions} with every default filled in. */
export interface ResolvedETagOptions {
  readonly atomicity: 'process' | 'database' | WriteLocks;
  readonly lockTimeout: number;
  readonly aroundRead: AroundRead;
  readonly digest: DigestOptions;
  readonly requireIfMatch: ReadonlySet<string>;
  readonly cacheControl: string | false;
  readonly intermediaries: 'strict' | 'weakened' | 'recoded';
  readonly tagHeader: string | undefined;
  readonly problemDetails: boolean;
  readonly refusalBody: RefusalBody | undefined;
  readonly refusalStatus: RefusalStatus;
}

const WRITE_METHODS: readonly WriteMethod[] = ['PUT', 'PATCH', 'DELETE', 'POST'];

/** Milliseconds. */
const DEFAULT_LOCK_TIMEOUT = 30_000;
/** The longest that a timer of Node counts, in milliseconds: 24 days. */
const LONGEST_TIMEOUT = 2_147_483_647;

function isWriteLocks(value: unknown): value is WriteLocks {
  return isObject(value) && typeof value['acquire'] === 'function';
}

type Check = (value: unknown) => string | undefined;

function oneOf(...allowed: readonly string[]): Check {
  return (value) =>
    allowed.includes(value as string)
      ? undefined
      : `must be ${allowed.map((each) => `'${each}'`).join(' or ')}`;
}

/** What each option must be; the keys are all the options there are. */
const CHECKS: Record<keyof ETagModuleOptions, Check> = {
  atomicity: (value) =>
    value === 'process' || value === 'database' || isWriteLocks(value)
      ? undefined
      : "must be 'process', 'database' or locks from nestjs-etag/locks, such as postgresLocks(pool)",
  lockTimeout: (value) =>
    typeof value === 'number' && value > 0 && value <= LONGEST_TIMEOUT
      ? undefined
      : `must be a number of milliseconds, more than 0 and at most ${LONGEST_TIMEOUT}: a write that waits for ever would hold its client for ever`,
  aroundRead: (value) =>
    typeof value === 'function'
      ? undefined
      : 'must be a function (read) => Promise, such as (read) => RequestContext.create(orm.em, read)',
  algorithm: (value) =>
    typeof value === 'string' ? undefined : "must be the name of a hash, such as 'sha256'",
  secret: (value) =>
    typeof value === 'string' || value instanceof Uint8Array
      ? undefined
      : 'must be a string or a Uint8Array (is an environment variable missing?)',
  requireIfMatch: (value) =>
    Array.isArray(value) && value.every((each) => WRITE_METHODS.includes(each as WriteMethod))
      ? undefined
      : "must be a list of methods in upper case, for example ['PUT', 'PATCH']; [] for none",
  cacheControl: (value) =>
    value === false ||
    (typeof value === 'string' && /^[\t\x20-\x7e]*[!-~][\t\x20-\x7e]*$/.test(value))
      ? undefined
      : "must be a Cache-Control value such as 'private, no-cache', or false for none",
  intermediaries: oneOf('strict', 'weakened', 'recoded'),
  tagHeader: (value) =>
    typeof value === 'string' && /^(?!(etag|if-.*)$)[\w!#$%&'*+.^`|~-]+$/i.test(value)
      ? undefined
      : "must be the name of a header of its own, such as 'X-Resource-Version'; ETag and the If- fields are there anyway",
  problemDetails: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  refusalBody: (value) =>
    typeof value === 'function' && isBody(sampleBody(value as RefusalBody))
      ? undefined
      : 'must be a function (refusal, body) => object that is sent as the body',
  refusalStatus: (value) =>
    isObject(value) &&
    isLiteral(value) &&
    Object.entries(value).every(
      ([reason, status]) => REASONS.includes(reason) && STATUSES.includes(status as number),
    )
      ? undefined
      : `must be an object such as { changed: 409 }, with the reasons ${REASONS.join(', ')} and the statuses ${STATUSES.join(', ')}`,
};

/** The reasons that may have another status. */
const REASONS: readonly string[] = [
  'changed',
  'missing-resource',
  'exists',
  'weak-tag',
  'recoded-tag',
  'unmodified-since',
  'missing-precondition',
] satisfies readonly (keyof RefusalStatus)[];
const STATUSES: readonly number[] = [400, 404, 409, 412, 428];

/** A promise, or a Map, would be sent as `{}`. */
function isBody(value: unknown): boolean {
  return isObject(value) && isOfProperties(value);
}

/** @throws TypeError for a function that fails at what every application refuses sooner or later. */
function sampleBody(refusalBody: RefusalBody): unknown {
  return at(
    `ETagModule.forRoot(): option 'refusalBody' fails at ${JSON.stringify(SAMPLE_REFUSAL)}`,
    () => refusalBody(SAMPLE_REFUSAL, standardBody(SAMPLE_REFUSAL)),
  );
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError that names the option, what it was and what to write instead.
 */
export function resolveOptions(given: ETagModuleOptions = {}): ResolvedETagOptions {
  refuseWrongOptions('ETagModule.forRoot()', given, CHECKS);
  refuseMissingSecret(given);
  const digest: DigestOptions = {
    ...(given.algorithm === undefined ? {} : { algorithm: given.algorithm }),
    ...(given.secret === undefined ? {} : { secret: given.secret }),
  };
  at('ETagModule.forRoot()', () => createDigest(digest));
  return {
    atomicity: given.atomicity ?? 'process',
    lockTimeout: given.lockTimeout ?? DEFAULT_LOCK_TIMEOUT,
    aroundRead: given.aroundRead ?? ((read) => read()),
    digest,
    requireIfMatch: new Set(given.requireIfMatch ?? ['PUT', 'PATCH']),
    cacheControl: given.cacheControl ?? 'private, no-cache',
    intermediaries: given.intermediaries ?? 'strict',
    tagHeader: given.tagHeader,
    problemDetails: given.problemDetails ?? false,
    refusalBody: given.refusalBody,
    refusalStatus: given.refusalStatus ?? {},
  };
}

/** Who names a secret means to have one: tags without it would give away what it should hide. */
function refuseMissingSecret(given: ETagModuleOptions): void {
  if (!('secret' in given) || given.secret !== undefined) return;
  throw new TypeError(
    `ETagModule.forRoot(): option 'secret' ${CHECKS.secret(undefined)}, not undefined; leave it out for tags without a key`,
  );
}

/**
 * Refuses options of `forRootAsync()` that Nest could get no options from.
 *
 * @throws TypeError
 */
export function refuseWrongAsyncOptions(given: unknown): void {
  refuseNonOptions('ETagModule.forRootAsync()', given);
  const { useFactory, useClass, useExisting } = given as Record<string, unknown>;
  const source = useFactory ?? useClass ?? useExisting;
  if (typeof source === 'function' || (useFactory === undefined && source !== undefined)) return;
  throw new TypeError(
    'ETagModule.forRootAsync() takes { useFactory: () => options }, with what it needs in inject and imports, or useClass or useExisting with a class that has createETagOptions()',
  );
}
