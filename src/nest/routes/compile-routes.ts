import type { ModulesContainer } from '@nestjs/core';
import { isRead } from '../../http/methods.js';
import { compileProperty } from '../../representation/property.js';
import type { TagSource } from '../../representation/tag-source.js';
import { at } from '../checks/argument-checks.js';
import { PRECONDITION_PARAMETER } from '../internals/etag.constants.js';
import {
  answersItself,
  sendsEvents,
  sendsSomethingElse,
  takesParameter,
} from '../internals/nest-metadata.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import { compileItemTags, readOfItem, refuseItemTagsOfWrite } from './compile-item-tags.js';
import { compileRule } from './compile-rule.js';
import { NO_TAG, compileTag } from './compile-tag.js';
import type { CompiledTag } from './compile-tag.js';
import { decoratedControllers, storedTagOf } from './decorated-handlers.js';
import type { DecoratedHandler } from './decorated-handlers.js';
import { refuseContradiction, refuseLostDecorators } from './lost-decorators.js';
import { Problems } from './problems.js';
import type { Reads } from './reads.js';
import type { Route, WriteRule } from './route.js';
import { refuseShownVersion } from './verbatim-versions.js';

/**
 * Reads the decorators of all controllers and decides everything that can be decided at boot. What can never
 * work is an error here, with the handler's name and what to write instead.
 *
 * @throws Error, TypeError that tells of all problems at once.
 */
export function compileRoutes(modules: ModulesContainer, options: ResolvedETagOptions): Route[] {
  const problems = new Problems();
  const controllers = decoratedControllers(modules).map((handlers) => ({
    handlers,
    reads: compileReads(handlers, problems),
  }));
  const everywhere: Reads = new Map(controllers.flatMap(({ reads }) => [...reads]));
  const routes = controllers.flatMap(({ handlers, reads }) => [
    ...reads.values(),
    ...compileWrites(handlers, reads, everywhere, options, problems),
  ]);
  for (const each of controllers.flatMap(({ handlers }) => handlers)) {
    problems.collect(() => refuseShownVersion(each, options));
    problems.collect(() => refuseLostDecorators(each));
    problems.collect(() => refuseContradiction(each));
  }
  problems.throwIfAny();
  return routes.filter(isConcerned);
}

function compileReads(handlers: readonly DecoratedHandler[], problems: Problems): Reads {
  const reads = new Map<DecoratedHandler, Route>();
  for (const each of handlers) problems.collect(() => refuseItemTagsOfWrite(each));
  for (const each of handlers.filter(({ ifMatch }) => ifMatch === undefined)) {
    problems.collect(() => reads.set(each, compileRoute(each, undefined)));
    problems.collect(() => refuseUnverified(each));
  }
  for (const [each, route] of reads) {
    const itemTags = problems.collect(() => compileItemTags(each, reads));
    if (itemTags !== undefined) reads.set(each, { ...route, itemTags });
    else if (each.verb === 'POST') reads.set(each, creation(each, route, reads));
  }
  return reads;
}

function compileWrites(
  handlers: readonly DecoratedHandler[],
  reads: Reads,
  everywhere: Reads,
  options: ResolvedETagOptions,
  problems: Problems,
): Route[] {
  return handlers
    .filter(({ ifMatch }) => ifMatch !== undefined)
    .flatMap(
      (each) =>
        problems.collect(() => {
          const route = compileRoute(each, compileRule(each, reads, everywhere, options));
          return each.verb === 'POST' ? { ...route, created: readOfItem(each, reads) } : route;
        }) ?? [],
    );
}

function refuseUnverified({ controller, name, handlerName }: DecoratedHandler): void {
  if (!takesParameter(controller, name, PRECONDITION_PARAMETER)) return;
  throw new Error(
    `${handlerName} takes @Precondition(), but nothing verifies one: put @IfMatch() on it`,
  );
}

/**
 * What was created is tagged like the GET that sends it from then on, unless the handler itself says
 * otherwise.
 */
function creation(declared: DecoratedHandler, route: Route, reads: Reads): Route {
  const created = readOfItem(declared, reads);
  if (route.tagSource === undefined || created?.tagSource === undefined) return route;
  const tagSource =
    storedTagOf(declared.handler) === undefined
      ? tagOfAnswer(created)
      : inScopeOf(created, route.tagSource);
  const isOwn = storedTagOf(declared.handler) !== undefined;
  const tagProperty = isOwn ? route.tagProperty : created.tagProperty;
  return { ...route, created, tagSource, tagProperty };
}

/** A version in the answer of a write is a version of what the read sends: the tags of both agree. */
function inScopeOf(
  read: Pick<Route, 'tagSource' | 'validator'> | undefined,
  own: TagSource | undefined,
): TagSource | undefined {
  const scope =
    read?.tagSource?.kind === 'revision' ? read.tagSource.scope : read?.validator?.scope;
  return own?.kind === 'revision' && scope !== undefined ? { ...own, scope } : own;
}

/**
 * How the answer of a write is tagged that is what a read would send. Where the read asks a validator, only a
 * version that the answer carries tells the same.
 */
function tagOfAnswer({
  tagSource,
  validator,
}: Pick<Route, 'tagSource' | 'validator'>): TagSource | undefined {
  return validator === undefined || tagSource?.kind === 'revision' ? tagSource : undefined;
}

/**
 * A route without tag, date or rule, and without `@SkipETag()`, is left alone, and so is one whose
 * answer is its handler's own affair.
 */
function isConcerned(route: Route): boolean {
  if (route.rule === undefined && answersAlone(route)) return false;
  const stored = storedTagOf(route.handler) ?? storedTagOf(route.controller);
  const { tagSource, lastModifiedOf, itemTags, rule } = route;
  return [stored, tagSource, lastModifiedOf, itemTags, rule].some((each) => each !== undefined);
}

function compileRoute(declared: DecoratedHandler, rule: WriteRule | undefined): Route {
  const { handlerName, controller, name, handler, path, verb, lastModified } = declared;
  const own = ownTag(declared);
  const read = rule?.current.route;
  return {
    handlerName,
    controller,
    name,
    handler,
    path,
    moduleKey: declared.moduleKey,
    modulePath: declared.modulePath,
    verb,
    tagSource: own === undefined ? read && tagOfAnswer(read) : inScopeOf(read, own.source),
    validator: ['GET', 'HEAD'].includes(verb) ? own?.validator : undefined,
    tagProperty: own === undefined ? read?.tagProperty : own.property,
    lastModifiedOf:
      lastModified === undefined
        ? read?.lastModifiedOf
        : at(`@LastModified() on ${handlerName}`, () => compileProperty(lastModified as string)),
    isPage: isRead(verb) && sendsSomethingElse(handler),
    itemTags: undefined,
    created: undefined,
    rule,
  };
}

/**
 * How the handler's own answers are tagged. A guarded write answers with what GET would send, so it
 * is tagged like GET (`undefined` here) unless the handler itself says otherwise.
 */
function ownTag(declared: DecoratedHandler): CompiledTag | undefined {
  const { handler, ifMatch } = declared;
  if (answersAlone(declared)) {
    return NO_TAG;
  }
  if (ifMatch !== undefined && storedTagOf(handler) === undefined) return undefined;
  return compileTag(declared);
}

/** Whether a handler streams events or answers with `@Res()`: there is no value that would be tagged. */
function answersAlone({
  controller,
  name,
  handler,
}: Pick<DecoratedHandler, 'controller' | 'name' | 'handler'>): boolean {
  return sendsEvents(handler) || answersItself(controller, name);
}
