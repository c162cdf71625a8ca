import type { ModulesContainer } from '@nestjs/core';
import { compileProperty } from '../../representation/property.js';
import type { TagSource } from '../../representation/tag-source.js';
import { compileItemTags, readOfItem, refuseItemTagsOfWrite } from './compile-item-tags.js';
import { compileRule } from './compile-rule.js';
import { compileTag } from './compile-tag.js';
import type { CompiledTag } from './compile-tag.js';
import { declaredControllers, storedTag } from './decorated-handlers.js';
import type { Declared } from './decorated-handlers.js';
import { compiled } from '../checks/argument-checks.js';
import { PRECONDITION_PARAMETER } from '../internals/etag.constants.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import { answersItself, sendsEvents, takesParameter } from '../internals/nest-metadata.js';
import type { Route, WriteRule } from './route.js';

/**
 * Reads the decorators of all controllers and decides everything that can be decided at boot. What can never
 * work is an error here, with the handler's name and what to write instead.
 *
 * @throws Error, TypeError
 */
export function compileRoutes(modules: ModulesContainer, options: ResolvedETagOptions): Route[] {
  return declaredControllers(modules).flatMap((declared) => compileController(declared, options));
}

/** Reads come first: writes are compared with them. */
function compileController(declared: readonly Declared[], options: ResolvedETagOptions): Route[] {
  const reads = new Map<Declared, Route>();
  for (const each of declared) refuseItemTagsOfWrite(each);
  for (const each of declared.filter(({ ifMatch }) => ifMatch === undefined)) {
    reads.set(each, compileRoute(each, undefined));
    if (takesParameter(each.controller, each.name, PRECONDITION_PARAMETER)) {
      throw new Error(
        `${each.handlerName} takes @Precondition(), but nothing verifies one: put @IfMatch() on it`,
      );
    }
  }
  for (const [each, route] of reads) {
    const itemTags = compileItemTags(each, reads);
    if (itemTags !== undefined) reads.set(each, { ...route, itemTags });
    else if (each.verb === 'POST') reads.set(each, { ...route, tag: tagOfCreated(each, reads) });
  }
  const writes = declared
    .filter(({ ifMatch }) => ifMatch !== undefined)
    .map((each) => compileRoute(each, compileRule(each, reads, options)));
  return [...reads.values(), ...writes].filter(isConcerned);
}

/**
 * What was created is tagged like the GET that sends it from then on, unless the handler itself says
 * otherwise.
 */
function tagOfCreated(
  declared: Declared,
  reads: ReadonlyMap<Declared, Route>,
): TagSource | undefined {
  const own = reads.get(declared)?.tag;
  const read = readOfItem(declared, reads);
  if (own === undefined || read?.tag === undefined) return own;
  return storedTag(declared.handler) === undefined ? tagOfAnswer(read) : inScopeOf(read, own);
}

/** A version in the answer of a write is a version of what the read sends: the tags of both agree. */
function inScopeOf(
  read: Pick<Route, 'tag' | 'validator'> | undefined,
  own: TagSource | undefined,
): TagSource | undefined {
  const scope = read?.tag?.kind === 'revision' ? read.tag.scope : read?.validator?.scope;
  return own?.kind === 'revision' && scope !== undefined ? { ...own, scope } : own;
}

/**
 * How the answer of a write is tagged that is what a read would send. Where the read asks a validator, only a
 * version that the answer carries tells the same; to ask again would acknowledge what somebody
 * else may have written since.
 */
function tagOfAnswer({ tag, validator }: Pick<Route, 'tag' | 'validator'>): TagSource | undefined {
  return validator === undefined || tag?.kind === 'revision' ? tag : undefined;
}

/**
 * A route without tag, date or rule, and without `@SkipETag()`, is left alone, and so is one whose
 * answer is its handler's own affair.
 */
function isConcerned(route: Route): boolean {
  if (route.rule === undefined && answersAlone(route)) return false;
  const stored = storedTag(route.handler) ?? storedTag(route.controller);
  const { tag, lastModifiedOf, itemTags, rule } = route;
  return [stored, tag, lastModifiedOf, itemTags, rule].some((each) => each !== undefined);
}

function compileRoute(declared: Declared, rule: WriteRule | undefined): Route {
  const { handlerName, controller, name, handler, moduleKey, verb, lastModified } = declared;
  const own = ownTag(declared);
  const read = rule?.current.route;
  return {
    handlerName,
    controller,
    name,
    handler,
    moduleKey,
    verb,
    tag: own === undefined ? read && tagOfAnswer(read) : inScopeOf(read, own.source),
    validator: ['GET', 'HEAD'].includes(verb) ? own?.validator : undefined,
    lastModifiedOf:
      lastModified === undefined
        ? read?.lastModifiedOf
        : compiled(`@LastModified() on ${handlerName}`, () =>
            compileProperty(lastModified as string),
          ),
    itemTags: undefined,
    rule,
  };
}

/**
 * How the handler's own answers are tagged. A guarded write answers with what GET would send, so it
 * is tagged like GET (`undefined` here) unless the handler itself says otherwise.
 */
function ownTag(declared: Declared): CompiledTag | undefined {
  const { handler, ifMatch } = declared;
  if (answersAlone(declared)) {
    return { source: undefined, validator: undefined };
  }
  if (ifMatch !== undefined && storedTag(handler) === undefined) return undefined;
  return compileTag(declared);
}

/** Whether a handler streams events or answers with `@Res()`: there is no value that would be tagged. */
function answersAlone({
  controller,
  name,
  handler,
}: Pick<Declared, 'controller' | 'name' | 'handler'>): boolean {
  return sendsEvents(handler) || answersItself(controller, name);
}
