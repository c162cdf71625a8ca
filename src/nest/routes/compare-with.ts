import { inject, isClassWith } from '../checks/argument-checks.js';
import { sendsSomethingElse } from '../internals/nest-metadata.js';
import type { CurrentEntity, IfMatchOptions } from '../options/if-match.options.js';
import { readsInVersionsOf } from './api-versions.js';
import type { Reads } from './reads.js';
import { compileTag } from './compile-tag.js';
import type { DecoratedHandler } from './decorated-handlers.js';
import {
  beginsWith,
  hasParametersOf,
  parametersOf,
  wholePathsOf,
  withoutNames,
} from './path-parameters.js';
import type { CurrentSource, Route, Tagged } from './route.js';

type Read = readonly [declared: DecoratedHandler, route: Route];

/**
 * Decides what a write is compared with: the GET that is named, or the one of the same path, or what gives the entity.
 *
 * @throws Error where there is nothing, or nothing that a client could have a tag of.
 */
export function compileCurrent(
  declared: DecoratedHandler,
  { current }: IfMatchOptions,
  reads: Reads,
  everywhere: Reads,
): CurrentSource {
  if (typeof current === 'string') return namedRead(declared, current, reads);
  if (Array.isArray(current)) {
    return readOfController(declared, current as [{ readonly name: string }, string], everywhere);
  }
  const samePath = readsOfSamePath(declared, reads);
  if (current === undefined) return readOfPath(declared, samePath, reads);
  return givenEntity(declared, current as EntitySource, samePath[0]?.[1]);
}

type EntitySource = ((controller: object, request: unknown) => unknown) | CurrentEntity;

function namedRead(declared: DecoratedHandler, name: string, reads: Reads): CurrentSource {
  const { handlerName } = declared;
  const named = [...reads].filter(([read]) => read.name === name && read.verb === 'GET');
  const [first] = named;
  if (first === undefined) {
    const names = namesOf([...reads.keys()].filter(({ verb }) => verb === 'GET'));
    throw new Error(
      `@IfMatch() on ${handlerName} names current: '${name}', which is no GET handler of this controller: ${names.length === 0 ? 'it has none' : `there are ${names.map((each) => `'${each}'`).join(', ')}`}`,
    );
  }
  return sourceOfGet(declared, named.find(([read]) => hasParametersOf(declared, read)) ?? first);
}

/** `current: [UsersController, 'findOne']`: in the module of the write, or else in the only one that has it. */
function readOfController(
  declared: DecoratedHandler,
  [controller, name]: readonly [{ readonly name: string }, string],
  everywhere: Reads,
): CurrentSource {
  const where = `@IfMatch() on ${declared.handlerName} names current: [${controller.name}, '${name}']`;
  const all = [...everywhere].filter(
    ([read]) =>
      (read.controller as unknown) === controller && read.name === name && read.verb === 'GET',
  );
  if (all.length === 0) {
    throw new Error(
      `${where}, and there is no such GET handler: the class must be a controller of a module, and the method have @Get() and no @IfMatch()`,
    );
  }
  const ownModule = all.filter(([read]) => read.moduleKey === declared.moduleKey);
  const candidates = ownModule.length > 0 ? ownModule : all;
  const fitting = candidates.filter(([read]) => hasParametersOf(declared, read));
  const [first] = fitting.length > 0 ? fitting : candidates;
  if (new Set(candidates.map(([read]) => read.moduleKey)).size > 1) {
    throw new Error(
      `${where}, which is a controller of several modules, and cannot be told apart from here: give the entity with @IfMatch({ current: (controller, request) => … })`,
    );
  }
  return sourceOfGet(declared, first as Read);
}

function sourceOfGet(declared: DecoratedHandler, [read, route]: Read): CurrentSource {
  refuseMissingParameters(declared, read);
  return { kind: 'handler', route: comparable(declared.handlerName, route) };
}

function readOfPath(
  declared: DecoratedHandler,
  [found, other]: readonly Read[],
  reads: Reads,
): CurrentSource {
  const { handlerName } = declared;
  if (found !== undefined && other !== undefined) {
    throw new Error(
      `${handlerName} answers in API versions that have different GET handlers, ${found[1].handlerName} and ${other[1].handlerName}: name the one to compare with, @IfMatch({ current: '${other[1].name}' }), or write a handler for each version`,
    );
  }
  if (found !== undefined) {
    return { kind: 'handler', route: comparable(handlerName, found[1]) };
  }
  const alike = [...reads.keys()].find(
    ({ verb, path }) => verb === 'GET' && withoutNames(path) === withoutNames(declared.path),
  );
  if (alike !== undefined) {
    throw new Error(
      `${handlerName} is guarded by @IfMatch(), and has the path '${declared.path}' where ${alike.handlerName} has '${alike.path}': give the parameters of both the same names`,
    );
  }
  const above = readsAbove(declared, reads)[0];
  const another =
    above === undefined ? '' : ` compare it with another, @IfMatch({ current: '${above.name}' });`;
  throw new Error(
    `${handlerName} is guarded by @IfMatch(), but its controller has no GET handler for the same path, '${declared.path}', to compare with: add one;${another} give the entity, @IfMatch({ current: (controller, request) => … }); or leave it unguarded, by @SkipIfMatch() on it, or by @IfMatch() on the handlers that need it instead of the class`,
  );
}

/** The reads whose path the write's begins with, the longest path first: `:id` of `:id/email`. */
export function readsAbove(declared: DecoratedHandler, reads: Reads): readonly DecoratedHandler[] {
  return [...reads.keys()]
    .filter(({ verb, path }) => verb === 'GET' && path !== '' && beginsWith(declared.path, path))
    .toSorted((a, b) => b.path.length - a.path.length);
}

function namesOf(handlers: readonly DecoratedHandler[]): readonly string[] {
  return [...new Set(handlers.map(({ name }) => name))];
}

/** A batch names the GET of one item only for the tags of its items: it is compared with nothing itself. */
function isBatch({ ifMatch, path }: DecoratedHandler): boolean {
  const isFree = ifMatch?.required === false && ifMatch.creates !== true;
  return isFree && parametersOf(path).length === 0;
}

/** A read that is called without a parameter it needs would refuse every write. */
function refuseMissingParameters(write: DecoratedHandler, read: DecoratedHandler): void {
  if (hasParametersOf(write, read) || isBatch(write)) return;
  throw new Error(
    `@IfMatch() on ${write.handlerName} names current: '${read.name}', whose path '${wholePathsOf(read).join()}' has a parameter that '${wholePathsOf(write).join()}' does not: give the entity with @IfMatch({ current: (controller, request) => … })`,
  );
}

function givenEntity(
  declared: DecoratedHandler,
  current: EntitySource,
  read: Route | undefined,
): CurrentSource {
  const route = { handlerName: declared.handlerName, ...taggedLike(declared, read) };
  if (!isClassWith(current, 'current')) {
    return {
      kind: 'entity',
      route,
      read: current as (controller: object, request: unknown) => unknown,
    };
  }
  const provider = inject<CurrentEntity>(
    declared.moduleRef,
    current as never,
    `current of @IfMatch() on ${declared.handlerName}`,
  );
  return { kind: 'entity', route, read: (_, request) => provider.current(request as never) };
}

/** An entity that is given directly is tagged like the GET of the same path, or as the handler's own decorators say. */
function taggedLike(
  declared: DecoratedHandler,
  read: Route | undefined,
): Omit<Tagged, 'handlerName'> {
  if (read?.tagSource !== undefined) return read;
  const { source, validator, property } = compileTag(declared);
  return {
    tagSource: source ?? { kind: 'content', fields: [] },
    validator,
    tagProperty: property,
    lastModifiedOf: read?.lastModifiedOf,
  };
}

/** The GET handlers of the same path that answer in the API versions of the write, or else all there are. */
export function readsOfSamePath(declared: DecoratedHandler, reads: Reads): readonly Read[] {
  const samePath = [...reads].filter(
    ([read]) => read.verb === 'GET' && read.path === declared.path,
  );
  const answering = readsInVersionsOf(declared, samePath, ([read]) => read);
  return answering.length === 0 ? samePath : answering;
}

/** A read that publishes no tag leaves a client nothing to send in If-Match. */
function comparable(handlerName: string, read: Route): Route {
  if (sendsSomethingElse(read.handler)) {
    throw new Error(
      `${handlerName} is compared with ${read.handlerName}, which renders a view or redirects, so what it returns is not what it sends: give the entity with @IfMatch({ current: (controller, request) => … })`,
    );
  }
  if (read.tagSource !== undefined || read.lastModifiedOf !== undefined) return read;
  throw new Error(
    `${handlerName} is compared with ${read.handlerName}, which publishes no entity tag: put @ETag() on ${read.handlerName} or on its controller (a handler that streams events or takes @Res() cannot be tagged; then give the entity with @IfMatch({ current: (controller, request) => … }))`,
  );
}
