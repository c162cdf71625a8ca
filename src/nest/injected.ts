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
  const controllers = decoratedControllers(modules);
  throw new Error(
    `${controllers.join(', ')} ${controllers.length === 1 ? 'uses' : 'use'} the decorators of nestjs-etag, but ETagModule is not there: add ETagModule.forRoot() to the imports of your root module`,
  );
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

function targetsOf(controller: { readonly prototype?: unknown }): readonly object[] {
  const prototype = controller.prototype as Record<string, unknown>;
  const methods = Object.getOwnPropertyNames(prototype)
    .filter((name) => name !== 'constructor')
    .map((name) => Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown)
    .filter((method) => typeof method === 'function');
  return [controller, ...methods];
}

function isDecorated(target: object): boolean {
  return [...guardsOf(target), ...interceptorsOf(target)].some((each) => ENHANCER_ROLE in each);
}
