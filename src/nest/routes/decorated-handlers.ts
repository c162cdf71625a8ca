import { MetadataScanner, ModuleRef } from '@nestjs/core';
import type { ModulesContainer } from '@nestjs/core';
import {
  ENHANCER_ROLE,
  ETAG_METADATA,
  IF_MATCH_METADATA,
  ITEM_ETAGS_METADATA,
  LAST_MODIFIED_METADATA,
} from '../internals/etag.constants.js';
import type { StoredIfMatch, StoredItemETags, StoredTag } from './stored-options.js';
import { isInOrder } from './enhancer-order.js';
import { guardsOf, interceptorsOf, verbOf } from '../internals/nest-metadata.js';
import type { Controller, Enhancer, Handler } from '../internals/nest-metadata.js';
import { ROLES } from '../internals/roles.js';

/** A handler as its decorators describe it, before anything is decided. */
export interface Declared {
  readonly handlerName: string;
  readonly controller: Controller;
  readonly name: string;
  readonly handler: Handler;
  readonly moduleKey: string;
  readonly moduleRef: ModuleRef;
  readonly verb: string;
  readonly tag: StoredTag | undefined;
  readonly lastModified: unknown;
  readonly itemETags: StoredItemETags | undefined;
  readonly ifMatch: StoredIfMatch | undefined;
}

/** The handlers of each controller. */
export function declaredControllers(modules: ModulesContainer): Declared[][] {
  const scanner = new MetadataScanner();
  const everywhere = storedEverywhere(modules);
  const controllers: Declared[][] = [];
  for (const [moduleKey, module] of modules) {
    const moduleRef = module.getProviderByKey<ModuleRef>(ModuleRef)?.instance;
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const controller = metatype as Controller;
      const names = scanner.getAllMethodNames(controller.prototype as object);
      controllers.push(
        names
          .flatMap((name) => declaredHandler(controller, name, moduleKey, moduleRef))
          .map((declared) => ({ ...declared, tag: declared.tag ?? everywhere })),
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
      handlerName: `${controller.name}.${name}`,
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
      itemETags: Reflect.getMetadata(ITEM_ETAGS_METADATA, handler) as StoredItemETags | undefined,
      ifMatch: storedIfMatch(controller, handler, verb),
    },
  ];
}

const STRONG: StoredTag = Object.freeze({ kind: 'strong', options: {} });

/** What `@ETag()` and its like say, or `@UseInterceptors(ETagInterceptor)`, which says the same as `@ETag()`. */
export function storedTag(target: object): StoredTag | undefined {
  const stored = Reflect.getMetadata(ETAG_METADATA, target) as StoredTag | undefined;
  if (stored !== undefined) return stored;
  return has(interceptorsOf(target), ROLES.interceptor) ? STRONG : undefined;
}

/** What `ETagInterceptor` says as an `APP_INTERCEPTOR`: `@ETag()`, of every handler that says nothing itself. */
function storedEverywhere(modules: ModulesContainer): StoredTag | undefined {
  const globals = [...modules.values()]
    .flatMap(({ providers }) => [...providers.values()])
    .filter(({ subtype, instance }) => subtype === 'interceptor' && isObject(instance))
    .map(({ instance }) => (instance as object).constructor);
  return has(globals, ROLES.interceptor) ? STRONG : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
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

/** `@UseGuards(IfMatchGuard)` says the same as `@IfMatch()`, as long as the guard stands where it was written. */
function ruleOn(target: object): StoredIfMatch | undefined {
  const stored = Reflect.getMetadata(IF_MATCH_METADATA, target) as StoredIfMatch | undefined;
  const isGuarded = !isInOrder(target) && has(guardsOf(target), ROLES.ifMatch);
  if (stored !== undefined) return stored;
  return isGuarded ? {} : undefined;
}

function has(enhancers: readonly Enhancer[], role: string): boolean {
  return enhancers.some(
    (enhancer) => (enhancer as Record<string, unknown>)[ENHANCER_ROLE] === role,
  );
}
