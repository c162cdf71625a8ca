import type { ModulesContainer } from '@nestjs/core';
import { compileProperty } from '../representation/property.js';
import { compileRule } from './compile-rule.js';
import { compileTag } from './compile-tag.js';
import type { CompiledTag } from './compile-tag.js';
import { declaredControllers, storedTag } from './declared.js';
import type { Declared } from './declared.js';
import { compiled } from './decorator-arguments.js';
import { PRECONDITION_PARAMETER } from './etag.constants.js';
import type { ResolvedETagOptions } from './etag.options.js';
import { answersItself, sendsEvents, takesParameter } from './nest-metadata.js';
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

/**
 * A route without tag, date or rule, and without `@SkipETag()`, is left alone, and so is one whose
 * answer is its handler's own affair.
 */
function isConcerned(route: Route): boolean {
  if (route.rule === undefined && answersAlone(route)) return false;
  const stored = storedTag(route.handler) ?? storedTag(route.controller);
  const isTagged = stored !== undefined || route.tag !== undefined;
  return isTagged || route.lastModifiedOf !== undefined || route.rule !== undefined;
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
