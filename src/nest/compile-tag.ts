import type { ModuleRef } from '@nestjs/core';
import { compileProperty } from '../representation/property.js';
import { compileSelection } from '../representation/selection.js';
import type { TagSource } from '../representation/tag-source.js';
import type { Declared } from './declared.js';
import { compiled, isProvider, isVersionOption, provided } from './decorator-arguments.js';
import type { ETagValidator, StoredTag, VersionOption } from './etag.metadata.js';
import { refuseWrongOptions } from './etag.options.js';
import type { EarlyValidator } from './route.js';

/** How a handler's answers are tagged. */
export interface CompiledTag {
  readonly source: TagSource | undefined;
  readonly validator: EarlyValidator | undefined;
}

/**
 * Decides how a handler is tagged, from what its decorators say.
 *
 * @throws TypeError, Error for arguments that are wrong, with the handler's name.
 */
export function compileTag({ place, tag, moduleRef }: Declared): CompiledTag {
  if (tag === undefined || tag.kind === 'none') return { source: undefined, validator: undefined };
  const decorator = tag.kind === 'strong' ? '@ETag()' : '@WeakETag()';
  const validator = isProvider('validate');
  refuseWrongOptions(
    `${decorator} on ${place}`,
    tag.options,
    tag.kind === 'weak'
      ? { validator }
      : { version: isVersionOption, validator, headers: isListOfFields },
  );
  return {
    source: compiled(`${decorator} on ${place}`, () => compileSource(place, tag)),
    validator: compileValidator(place, tag, moduleRef),
  };
}

/** `field-name = token`, RFC 9110 §5.1. */
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

function isListOfFields(value: unknown): string | undefined {
  return Array.isArray(value) &&
    value.every((name) => typeof name === 'string' && FIELD_NAME.test(name))
    ? undefined
    : "must be a list of header names, such as ['Link', 'X-Total-Count']";
}

function compileSource(place: string, tag: Exclude<StoredTag, { kind: 'none' }>): TagSource {
  if (tag.kind === 'weak') return { kind: 'selection', selection: compileSelection(tag.fields) };
  const { version } = tag.options;
  return version === undefined
    ? { kind: 'content', fields: tag.options.headers ?? [] }
    : { kind: 'revision', scope: place, ...compileVersion(version) };
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

function compileValidator(
  place: string,
  tag: Exclude<StoredTag, { kind: 'none' }>,
  moduleRef: ModuleRef,
): EarlyValidator | undefined {
  const { validator } = tag.options;
  if (validator === undefined) return undefined;
  const provider = provided<ETagValidator>(moduleRef, validator, `the validator of ${place}`);
  return {
    scope: place,
    weak: tag.kind === 'weak',
    validate: (request) => provider.validate(request as never),
  };
}
