import { VERSION_NEUTRAL } from '@nestjs/common';
import type { Declared } from './decorated-handlers.js';
import { compileTag, compileVersion } from './compile-tag.js';
import type { Version } from './compile-tag.js';
import {
  compiled,
  isClass,
  isClassWith,
  isVersionOption,
  provided,
} from '../checks/argument-checks.js';
import { PRECONDITION_PARAMETER } from '../internals/etag.constants.js';
import type { CurrentEntity, StoredIfMatch } from './stored-options.js';
import { refuseWrongOptions } from '../options/etag.options.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import {
  pathsOf,
  sendsSomethingElse,
  takesParameter,
  versionsOf,
} from '../internals/nest-metadata.js';
import { hasParametersOf } from './path-parameters.js';
import { resourceKey } from './resource-key.js';
import type { CurrentSource, Route, WriteRule } from './route.js';

/**
 * Decides what guards a write, from what `@IfMatch()` says.
 *
 * @param reads the other handlers of the controller, which it can be compared with.
 * @throws TypeError, Error for a rule that could never work, with the handler's name and what to write
 * instead.
 */
export function compileRule(
  declared: Declared,
  reads: ReadonlyMap<Declared, Route>,
  options: ResolvedETagOptions,
): WriteRule {
  const { handlerName, verb, controller, name } = declared;
  const given = declared.ifMatch as StoredIfMatch;
  refuseReads(declared);
  refuseWrongOptions(`@IfMatch() on ${handlerName}`, given, IF_MATCH_CHECKS);
  const current = compileCurrent(declared, given, reads);
  const comparison = given.comparison ?? 'strong';
  const required = given.required ?? options.requireIfMatch.has(verb);
  refuseWhatNeverPasses(handlerName, current, comparison);
  if (required && given.unmodifiedSince !== true) refuseDateAlone(handlerName, current);
  if (
    options.atomicity === 'database' &&
    !takesParameter(controller, name, PRECONDITION_PARAMETER)
  ) {
    throw new Error(
      `${handlerName} is guarded, and with atomicity: 'database' its write must be conditional: add the parameter \`@Precondition() precondition: Precondition\` and write \`precondition.settle(await repository.update(precondition.where({ id }), change))\``,
    );
  }
  const version = compileRuleVersion(handlerName, given, current);
  return {
    required,
    comparison,
    creates: given.creates ?? false,
    unmodifiedSince: given.unmodifiedSince ?? false,
    property: given.property,
    tagsAnswer: given.etag ?? true,
    current,
    versionOf: version?.revisionOf,
    versionName: version?.name ?? 'version',
    keyOf:
      given.key === undefined
        ? resourceKey(
            declared,
            current.kind === 'handler' ? current.route : readsOfSamePath(declared, reads)[0],
          )
        : (request) => String(given.key?.(request as never)),
  };
}

const IF_MATCH_CHECKS: Record<keyof StoredIfMatch, (value: unknown) => string | undefined> = {
  current: (value) =>
    ['string', 'function'].includes(typeof value) &&
    (!isClass(value) || isClassWith(value, 'current'))
      ? undefined
      : 'must be the name of a GET handler of the same controller, a function (controller, request) => entity, or a provider class with a method current(request)',
  version: isVersionOption,
  comparison: (value) =>
    value === 'strong' || value === 'weak' ? undefined : "must be 'strong' or 'weak'",
  required: isBoolean,
  creates: isBoolean,
  unmodifiedSince: isBoolean,
  property: (value) =>
    typeof value === 'string' && value !== ''
      ? undefined
      : "must be the name of a property of the body, such as 'etag'",
  etag: isBoolean,
  key: (value) =>
    typeof value === 'function' ? undefined : 'must be a function (request) => string',
};

function isBoolean(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'must be true or false';
}

/** The read that a write is compared with: the one that is named, or the GET of the same path. */
function compileCurrent(
  declared: Declared,
  { current }: StoredIfMatch,
  reads: ReadonlyMap<Declared, Route>,
): CurrentSource {
  const { handlerName, moduleRef } = declared;
  if (typeof current === 'string') {
    const named = [...reads].find(([{ name }]) => name === current);
    if (named === undefined || named[0].verb !== 'GET') {
      const names = namesOfGets(reads);
      throw new Error(
        `@IfMatch() on ${handlerName} names current: '${current}', which is no GET handler of this controller: ${names.length === 0 ? 'it has none' : `there are ${names.map((each) => `'${each}'`).join(', ')}`}`,
      );
    }
    refuseMissingParameters(declared, named[0]);
    return { kind: 'handler', route: comparable(handlerName, named[1]) };
  }
  const [read, other] = readsOfSamePath(declared, reads);
  if (current === undefined) {
    if (read !== undefined && other === undefined) {
      return { kind: 'handler', route: comparable(handlerName, read) };
    }
    if (other !== undefined) {
      throw new Error(
        `${handlerName} answers in API versions that have different GET handlers, ${read?.handlerName} and ${other.handlerName}: name the one to compare with, @IfMatch({ current: '${other.name}' }), or write a handler for each version`,
      );
    }
    const [another = 'findOne'] = namesOfGets(reads);
    throw new Error(
      `${handlerName} is guarded by @IfMatch(), but its controller has no GET handler for the same path, '${pathsOf(declared.handler).join("' or '")}', to compare with: add one, name another with @IfMatch({ current: '${another}' }), or give the entity with @IfMatch({ current: (controller, request) => … })`,
    );
  }
  const route = { handlerName, ...taggedLike(declared, read) };
  if (isClassWith(current, 'current')) {
    const provider = provided<CurrentEntity>(
      moduleRef,
      current,
      `current of @IfMatch() on ${handlerName}`,
    );
    return { kind: 'entity', route, read: (_, request) => provider.current(request as never) };
  }
  return {
    kind: 'entity',
    route,
    read: current as (controller: object, request: unknown) => unknown,
  };
}

function namesOfGets(reads: ReadonlyMap<Declared, Route>): readonly string[] {
  return [...reads.keys()].filter(({ verb }) => verb === 'GET').map(({ name }) => name);
}

/** A read that is called without a parameter it needs would refuse every write. */
function refuseMissingParameters(write: Declared, read: Declared): void {
  if (hasParametersOf(write.handler, read.handler)) return;
  throw new Error(
    `@IfMatch() on ${write.handlerName} names current: '${read.name}', whose path '${pathsOf(read.handler).join("' or '")}' has a parameter that '${pathsOf(write.handler).join("' or '")}' does not: give the entity with @IfMatch({ current: (controller, request) => … })`,
  );
}

/** An entity that is given directly is tagged like the GET of the same path, or as the handler's own decorators say. */
function taggedLike(
  declared: Declared,
  read: Route | undefined,
): Pick<Route, 'tag' | 'validator' | 'lastModifiedOf'> {
  if (read?.tag !== undefined) return read;
  const { source, validator } = compileTag(declared);
  return {
    tag: source ?? { kind: 'content', fields: [] },
    validator,
    lastModifiedOf: read?.lastModifiedOf,
  };
}

/**
 * The GET handlers of the same path: the one that answers in every API version of the write, or else all there are.
 */
function readsOfSamePath(
  declared: Declared,
  reads: ReadonlyMap<Declared, Route>,
): readonly Route[] {
  const paths = pathsOf(declared.handler);
  const versions = apiVersionsOf(declared);
  const samePath = [...reads].filter(
    ([read]) => read.verb === 'GET' && pathsOf(read.handler).some((path) => paths.includes(path)),
  );
  const answering = samePath.find(([read]) => {
    const served = apiVersionsOf(read);
    return served.includes(NEUTRAL) || versions.every((version) => served.includes(version));
  });
  return (answering === undefined ? samePath : [answering]).map(([, route]) => route);
}

const NEUTRAL = String(VERSION_NEUTRAL);

function apiVersionsOf({ controller, handler }: Declared): readonly string[] {
  const own = versionsOf(handler);
  return own.length === 0 ? versionsOf(controller) : own;
}

/** A read that publishes no tag leaves a client nothing to send in If-Match. */
function comparable(handlerName: string, read: Route): Route {
  if (sendsSomethingElse(read.handler)) {
    throw new Error(
      `${handlerName} is compared with ${read.handlerName}, which renders a view or redirects, so what it returns is not what it sends: give the entity with @IfMatch({ current: (controller, request) => … })`,
    );
  }
  if (read.tag !== undefined || read.lastModifiedOf !== undefined) return read;
  throw new Error(
    `${handlerName} is compared with ${read.handlerName}, which publishes no entity tag: put @ETag() on ${read.handlerName} or on its controller (a handler that streams events or takes @Res() cannot be tagged; then give the entity with @IfMatch({ current: (controller, request) => … }))`,
  );
}

/** `@All()` would guard reads as well, and could not tell which methods require If-Match. */
function refuseReads({ handlerName, verb }: Declared): void {
  if (!['GET', 'HEAD', 'OPTIONS', 'ALL'].includes(verb)) return;
  const handled = verb === 'ALL' ? 'all methods' : verb;
  throw new Error(
    `@IfMatch() guards writes, and ${handlerName} handles ${handled}: put it on handlers of PUT, PATCH, DELETE or POST (@ETag() answers If-Match on a GET)`,
  );
}

function refuseDateAlone(handlerName: string, { route }: CurrentSource): void {
  if (route.tag !== undefined) return;
  throw new Error(
    `${handlerName} requires If-Match, and is compared with ${route.handlerName}, which publishes a date but no entity tag: put @ETag() on it, or accept dates, which are to the second only, with @IfMatch({ unmodifiedSince: true })`,
  );
}

function refuseWhatNeverPasses(
  handlerName: string,
  { route }: CurrentSource,
  comparison: 'strong' | 'weak',
): void {
  const weak = route.validator?.weak ?? route.tag?.kind === 'selection';
  if (weak && comparison === 'strong') {
    throw new Error(
      `${handlerName} is compared with ${route.handlerName}, whose entity tag is weak (@WeakETag()), and If-Match never matches a weak tag (RFC 9110 §13.1.1): tag it with @ETag(), or accept weak tags on purpose with @IfMatch({ comparison: 'weak' })`,
    );
  }
}

/** Where the version is that a write is conditional on: as the rule says, or where the tag is made from. */
function compileRuleVersion(
  handlerName: string,
  { version }: StoredIfMatch,
  { route }: CurrentSource,
): Version | undefined {
  if (version !== undefined)
    return compiled(`@IfMatch() on ${handlerName}`, () => compileVersion(version));
  return route.tag?.kind === 'revision' ? route.tag : undefined;
}
