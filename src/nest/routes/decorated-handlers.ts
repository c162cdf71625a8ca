import type { VersioningOptions } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import { isLiteral, isObject } from '../checks/objects.js';
import {
  ENHANCER_ROLE,
  ETAG_METADATA,
  IF_MATCH_METADATA,
  ITEM_ETAGS_METADATA,
  LAST_MODIFIED_METADATA,
  SKIP_IF_MATCH_METADATA,
} from '../internals/etag.constants.js';
import { globalInterceptorsOf, moduleRefOf, versioningOf } from '../internals/instance-wrapper.js';
import {
  guardsOf,
  interceptorsOf,
  modulePathOf,
  pathsOf,
  verbOf,
  versionsOf,
} from '../internals/nest-metadata.js';
import type { Controller, Enhancer, Handler } from '../internals/nest-metadata.js';
import { ROLES } from '../internals/roles.js';
import type { IfMatchOptions } from '../options/if-match.options.js';
import type { StoredItemETags, StoredTag } from '../options/tag.options.js';
import { isInOrder } from './enhancer-order.js';

/** A handler on one of its paths, as its decorators describe it, before anything is decided. */
export interface DecoratedHandler {
  /** `UsersController.update`, for messages. */
  readonly handlerName: string;
  readonly controller: Controller;
  readonly name: string;
  /** The method of the controller's prototype. */
  readonly handler: Handler;
  /** Its path below that of the controller, without slashes at the ends. */
  readonly path: string;
  readonly moduleKey: string;
  /** The path that `RouterModule` gives its module, without slashes at the ends. */
  readonly modulePath: string;
  readonly moduleRef: ModuleRef;
  readonly verb: string;
  /** Its API versions, or else those of its controller. */
  readonly apiVersions: readonly string[];
  /** How the application tells API versions apart, if it does. */
  readonly versioning: VersioningOptions | undefined;
  readonly storedTag: StoredTag | undefined;
  readonly lastModified: unknown;
  readonly itemETags: StoredItemETags | undefined;
  readonly ifMatch: IfMatchOptions | undefined;
}

/** The handlers of each controller in each module. */
export function decoratedControllers(modules: ModulesContainer): DecoratedHandler[][] {
  const scanner = new MetadataScanner();
  const everywhere = storedEverywhere(modules);
  const versioning = versioningOf(modules);
  const controllers: DecoratedHandler[][] = [];
  for (const [moduleKey, module] of modules) {
    const found = {
      moduleKey,
      moduleRef: moduleRefOf(modules, moduleKey) as ModuleRef,
      modulePath: modulePathOf(module.metatype, modules.applicationId),
      versioning,
      everywhere,
    };
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const controller = metatype as Controller;
      const names = scanner.getAllMethodNames(controller.prototype as object);
      controllers.push(names.flatMap((name) => decoratedHandlers({ ...found, controller, name })));
    }
  }
  return controllers;
}

interface Found extends Pick<
  DecoratedHandler,
  'controller' | 'name' | 'moduleKey' | 'modulePath' | 'moduleRef' | 'versioning'
> {
  readonly everywhere: StoredTag | undefined;
}

/** One for each path of a method; none for a method that is no route. */
function decoratedHandlers({ everywhere, ...found }: Found): DecoratedHandler[] {
  const { controller, name } = found;
  const handler = (controller.prototype as Record<string, Handler>)[name] as Handler;
  const verb = verbOf(handler);
  if (verb === undefined) return [];
  const ownVersions = versionsOf(handler);
  const decorated = {
    ...found,
    handlerName: `${controller.name}.${name}`,
    handler,
    verb,
    apiVersions: ownVersions.length === 0 ? versionsOf(controller) : ownVersions,
    storedTag: storedTagOf(handler) ?? storedTagOf(controller) ?? everywhere,
    lastModified:
      Reflect.getMetadata(LAST_MODIFIED_METADATA, handler) ??
      Reflect.getMetadata(LAST_MODIFIED_METADATA, controller),
    itemETags: Reflect.getMetadata(ITEM_ETAGS_METADATA, handler) as StoredItemETags | undefined,
    ifMatch: ifMatchOf(controller, handler, verb),
  };
  return pathsOf(handler).map((path) => ({ ...decorated, path }));
}

const STRONG: StoredTag = Object.freeze({ kind: 'strong', options: {} });

/** What `@ETag()` and its like say, or `@UseInterceptors(ETagInterceptor)`, which says the same as `@ETag()`. */
export function storedTagOf(target: object): StoredTag | undefined {
  const stored = Reflect.getMetadata(ETAG_METADATA, target) as StoredTag | undefined;
  if (stored !== undefined) return stored;
  return has(interceptorsOf(target), ROLES.interceptor) ? STRONG : undefined;
}

/** What `ETagInterceptor` says as an `APP_INTERCEPTOR`: `@ETag()`, of every handler that says nothing itself. */
function storedEverywhere(modules: ModulesContainer): StoredTag | undefined {
  const globals = globalInterceptorsOf(modules).map(({ constructor }) => constructor);
  return has(globals, ROLES.interceptor) ? STRONG : undefined;
}

/** What `@IfMatch()` of a class is about. `@All()` handles each of them too, and is refused where rules are compiled. */
const GUARDED_BY_CLASS: readonly string[] = ['PUT', 'PATCH', 'DELETE', 'ALL'];

/**
 * What `@IfMatch()` says on the handler, and on the class for its PUT, PATCH, DELETE and `@All()` handlers: merged, option by
 * option; `undefined` for a handler that is not guarded.
 *
 * @param handler the method, or whatever wraps it and carries its metadata.
 */
export function ifMatchOf(
  controller: object,
  handler: object,
  verb: string,
): IfMatchOptions | undefined {
  if (Reflect.getMetadata(SKIP_IF_MATCH_METADATA, handler) === true) return undefined;
  const own = storedIfMatch(handler);
  const ofClass = GUARDED_BY_CLASS.includes(verb) ? storedIfMatch(controller) : undefined;
  if (own === undefined) return ofClass;
  if (ofClass === undefined) return own;
  // What is no object of options is refused where it is checked.
  if (!isOptions(own) || !isOptions(ofClass)) return isOptions(own) ? ofClass : own;
  return { ...ofClass, ...given(own) };
}

function isOptions(given: unknown): given is IfMatchOptions {
  return isObject(given) && isLiteral(given);
}

/** `undefined` counts as not given. */
function given(options: IfMatchOptions): IfMatchOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** `@UseGuards(IfMatchGuard)` says the same as `@IfMatch()`, as long as the guard stands where it was written. */
function storedIfMatch(target: object): IfMatchOptions | undefined {
  const stored = Reflect.getMetadata(IF_MATCH_METADATA, target) as IfMatchOptions | undefined;
  if (stored !== undefined) return stored;
  return !isInOrder(target) && has(guardsOf(target), ROLES.ifMatch) ? {} : undefined;
}

function has(enhancers: readonly Enhancer[], role: string): boolean {
  return enhancers.some(
    (enhancer) => (enhancer as Record<string, unknown>)[ENHANCER_ROLE] === role,
  );
}
