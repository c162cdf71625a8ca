import { describe } from './checks/argument-checks.js';
import { isLiteral, isObject } from './checks/objects.js';

/** The CORS options that {@link etagCors} adds to. Express and Fastify name them alike. */
export interface ETagCorsOptions {
  /** The methods that pages may use. What you give is taken as it is. @default all but OPTIONS */
  readonly methods?: string | readonly string[];
  /** Header fields of your own that pages may send: added to ours. */
  readonly allowedHeaders?: string | readonly string[];
  /** Header fields of your own that pages may read: added to ours. */
  readonly exposedHeaders?: string | readonly string[];
  /** The `tagHeader` of `ETagModule.forRoot()`, if you have one: pages may read and send it. */
  readonly tagHeader?: string;
}

/** What {@link etagCors} makes of options: complete lists, and everything else as it was given. */
export type ETagCors<Options extends object = object> = Omit<Options, keyof ETagCorsOptions> & {
  methods: string[];
  allowedHeaders: string[];
  exposedHeaders: string[];
};

/** Fastify allows no writes by itself. */
const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'];

/**
 * What a page sends with a conditional write. `Authorization` is here because a list, any list, ends the
 * platforms' habit of allowing whatever is asked for.
 */
const SENT = [
  'Authorization',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  'If-Modified-Since',
  'If-Unmodified-Since',
];

/** What a page reads: the tag, and which URL it is the tag of (RFC 9110 §8.7, §10.2.2). */
const READ = ['ETag', 'Location', 'Content-Location'];

/**
 * CORS options for `enableCors()`, on Express and Fastify, with which a page of another origin can read `ETag`
 * and save with `If-Match`. By default it can do neither: scripts see only exposed header fields, and
 * Fastify allows neither PUT nor PATCH nor DELETE.
 *
 * Give it your own CORS options. Everything stays as you wrote it, your lists of header fields get ours added.
 * Which origins may read at all is yours to say; with `credentials`, name them.
 *
 * @throws TypeError for options that are no object, and for lists that are none.
 * @example
 * ```ts
 * app.enableCors(etagCors({ origin: 'https://app.example.com', credentials: true }));
 * app.enableCors(etagCors({ allowedHeaders: ['X-XSRF-TOKEN'], exposedHeaders: ['X-Total-Count'] }));
 * ```
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 * @publicApi
 */
export function etagCors<Options extends object = object>(
  options?: Options & ETagCorsOptions,
): ETagCors<Options> {
  refuseWrongOptions(options);
  const { methods, allowedHeaders, exposedHeaders, tagHeader, ...others } = (options ??
    {}) as ETagCorsOptions;
  const version = namesIn('tagHeader', tagHeader);
  return {
    ...(others as Omit<Options, keyof ETagCorsOptions>),
    methods: methods === undefined ? [...METHODS] : namesIn('methods', methods),
    allowedHeaders: union(SENT, version, namesIn('allowedHeaders', allowedHeaders)),
    exposedHeaders: union(READ, version, namesIn('exposedHeaders', exposedHeaders)),
  };
}

/**
 * {@link etagCors} without options: `app.enableCors(ETAG_CORS)`, for an API that pages of every origin may use,
 * without credentials.
 *
 * @publicApi
 */
export const ETAG_CORS: ETagCors = frozen(etagCors());

/** A list of names, however it was written: `'X-A, X-B'`, `['X-A', 'X-B']`. */
function namesIn(option: keyof ETagCorsOptions, given: unknown): string[] {
  const list = typeof given === 'string' ? given.split(',') : (given ?? []);
  if (!Array.isArray(list) || !list.every((each) => typeof each === 'string')) {
    throw new TypeError(
      `etagCors(): option '${option}' must be a list of names, as in ['X-Total-Count'] or 'X-Total-Count, X-Page'`,
    );
  }
  return list.map((name) => name.trim()).filter((name) => name !== '');
}

/** Each name once; case does not tell names of header fields apart. */
function union(...lists: readonly string[][]): string[] {
  const byKey = new Map<string, string>();
  for (const name of lists.flat()) {
    if (!byKey.has(name.toLowerCase())) byKey.set(name.toLowerCase(), name);
  }
  return [...byKey.values()];
}

function refuseWrongOptions(options: unknown): void {
  if (typeof options === 'function') {
    throw new TypeError(
      'etagCors() takes an object of options, not a function: where they depend on the request, write enableCors((request, done) => done(null, etagCors({ … })))',
    );
  }
  if (options !== undefined && !(isObject(options) && isLiteral(options))) {
    throw new TypeError(
      `etagCors() takes an object of options, as enableCors() does, not ${describe(options)}`,
    );
  }
}

/** One object for all who import it: a list that one of them adds to would be everybody's. */
function frozen(cors: ETagCors): ETagCors {
  Object.values(cors).forEach((list) => Object.freeze(list));
  return Object.freeze(cors);
}
