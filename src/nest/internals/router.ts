import { RequestMethod } from '@nestjs/common';
import type { ArgumentsHost, CanActivate, ContextType, NestInterceptor } from '@nestjs/common';
import type {
  AbstractHttpAdapter,
  ApplicationConfig,
  ContextId,
  ModulesContainer,
} from '@nestjs/core';
import type { Handler } from './nest-metadata.js';
import { nestVersion } from './nest-version.js';

/** A handler with its guards, interceptors and pipes, as Nest's router calls it. */
export type RouteCall = (request: object, response: object, next: () => void) => Promise<unknown>;

/** Which handler of which instance. */
export interface Callee {
  readonly instance: object;
  readonly callback: Handler;
  readonly name: string;
  readonly moduleKey: string;
  /** Of a request-scoped controller. */
  readonly contextId: ContextId | undefined;
  readonly inquirerId: string;
}

/** Runs interceptors around a handler, as Nest's `InterceptorsConsumer`. */
export type Intercept = (
  interceptors: readonly NestInterceptor[],
  given: readonly [request: object, response: object, next: unknown],
  instance: object,
  callback: unknown,
  next: () => Promise<unknown>,
  type: ContextType,
) => unknown;

/** What differs from the router, where a handler is called in its manner. */
export interface Differences {
  /** The guards that run, of all that stand on the handler. */
  readonly guards: (all: readonly CanActivate[]) => readonly CanActivate[];
  readonly intercept: Intercept;
}

/** What {@link Router} uses of Nest's creators: all of them find what stands on a handler. */
interface Creator<Enhancer> {
  create(
    instance: object,
    callback: unknown,
    moduleKey: string,
    contextId?: ContextId,
    inquirerId?: string,
  ): readonly Enhancer[];
}

/** The classes of Nest's router. */
export interface RouterParts {
  readonly RouterExecutionContext: new (...parts: readonly unknown[]) => {
    create(
      instance: object,
      callback: unknown,
      methodName: string,
      moduleKey: string,
      requestMethod: RequestMethod,
      contextId?: ContextId,
      inquirerId?: string,
    ): RouteCall;
  };
  readonly RouteParamsFactory: new (config: ApplicationConfig) => unknown;
  readonly PipesContextCreator: new (container: unknown, config: ApplicationConfig) => unknown;
  readonly PipesConsumer: new () => unknown;
  readonly GuardsContextCreator: new (
    container: unknown,
    config: ApplicationConfig,
  ) => Creator<CanActivate>;
  readonly GuardsConsumer: new () => unknown;
  readonly InterceptorsContextCreator: new (
    container: unknown,
    config: ApplicationConfig,
  ) => Creator<NestInterceptor>;
  readonly InterceptorsConsumer: new () => { intercept: Intercept };
  readonly RouterExceptionFilters: new (
    container: unknown,
    config: ApplicationConfig,
    adapter: unknown,
  ) => {
    create(
      instance: object,
      callback: unknown,
      moduleKey: string,
      contextId?: ContextId,
      inquirerId?: string,
    ): { next(error: unknown, host: unknown): void };
  };
  /** What is asked for an answer where a route has failed: its filters, or Nest's own. */
  readonly ExceptionsHandler: {
    readonly prototype: { next(error: unknown, host: ArgumentsHost): unknown };
  };
}

/**
 * Nest's own router, for handlers that no request reached: the classes that call a handler with its guards, interceptors and
 * pipes. Nest exports none of them from a package root; this is the only file that imports them, and an application does not
 * boot where one is missing.
 */
export class Router {
  private readonly container: unknown;
  private readonly guards: Creator<CanActivate>;
  private readonly interceptors: Creator<NestInterceptor>;
  private readonly consumer: { intercept: Intercept };

  constructor(
    private readonly nest: RouterParts,
    modules: ModulesContainer,
    private readonly config: ApplicationConfig,
    /** Sets status and fields; sends nothing. */
    private readonly adapter: AbstractHttpAdapter,
  ) {
    this.container = { getModules: () => modules, getHttpAdapterRef: () => adapter };
    this.guards = new nest.GuardsContextCreator(this.container, config);
    this.interceptors = new nest.InterceptorsContextCreator(this.container, config);
    this.consumer = new nest.InterceptorsConsumer();
  }

  /** A handler as the router calls it, but for the differences. */
  callOf(callee: Callee, differences: Differences): RouteCall {
    const { nest, config, container } = this;
    const { instance, callback, name, moduleKey, contextId, inquirerId } = callee;
    const guards = {
      create: (...given: Parameters<Creator<CanActivate>['create']>) =>
        differences.guards(this.guards.create(...given)),
    };
    const context = new nest.RouterExecutionContext(
      new nest.RouteParamsFactory(config),
      new nest.PipesContextCreator(container, config),
      new nest.PipesConsumer(),
      guards,
      new nest.GuardsConsumer(),
      this.interceptors,
      { intercept: differences.intercept },
      this.adapter,
    );
    return context.create(
      instance,
      callback,
      name,
      moduleKey,
      RequestMethod.GET,
      contextId,
      inquirerId,
    );
  }

  guardsOf({
    instance,
    callback,
    moduleKey,
    contextId,
    inquirerId,
  }: Callee): readonly CanActivate[] {
    return this.guards.create(instance, callback, moduleKey, contextId, inquirerId);
  }

  interceptorsOf(callee: Callee): readonly NestInterceptor[] {
    const { instance, callback, moduleKey, contextId, inquirerId } = callee;
    return this.interceptors.create(instance, callback, moduleKey, contextId, inquirerId);
  }

  readonly intercept: Intercept = (...given) => this.consumer.intercept(...given);

  /** Has the exception filters of a handler answer for an error. */
  filter(callee: Callee, error: unknown, host: unknown): void {
    const { instance, callback, moduleKey, contextId, inquirerId } = callee;
    const filters = new this.nest.RouterExceptionFilters(this.container, this.config, this.adapter);
    filters.create(instance, callback, moduleKey, contextId, inquirerId).next(error, host);
  }
}

/** The adapter of an application, for a handler whose answer reaches no client: status and fields are set, nothing is sent. */
export function recordingAdapter(adapter: AbstractHttpAdapter): AbstractHttpAdapter {
  const setStatus = (response: object, _value: unknown, statusCode?: number): void => {
    if (statusCode !== undefined) adapter.status(response, statusCode);
  };
  return Object.create(adapter, {
    reply: { value: setStatus },
    redirect: { value: () => undefined },
    render: { value: () => undefined },
    end: { value: () => undefined },
  }) as AbstractHttpAdapter;
}

/**
 * Loads the parts of Nest's router.
 *
 * @throws Error where this version of Nest keeps them elsewhere.
 */
export async function loadRouterParts(): Promise<RouterParts> {
  try {
    const [context, params, filters, exceptions, pipes, guards, interceptors] = (await Promise.all([
      import('@nestjs/core/router/router-execution-context.js'),
      import('@nestjs/core/router/route-params-factory.js'),
      import('@nestjs/core/router/router-exception-filters.js'),
      import('@nestjs/core/exceptions/exceptions-handler.js'),
      import('@nestjs/core/pipes/index.js'),
      import('@nestjs/core/guards/index.js'),
      import('@nestjs/core/interceptors/index.js'),
    ])) as readonly object[];
    const parts = {
      ...context,
      ...params,
      ...filters,
      ...exceptions,
      ...pipes,
      ...guards,
      ...interceptors,
    };
    for (const name of NAMES) {
      if (typeof (parts as Record<string, unknown>)[name] !== 'function') {
        throw new Error(`there is no ${name}`);
      }
    }
    const found = parts as unknown as RouterParts;
    if (typeof found.ExceptionsHandler.prototype.next !== 'function') {
      throw new Error('ExceptionsHandler has no next()');
    }
    return found;
  } catch (error) {
    throw new Error(
      `nestjs-etag does not know ${nestVersion()}: a part of its router is not where it was (${error instanceof Error ? error.message : String(error)}). Update nestjs-etag, or go back to the version of Nest that you had`,
      { cause: error },
    );
  }
}

const NAMES: readonly (keyof RouterParts)[] = [
  'RouterExecutionContext',
  'RouteParamsFactory',
  'RouterExceptionFilters',
  'ExceptionsHandler',
  'PipesContextCreator',
  'PipesConsumer',
  'GuardsContextCreator',
  'GuardsConsumer',
  'InterceptorsContextCreator',
  'InterceptorsConsumer',
];
