import { MetadataScanner } from '@nestjs/core';
import type { ModulesContainer } from '@nestjs/core';
import type { ConditionalRequests } from './conditional-requests.js';
import { ENHANCER_ROLE } from './etag.constants.js';
import { guardsOf, interceptorsOf } from './nest-metadata.js';

/**
 * What `ETagModule` provides, or an error at boot that says which controllers miss it.
 *
 * @throws Error
 */
export function requireModule(
  requests: ConditionalRequests | undefined,
  modules: ModulesContainer,
): ConditionalRequests {
  if (requests !== undefined) return requests;
  throw new Error(
    `${usersOf(modules)} nestjs-etag, but ETagModule is not there: add ETagModule.forRoot() to the imports of your root module`,
  );
}

function usersOf(modules: ModulesContainer): string {
  const controllers = decoratedControllers(modules);
  if (controllers.length === 0) return 'A global guard or interceptor is of';
  return `${controllers.join(', ')} ${controllers.length === 1 ? 'uses' : 'use'} the decorators of`;
}

function decoratedControllers(modules: ModulesContainer): readonly string[] {
  const classes = [...modules.values()].flatMap(({ controllers }) =>
    [...controllers.values()].map(({ metatype }) => metatype),
  );
  return classes
    .filter((controller) => typeof controller === 'function')
    .filter((controller) => targetsOf(controller).some(isDecorated))
    .map(({ name }) => name);
}

/** The controller and its handlers, inherited ones among them. */
function targetsOf(controller: { readonly prototype?: unknown }): readonly object[] {
  const prototype = controller.prototype as Record<string, object>;
  const names = new MetadataScanner().getAllMethodNames(prototype);
  return [controller, ...names.map((name) => prototype[name] as object)];
}

function isDecorated(target: object): boolean {
  return [...guardsOf(target), ...interceptorsOf(target)].some((each) => ENHANCER_ROLE in each);
}
