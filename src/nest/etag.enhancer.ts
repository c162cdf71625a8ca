import { Inject, Optional } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { MetadataScanner, ModuleRef, ModulesContainer } from '@nestjs/core';
import type { ConditionalRequests } from './conditional-requests.js';
import { ENHANCER_ROLE, ETAG_CONDITIONAL_REQUESTS } from './internals/etag.constants.js';
import { moduleRefOf } from './internals/instance-wrapper.js';
import { guardsOf, interceptorsOf } from './internals/nest-metadata.js';

/**
 * A guard or an interceptor that works with what `ETagModule` provides. Without the module it can be made, so
 * that a controller can be tested alone, but no application boots with it.
 */
export abstract class ETagEnhancer implements OnModuleInit {
  private ownModuleKey: string | undefined;

  constructor(
    @Optional()
    @Inject(ETAG_CONDITIONAL_REQUESTS)
    private readonly provided: ConditionalRequests | undefined,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {}

  /** @throws Error that says which controllers miss the module. */
  onModuleInit(): void {
    void this.requests;
  }

  /** @internal */
  protected get requests(): ConditionalRequests {
    if (this.provided !== undefined) return this.provided;
    throw new Error(
      `${usersOf(this.modules)} nestjs-etag, but ETagModule is not there: add ETagModule.forRoot() to the imports of your root module`,
    );
  }

  /** @internal The module whose controllers this enhancer stands on: Nest makes one for each module. */
  protected get moduleKey(): string {
    this.ownModuleKey ??= moduleKeyOf(this.moduleRef, this.modules);
    return this.ownModuleKey;
  }
}

function moduleKeyOf(moduleRef: ModuleRef, modules: ModulesContainer): string {
  for (const key of modules.keys()) {
    if (moduleRefOf(modules, key) === moduleRef) return key;
  }
  throw new Error('nestjs-etag cannot tell which module one of its guards belongs to');
}

function usersOf(modules: ModulesContainer): string {
  const controllers = namesOfDecorated(modules);
  if (controllers.length === 0) return 'A global guard or interceptor is of';
  return `${controllers.join(', ')} ${controllers.length === 1 ? 'uses' : 'use'} the decorators of`;
}

function namesOfDecorated(modules: ModulesContainer): readonly string[] {
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
