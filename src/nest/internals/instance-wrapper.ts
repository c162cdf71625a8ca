import type { Type, VersioningOptions } from '@nestjs/common';
import { ApplicationConfig, ModuleRef } from '@nestjs/core';
import type { ContextId, ModulesContainer } from '@nestjs/core';
import type { Controller } from './nest-metadata.js';
import { nestVersion } from './nest-version.js';

/** The part of Nest's `InstanceWrapper` of a controller that is used here. */
export interface ControllerHost {
  readonly id: string;
  readonly token: unknown;
  /** The instance of a controller that lives as long as the application; otherwise a prototype of those to come. */
  readonly instance: object;
  isDependencyTreeStatic(): boolean;
  isDependencyTreeDurable(): boolean;
  getInstanceByContextId(contextId: ContextId): {
    readonly instance: object | undefined;
    readonly isResolved?: boolean;
  };
}

/**
 * Checks that this version of Nest keeps modules and controllers as it did.
 *
 * @throws Error that names the version of Nest and says what to do.
 */
export function checkInstanceWrappers(modules: ModulesContainer): void {
  for (const module of modules.values()) {
    const missing = [
      missingIn(module, ['getProviderByKey']),
      ...[...module.controllers.values()].map((host) =>
        missingIn(host, [
          'isDependencyTreeStatic',
          'isDependencyTreeDurable',
          'getInstanceByContextId',
        ]),
      ),
    ].find((name) => name !== undefined);
    if (missing === undefined) continue;
    throw new Error(
      `nestjs-etag does not know ${nestVersion()}: what it keeps of a controller has no ${missing}() any more. Update nestjs-etag, or go back to the version of Nest that you had`,
    );
  }
}

function missingIn(owner: object, methods: readonly string[]): string | undefined {
  return methods.find((name) => typeof (owner as Record<string, unknown>)[name] !== 'function');
}

/** What Nest keeps of a controller in one of its modules. */
export function hostOf(
  modules: ModulesContainer,
  { moduleKey, controller }: { readonly moduleKey: string; readonly controller: Controller },
): ControllerHost {
  return modules.get(moduleKey)?.controllers.get(controller as Type) as unknown as ControllerHost;
}

/** The instance that Nest has made in a context; `undefined` where it has made none yet. */
export function instanceIn(host: ControllerHost, contextId: ContextId): object | undefined {
  const ownId = contextId.getParent?.({
    token: host.token as never,
    isTreeDurable: host.isDependencyTreeDurable(),
  });
  const { instance, isResolved } = host.getInstanceByContextId(ownId ?? contextId);
  return isResolved === true ? instance : undefined;
}

/** What resolves providers of a module. */
export function moduleRefOf(modules: ModulesContainer, moduleKey: string): ModuleRef | undefined {
  return modules.get(moduleKey)?.getProviderByKey<ModuleRef>(ModuleRef)?.instance;
}

/** How the application tells API versions apart, if it does. */
export function versioningOf(modules: ModulesContainer): VersioningOptions | undefined {
  const [first] = modules.values();
  const config = first?.getProviderByKey<ApplicationConfig>(ApplicationConfig)?.instance;
  return config?.getVersioning();
}

/** The instances of the providers that an application has under `APP_INTERCEPTOR`, those of each request left out. */
export function globalInterceptorsOf(modules: ModulesContainer): readonly object[] {
  return [...modules.values()]
    .flatMap(({ providers }) => [...providers.values()])
    .filter(({ subtype }) => subtype === 'interceptor')
    .flatMap(({ instance }) =>
      typeof instance === 'object' && instance !== null ? [instance] : [],
    );
}
