import type { Digest, DigestOptions } from '../../representation/digest.js';
import { createDigest } from '../../representation/digest.js';
import { compiled } from '../checks/argument-checks.js';
import { SAMPLE_REFUSAL, standardBody } from '../refusals/refusals.js';
import type { RefusalBody } from '../refusals/refusals.js';

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
   * Who keeps the check and the write together.
   *
   * - `'process'`: the writes of one resource take turns, in this process only.
   * - `'database'`: the write itself is conditional (`@Precondition()`), so that any number of
   *   processes may write.
   *
   * @default 'process'
   */
  readonly atomicity?: 'process' | 'database';
  /**
   * The hash of strong, weak and version tags: any of `crypto.getHashes()` with at least 128 bits
   * that is not known to be broken, or a function that makes the opaque tag of a content. Another algorithm makes
   * other tags.
   *
   * @default 'sha256'
   */
  readonly algorithm?: string | Digest;
  /**
   * Keys the tags (HMAC), so that nobody can guess hidden or low-entropy values from them. Every
   * instance of the application must have the same secret.
   */
  readonly secret?: string | Uint8Array;
  /**
   * The methods that are answered `428` when they come without `If-Match`. Applies to guarded
   * handlers only; `@IfMatch({ required })` overrides it for one.
   *
   * @default ['PUT', 'PATCH']
   */
  readonly requireIfMatch?: readonly WriteMethod[];
  /**
   * `Cache-Control` of tagged answers that set none; `false` for no default.
   *
   * @default 'private, no-cache'
   */
  readonly cacheControl?: string | false;
  /**
   * Which rewritten forms of a strong tag are taken for it: proxies that compress make `W/"x"` or
   * `"x-gzip"` of `"x"`.
   *
   * - `'strict'`: none, as RFC 9110 says; the first 412 of a route for this reason is logged.
   * - `'weakened'`: `W/"x"`.
   * - `'recoded'`: also `"x-gzip"`, `"x-br"` and their like.
   *
   * @default 'strict'
   */
  readonly intermediaries?: 'strict' | 'weakened' | 'recoded';
  /**
   * The name of a header that repeats the entity tag, with its quotes, and is accepted in place of `If-Match`,
   * for proxies that remove entity tags; `'X-Resource-Version'` survives them all.
   *
   * @default none
   */
  readonly tagHeader?: string;
  /**
   * Whether refusals are written as problem details (RFC 9457, `application/problem+json`) instead
   * of in Nest's own shape.
   *
   * @default false
   */
  readonly problemDetails?: boolean;
  /**
   * Makes the body of every refusal (400, 409, 412, 428) that is ours, from what it says and from the body that it
   * would have. It is tried out at boot.
   *
   * @default the body that it would have
   * @example
   * (refusal, body) => ({ ...body, type: `https://example.com/problems/${refusal.reason}` })
   */
  readonly refusalBody?: RefusalBody;
}

/** {@link ETagModuleOptions} with every default filled in. */
export interface ResolvedETagOptions {
  readonly atomicity: 'process' | 'database';
  readonly digest: DigestOptions;
  readonly requireIfMatch: ReadonlySet<string>;
  readonly cacheControl: string | false;
  readonly intermediaries: 'strict' | 'weakened' | 'recoded';
  readonly tagHeader: string | undefined;
  readonly problemDetails: boolean;
  readonly refusalBody: RefusalBody | undefined;
}

const WRITE_METHODS: readonly WriteMethod[] = ['PUT', 'PATCH', 'DELETE', 'POST'];

type Check = (value: unknown) => string | undefined;

function oneOf(...allowed: readonly string[]): Check {
  return (value) =>
    allowed.includes(value as string)
      ? undefined
      : `must be ${allowed.map((each) => `'${each}'`).join(' or ')}`;
}

/** What each option must be; the keys are all the options there are. */
const CHECKS: Record<keyof ETagModuleOptions, Check> = {
  atomicity: oneOf('process', 'database'),
  algorithm: (value) =>
    ['string', 'function'].includes(typeof value)
      ? undefined
      : "must be a string such as 'sha256', or a function (content) => opaque tag",
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
    typeof value === 'function' && isObject(sampleBody(value as RefusalBody))
      ? undefined
      : 'must be a function (refusal, body) => object that is sent as the body',
};

/** @throws TypeError for a function that fails at what every application refuses sooner or later. */
function sampleBody(refusalBody: RefusalBody): unknown {
  return compiled(
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
  compiled('ETagModule.forRoot()', () => createDigest(digest));
  return {
    atomicity: given.atomicity ?? 'process',
    digest,
    requireIfMatch: new Set(given.requireIfMatch ?? ['PUT', 'PATCH']),
    cacheControl: given.cacheControl ?? 'private, no-cache',
    intermediaries: given.intermediaries ?? 'strict',
    tagHeader: given.tagHeader,
    problemDetails: given.problemDetails ?? false,
    refusalBody: given.refusalBody,
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
 * Refuses options that are no object, that do not exist, or that hold the wrong thing.
 * `undefined` counts as not given.
 *
 * @param where what the developer wrote, for the message: `ETagModule.forRoot()`.
 * @throws TypeError
 */
export function refuseWrongOptions(
  where: string,
  given: unknown,
  checks: Readonly<Record<string, (value: unknown) => string | undefined>>,
): void {
  refuseNonOptions(where, given);
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      throw new TypeError(
        `${where} has no option '${name}': it knows ${Object.keys(checks).join(', ')}`,
      );
    }
    const problem = value === undefined ? undefined : check(value);
    if (problem !== undefined) {
      throw new TypeError(`${where}: option '${name}' ${problem}, not ${describe(value)}`);
    }
  }
}

/**
 * Refuses what is no object of options at all.
 *
 * @throws TypeError
 */
export function refuseNonOptions(where: string, given: unknown): asserts given is object {
  if (isObject(given)) return;
  throw new TypeError(`${where} takes an object of options, not ${describe(given)}`);
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

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a developer would recognise it, short, without the secrets a string may hold. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    return value === '' ? 'an empty string' : `'${value.slice(0, 40)}'`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(describe).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? `the function ${value.name}` : String(value);
}
