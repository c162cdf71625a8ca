import { compileProperty } from '../../representation/property.js';
import { compileSelection } from '../../representation/selection.js';
import type { TagSource } from '../../representation/tag-source.js';
import type { DecoratedHandler } from './decorated-handlers.js';
import {
  at,
  inject,
  isProvider,
  isVersionOption,
  refuseWrongOptions,
} from '../checks/argument-checks.js';
import type {
  ETagValidator,
  StoredTag,
  StoredTagOptions,
  VersionOption,
} from '../options/tag.options.js';
import { isPropertyOption } from '../options/if-match.options.js';
import { pathsOf } from '../internals/nest-metadata.js';
import type { EarlyValidator } from './route.js';

/** How a handler's answers are tagged. */
export interface CompiledTag {
  readonly source: TagSource | undefined;
  readonly validator: EarlyValidator | undefined;
  /** The path of the property of the body that holds the tag as well. */
  readonly property: readonly string[] | undefined;
}

/** No tag at all. */
export const NO_TAG: CompiledTag = Object.freeze({
  source: undefined,
  validator: undefined,
  property: undefined,
});

/**
 * Decides how a handler is tagged, from what its decorators say.
 *
 * @throws TypeError, Error for arguments that are wrong, with the handler's name.
 */
export function compileTag(declared: DecoratedHandler): CompiledTag {
  const { handlerName, storedTag: tag } = declared;
  if (tag === undefined || tag.kind === 'none') return NO_TAG;
  const decorator = tag.kind === 'strong' ? '@ETag()' : '@WeakETag()';
  const validator = isProvider('validate');
  refuseWrongOptions(
    `${decorator} on ${handlerName}`,
    tag.options,
    tag.kind === 'weak'
      ? { validator, property: isPropertyOption }
      : {
          version: isVersionOption,
          validator,
          headers: isListOfFields,
          weak: isBoolean,
          verbatim: isBoolean,
          property: isPropertyOption,
        },
  );
  refuseUnknownVersion(handlerName, tag);
  refuseUnheardHeaders(handlerName, tag.options);
  refuseVersionOfQuery(declared, tag.options);
  return {
    source: at(`${decorator} on ${handlerName}`, () => compileSource(scopeOf(declared), tag)),
    validator: compileValidator(declared, tag),
    property: tag.options.property === undefined ? undefined : [tag.options.property].flat(),
  };
}

function isBoolean(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'must be true or false';
}

/** A tag of bytes is known only when they are written: it is no version, and cannot stand in them. */
function refuseUnknownVersion(handlerName: string, { kind, options }: Decorated): void {
  const { version, validator, verbatim, property } = options;
  if (kind === 'weak' || version !== undefined || validator !== undefined) return;
  if (verbatim === true) {
    throw new TypeError(
      `@ETag() on ${handlerName} takes verbatim together with a version, which is then the tag: write @ETag({ version: 'version', verbatim: true }), or name a validator`,
    );
  }
  if (property !== undefined) {
    throw new TypeError(
      `@ETag() on ${handlerName} takes property together with a version or a validator: a tag of the bytes that are sent cannot stand in them. Write @ETag({ version: 'version', property: 'etag' }), or leave property out`,
    );
  }
}

/** A decorator that tags. */
type Decorated = Exclude<StoredTag, { kind: 'none' }>;

/**
 * What the revisions of a route belong to: its path and its API version, of the handler or else of the controller. Not its
 * class, so that a GET and a write of the same path agree wherever they stand, and a name that a bundler shortens changes no
 * tag.
 */
function scopeOf({ controller, path, apiVersions }: DecoratedHandler): string {
  return [[pathsOf(controller).join(), path].join('/'), ...apiVersions].join(' ');
}

/** A version and a validator say by themselves what the tag is: header fields would not be heard. */
function refuseUnheardHeaders(
  handlerName: string,
  { headers, version, validator }: StoredTagOptions,
): void {
  if (headers === undefined || (version === undefined && validator === undefined)) return;
  throw new TypeError(
    `@ETag() on ${handlerName} takes headers for tags made of the bytes that are sent, not together with version or validator: leave one of them out`,
  );
}

/** The body of a QUERY selects what is sent, and a version does not know it: two bodies at one URL would share a tag. */
function refuseVersionOfQuery(
  { handlerName, verb }: DecoratedHandler,
  { version, validator }: StoredTagOptions,
): void {
  if (verb !== 'QUERY' || (version === undefined && validator === undefined)) return;
  throw new TypeError(
    `@ETag() on ${handlerName} takes a version or a validator, and a QUERY has a body that selects what is sent: two bodies would share a tag. Put @ETag() without them on ${handlerName}, which tags the bytes`,
  );
}

/** `field-name = token`, RFC 9110 §5.1. */
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

function isListOfFields(value: unknown): string | undefined {
  return Array.isArray(value) &&
    value.every((name) => typeof name === 'string' && FIELD_NAME.test(name))
    ? undefined
    : "must be a list of header names, such as ['Link', 'X-Total-Count']";
}

function compileSource(scope: string, tag: Decorated): TagSource {
  if (tag.kind === 'weak') {
    refuseStars(tag.fields);
    return { kind: 'selection', selection: compileSelection(tag.fields) };
  }
  const { version, weak = false, verbatim = false, headers = [] } = tag.options;
  return version === undefined
    ? { kind: 'content', fields: headers, weak }
    : { kind: 'revision', scope, weak, verbatim, ...compileVersion(version) };
}

/** `'*'` would be the name of a property that nothing has, so that every state had one tag. */
function refuseStars(fields: readonly string[]): void {
  if (!Array.isArray(fields)) return;
  const star = fields.find((field) => typeof field === 'string' && field.split('.').includes('*'));
  if (star === undefined) return;
  throw new TypeError(
    `'${star}' is no path of a property: name the properties that matter, or write @ETag() for all of them`,
  );
}

/** How a version is found in an entity. */
export type Version = Pick<Extract<TagSource, { kind: 'revision' }>, 'name' | 'revisionOf'>;

export function compileVersion(version: VersionOption): Version {
  const isPath = typeof version === 'string';
  return {
    name: isPath ? (version.split('.').at(-1) as string) : 'version',
    revisionOf: (isPath ? compileProperty(version) : version) as Version['revisionOf'],
  };
}

function compileValidator(declared: DecoratedHandler, tag: Decorated): EarlyValidator | undefined {
  const { validator, weak = false, verbatim = false } = tag.options;
  if (validator === undefined) return undefined;
  const { moduleRef, handlerName } = declared;
  const provider = inject<ETagValidator>(moduleRef, validator, `the validator of ${handlerName}`);
  return {
    scope: scopeOf(declared),
    weak: weak || tag.kind === 'weak',
    verbatim,
    validate: (request) => provider.validate(request as never),
  };
}
