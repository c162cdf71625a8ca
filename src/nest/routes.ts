import type { Type } from '@nestjs/common';
import { MetadataScanner, ModuleRef } from '@nestjs/core';
import type { ModulesContainer } from '@nestjs/core';
import { compileProperty } from '../representation/property.js';
import { compileSelection } from '../representation/selection.js';
import type { TagSource } from '../representation/tag-source.js';
import {
  ENHANCER_ROLE,
  ETAG_METADATA,
  IF_MATCH_METADATA,
  LAST_MODIFIED_METADATA,
  PRECONDITION_PARAMETER,
} from './etag.constants.js';
import type { CurrentEntity, ETagValidator, StoredIfMatch, StoredTag } from './etag.metadata.js';
import type { VersionOption } from './etag.metadata.js';
import { describe, refuseWrongOptions } from './etag.options.js';
import type { ResolvedETagOptions } from './etag.options.js';
import {
  answersItself,
  guardsOf,
  interceptorsOf,
  pathsOf,
  sendsEvents,
  takesParameter,
  verbOf,
  versionOf,
} from './nest-metadata.js';
import type { Controller, Enhancer, Handler } from './nest-metadata.js';
import type { CurrentSource, EarlyValidator, Route, WriteRule } from './route.js';
import { ROLES } from './roles.js';

/** A handler as its decorators describe it, before anything is decided. */
interface Declared {
  readonly place: string;
  readonly controller: Controller;
  readonly name: string;
  readonly handler: Handler;
  readonly moduleKey: string;
  readonly moduleRef: ModuleRef;
  readonly verb: string;
  readonly tag: StoredTag | undefined;
  readonly lastModified: unknown;
  readonly ifMatch: StoredIfMatch | undefined;
}

/**
 * Reads the decorators of all controllers and decides everything that can be decided at boot. What can never
 * work is an error here, with the handler's name and what to write instead.
 *
 * @throws Error, TypeError
 */
export function compileRoutes(modules: ModulesContainer, options: ResolvedETagOptions): Route[] {
  return declaredControllers(modules).flatMap((declared) => compileController(declared, options));
}

/** The handlers of each controller. */
function declaredControllers(modules: ModulesContainer): Declared[][] {
  const scanner = new MetadataScanner();
  const controllers: Declared[][] = [];
  for (const [moduleKey, module] of modules) {
    const moduleRef = module.getProviderByKey<ModuleRef>(ModuleRef)?.instance;
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const controller = metatype as Controller;
      const names = scanner.getAllMethodNames(controller.prototype as object);
      controllers.push(
        names.flatMap((name) => declaredHandler(controller, name, moduleKey, moduleRef)),
      );
    }
  }
  return controllers;
}

function declaredHandler(
  controller: Controller,
  name: string,
  moduleKey: string,
  moduleRef: ModuleRef,
): Declared[] {
  const handler = (controller.prototype as Record<string, Handler>)[name] as Handler;
  const verb = verbOf(handler);
  if (verb === undefined) return [];
  return [
    {
      place: `${controller.name}.${name}`,
      controller,
      name,
      handler,
      moduleKey,
      moduleRef,
      verb,
      tag: storedTag(handler) ?? storedTag(controller),
      lastModified:
        Reflect.getMetadata(LAST_MODIFIED_METADATA, handler) ??
        Reflect.getMetadata(LAST_MODIFIED_METADATA, controller),
      ifMatch: storedIfMatch(controller, handler, verb),
    },
  ];
}

/** What `@ETag()` and its like say, or `@UseInterceptors(ETagInterceptor)`, which says the same as `@ETag()`. */
function storedTag(target: object): StoredTag | undefined {
  const stored = Reflect.getMetadata(ETAG_METADATA, target) as StoredTag | undefined;
  if (stored !== undefined) return stored;
  return has(interceptorsOf(target), ROLES.interceptor)
    ? { kind: 'strong', options: {} }
    : undefined;
}

/** What `@IfMatch()` says on the handler, or on the class for its PUT, PATCH and DELETE handlers. */
function storedIfMatch(
  controller: Controller,
  handler: Handler,
  verb: string,
): StoredIfMatch | undefined {
  const own = ruleOn(handler);
  if (own !== undefined) return own;
  return ['PUT', 'PATCH', 'DELETE'].includes(verb) ? ruleOn(controller) : undefined;
}

function ruleOn(target: object): StoredIfMatch | undefined {
  const stored = Reflect.getMetadata(IF_MATCH_METADATA, target) as StoredIfMatch | undefined;
  return stored ?? (has(guardsOf(target), ROLES.ifMatch) ? {} : undefined);
}

function has(enhancers: readonly Enhancer[], role: string): boolean {
  return enhancers.some(
    (enhancer) => (enhancer as Record<string, unknown>)[ENHANCER_ROLE] === role,
  );
}

/** Reads come first: writes are compared with them. */
function compileController(declared: readonly Declared[], options: ResolvedETagOptions): Route[] {
  const reads = new Map<Declared, Route>();
  const routes: Route[] = [];
  for (const each of declared.filter(({ ifMatch }) => ifMatch === undefined)) {
    const route = compileRoute(each, undefined);
    reads.set(each, route);
    routes.push(route);
    if (takesParameter(each.controller, each.name, PRECONDITION_PARAMETER)) {
      throw new Error(
        `${each.place} takes @Precondition(), but nothing verifies one: put @IfMatch() on it`,
      );
    }
  }
  for (const each of declared.filter(({ ifMatch }) => ifMatch !== undefined)) {
    routes.push(compileRoute(each, compileRule(each, reads, options)));
  }
  return routes.filter(isConcerned);
}

/** A route without tag, date or rule, and without `@SkipETag()`, is left alone. */
function isConcerned(route: Route): boolean {
  const stored = storedTag(route.handler) ?? storedTag(route.controller);
  return stored !== undefined || route.lastModifiedOf !== undefined || route.rule !== undefined;
}

function compileRoute(declared: Declared, rule: WriteRule | undefined): Route {
  const { place, controller, name, handler, moduleKey, verb, lastModified } = declared;
  const own = ownTag(declared);
  const read = rule?.current.route;
  return {
    place,
    controller,
    name,
    handler,
    moduleKey,
    verb,
    tag: own === undefined ? read?.tag : own.source,
    validator: own?.validator,
    lastModifiedOf:
      lastModified === undefined
        ? read?.lastModifiedOf
        : compiled(`@LastModified() on ${place}`, () => compileProperty(lastModified as string)),
    rule,
  };
}

/**
 * How the handler's own answers are tagged. A guarded write answers with what GET would send, so it
 * is tagged like GET (`undefined` here) unless the handler itself says otherwise.
 */
function ownTag(declared: Declared): CompiledTag | undefined {
  const { controller, name, handler, ifMatch } = declared;
  if (sendsEvents(handler) || answersItself(controller, name)) {
    return { source: undefined, validator: undefined };
  }
  if (ifMatch !== undefined && storedTag(handler) === undefined) return undefined;
  return compileTag(declared);
}

interface CompiledTag {
  readonly source: TagSource | undefined;
  readonly validator: EarlyValidator | undefined;
}

function compileTag({ place, tag, moduleRef }: Declared): CompiledTag {
  if (tag === undefined || tag.kind === 'none') return { source: undefined, validator: undefined };
  const decorator = tag.kind === 'strong' ? '@ETag()' : '@WeakETag()';
  refuseWrongOptions(`${decorator} on ${place}`, tag.options, {
    version: isVersionOption,
    validator: isProvider('validate'),
  });
  return {
    source: compiled(`${decorator} on ${place}`, () => compileSource(place, tag)),
    validator: compileValidator(place, tag, moduleRef),
  };
}

function compileSource(place: string, tag: Exclude<StoredTag, { kind: 'none' }>): TagSource {
  if (tag.kind === 'weak') return { kind: 'selection', selection: compileSelection(tag.fields) };
  const { version } = tag.options;
  return version === undefined
    ? { kind: 'content' }
    : { kind: 'revision', scope: place, ...compileVersion(version) };
}

type Version = Pick<Extract<TagSource, { kind: 'revision' }>, 'name' | 'revisionOf'>;

function compileVersion(version: VersionOption): Version {
  const isPath = typeof version === 'string';
  return {
    name: isPath ? (version.split('.').at(-1) as string) : 'version',
    revisionOf: (isPath ? compileProperty(version) : version) as Version['revisionOf'],
  };
}

/** Where the version is that a write is conditional on: as the rule says, or where the tag is made from. */
function compileRuleVersion(
  place: string,
  { version }: StoredIfMatch,
  { route }: CurrentSource,
): Version | undefined {
  if (version !== undefined)
    return compiled(`@IfMatch() on ${place}`, () => compileVersion(version));
  return route.tag?.kind === 'revision' ? route.tag : undefined;
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

function compileRule(
  declared: Declared,
  reads: ReadonlyMap<Declared, Route>,
  options: ResolvedETagOptions,
): WriteRule {
  const { place, verb, controller, name } = declared;
  const given = declared.ifMatch as StoredIfMatch;
  refuseWrongOptions(`@IfMatch() on ${place}`, given, IF_MATCH_CHECKS);
  const current = compileCurrent(declared, given, reads);
  const comparison = given.comparison ?? 'strong';
  refuseWhatNeverPasses(place, current, comparison);
  if (
    options.atomicity === 'database' &&
    !takesParameter(controller, name, PRECONDITION_PARAMETER)
  ) {
    throw new Error(
      `${place} is guarded, and with atomicity: 'database' its write must be conditional: add the parameter \`@Precondition() precondition: Precondition\` and write \`precondition.settle(await repository.update(precondition.where({ id }), change))\``,
    );
  }
  const version = compileRuleVersion(place, given, current);
  return {
    required: given.required ?? options.requireIfMatch.has(verb),
    comparison,
    creates: given.creates ?? false,
    tagsAnswer: given.etag ?? true,
    current,
    versionOf: version?.revisionOf,
    versionName: version?.name ?? 'version',
    keyOf:
      given.key === undefined
        ? resourceKey(declared, current, reads)
        : (request) => String(given.key?.(request as never)),
  };
}

const IF_MATCH_CHECKS: Record<keyof StoredIfMatch, (value: unknown) => string | undefined> = {
  current: (value) =>
    ['string', 'function'].includes(typeof value)
      ? undefined
      : 'must be the name of a GET handler of the same controller, a function (controller, request) => entity, or a provider class with a method current(request)',
  version: isVersionOption,
  comparison: (value) =>
    value === 'strong' || value === 'weak' ? undefined : "must be 'strong' or 'weak'",
  required: isBoolean,
  creates: isBoolean,
  etag: isBoolean,
  key: (value) =>
    typeof value === 'function' ? undefined : 'must be a function (request) => string',
};

function isBoolean(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'must be true or false';
}

function isVersionOption(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'function'
    ? undefined
    : "must be the name of a property, such as 'version', or a function (entity) => version";
}

function isProvider(method: string): (value: unknown) => string | undefined {
  return (value) =>
    isClassWith(value, method)
      ? undefined
      : `must be a provider class with a method ${method}(request)`;
}

function isClassWith(value: unknown, method: string): value is Type<unknown> {
  if (typeof value !== 'function') return false;
  const prototype = value.prototype as Record<string, unknown> | undefined;
  return typeof prototype?.[method] === 'function';
}

/** The read that a write is compared with: the one that is named, or the GET of the same path. */
function compileCurrent(
  declared: Declared,
  { current }: StoredIfMatch,
  reads: ReadonlyMap<Declared, Route>,
): CurrentSource {
  const { place, moduleRef } = declared;
  if (typeof current === 'string') {
    const named = [...reads].find(([{ name }]) => name === current);
    if (named === undefined || named[0].verb !== 'GET') {
      const names = [...reads.keys()].filter(({ verb }) => verb === 'GET').map(({ name }) => name);
      throw new Error(
        `@IfMatch() on ${place} names current: '${current}', which is no GET handler of this controller: ${names.length === 0 ? 'it has none' : `there are ${names.map((each) => `'${each}'`).join(', ')}`}`,
      );
    }
    return { kind: 'handler', route: comparable(place, named[1]) };
  }
  const read = readOfSamePath(declared, reads);
  if (current === undefined) {
    if (read !== undefined) return { kind: 'handler', route: comparable(place, read) };
    throw new Error(
      `${place} is guarded by @IfMatch(), but its controller has no GET handler for the same path to compare with: add one, name another with @IfMatch({ current: 'findOne' }), or give the entity with @IfMatch({ current: (controller, request) => … })`,
    );
  }
  const route = { place, ...taggedLike(declared, read) };
  if (isClassWith(current, 'current')) {
    const provider = provided<CurrentEntity>(
      moduleRef,
      current,
      `current of @IfMatch() on ${place}`,
    );
    return { kind: 'entity', route, read: (_, request) => provider.current(request as never) };
  }
  return {
    kind: 'entity',
    route,
    read: current as (controller: object, request: unknown) => unknown,
  };
}

/** An entity that is given directly is tagged like the GET of the same path, or as the handler's own decorators say. */
function taggedLike(
  declared: Declared,
  read: Route | undefined,
): Pick<Route, 'tag' | 'validator' | 'lastModifiedOf'> {
  if (read?.tag !== undefined) return read;
  const { source, validator } = compileTag(declared);
  return { tag: source ?? { kind: 'content' }, validator, lastModifiedOf: read?.lastModifiedOf };
}

function readOfSamePath(
  { handler }: Declared,
  reads: ReadonlyMap<Declared, Route>,
): Route | undefined {
  const paths = pathsOf(handler);
  const samePath = [...reads].filter(
    ([read]) => read.verb === 'GET' && pathsOf(read.handler).some((path) => paths.includes(path)),
  );
  const sameVersion = samePath.find(([read]) => versionOf(read.handler) === versionOf(handler));
  return (sameVersion ?? samePath[0])?.[1];
}

/** A read that publishes no tag leaves a client nothing to send in If-Match. */
function comparable(place: string, read: Route): Route {
  if (read.tag !== undefined || read.lastModifiedOf !== undefined) return read;
  throw new Error(
    `${place} is compared with ${read.place}, which publishes no entity tag: put @ETag() on ${read.place} or on its controller (a handler that streams events or takes @Res() cannot be tagged; then give the entity with @IfMatch({ current: (controller, request) => … }))`,
  );
}

function refuseWhatNeverPasses(
  place: string,
  { route }: CurrentSource,
  comparison: 'strong' | 'weak',
): void {
  const weak = route.validator?.weak ?? route.tag?.kind === 'selection';
  if (weak && comparison === 'strong') {
    throw new Error(
      `${place} is compared with ${route.place}, whose entity tag is weak (@WeakETag()), and If-Match never matches a weak tag (RFC 9110 §13.1.1): tag it with @ETag(), or accept weak tags on purpose with @IfMatch({ comparison: 'weak' })`,
    );
  }
}

/**
 * Which resource a request writes: the GET it is read through, and the parameters of that GET's
 * path. So `PATCH :id/email` and `PUT :id` are writes of one resource.
 */
function resourceKey(
  declared: Declared,
  current: CurrentSource,
  reads: ReadonlyMap<Declared, Route>,
): (request: unknown) => string {
  const read = current.kind === 'handler' ? current.route : readOfSamePath(declared, reads);
  const scope = read?.place ?? `${declared.controller.name} ${pathsOf(declared.handler).join(' ')}`;
  const paths = [...pathsOf(declared.controller), ...pathsOf((read ?? declared).handler)];
  const names = paths.flatMap((path) =>
    [...path.matchAll(/[:*]([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu)].map(
      (match) => match[1] as string,
    ),
  );
  return (request) => {
    const { params } = request as { params?: Record<string, unknown> };
    return `${scope} ${JSON.stringify(names.map((name) => params?.[name]))}`;
  };
}

/** An instance of a provider that a decorator names, from the controller's module or anywhere else. */
function provided<T>(moduleRef: ModuleRef, provider: Type<T>, role: string): T {
  for (const strict of [true, false]) {
    try {
      return moduleRef.get<T>(provider, { strict });
    } catch (error) {
      if (strict) continue;
      throw new Error(
        `${provider.name}, ${role}, cannot be had: add it to the providers of a module, in the default scope`,
        { cause: error },
      );
    }
  }
  throw new TypeError(`${describe(provider)} is no provider`);
}

/** Adds the place to an error about the arguments of a decorator. */
function compiled<T>(where: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    throw new TypeError(`${where}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
