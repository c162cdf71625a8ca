import { Inject, Module, Optional } from '@nestjs/common';
import type { DynamicModule, NestModule, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { createDigest } from '../representation/digest.js';
import { EntityTags } from './answers/entity-tags.js';
import { TaggedAnswers } from './answers/tagged-answers.js';
import { UnexposedTags } from './answers/unexposed-tags.js';
import { OnceLog } from './checks/log.js';
import { refuseNonOptions } from './checks/argument-checks.js';
import { warningOfSeveralInstances } from './checks/several-instances.js';
import { ConditionalRequests } from './conditional-requests.js';
import type { Parts } from './conditional-requests.js';
import { CurrentReader } from './current/current-reader.js';
import { GetHandlers } from './current/get-handlers.js';
import { InnerGet } from './current/inner-get.js';
import { Representations } from './current/representations.js';
import { ConfigurableModuleClass } from './etag.module-definition.js';
import type { ASYNC_OPTIONS_TYPE } from './etag.module-definition.js';
import { noteFailure } from './exchange/exchange.js';
import { Intermediaries } from './exchange/intermediaries.js';
import {
  ENHANCER_ROLE,
  ETAG_CONDITIONAL_REQUESTS,
  ETAG_MODULE_OPTIONS,
} from './internals/etag.constants.js';
import { ROLES } from './internals/roles.js';
import { watchFailures } from './internals/exceptions-handler.js';
import { checkInstanceWrappers } from './internals/instance-wrapper.js';
import { Router, recordingAdapter } from './internals/router.js';
import { selfCheck } from './internals/self-check.js';
import { processLocks } from './locks/process-locks.js';
import { refuseWrongAsyncOptions, resolveOptions } from './options/etag.options.js';
import type { ETagModuleOptions, ResolvedETagOptions } from './options/etag.options.js';
import { platformOf } from './platform/platform-of.js';
import { RefusalStyle } from './refusals/refusals.js';
import { compileRoutes } from './routes/compile-routes.js';
import { decoratedControllers } from './routes/decorated-handlers.js';
import { orderEnhancers, refuseGlobalGuard } from './routes/enhancer-order.js';
import { IF_MATCH_FENCE } from './routes/if-match.fence.js';
import { FalseAlarms } from './writes/false-alarms.js';
import { GuardedHandlers } from './guarded-handlers.js';
import { IssuedTags } from './writes/issued-tags.js';
import { NewRepresentation } from './writes/new-representation.js';
import { ResourceLocks } from './writes/resource-locks.js';
import { WriteOutcome } from './writes/write-outcome.js';
import { WriteRefusals } from './writes/write-refusals.js';
import { WritePreconditions } from './writes/write-preconditions.js';

/**
 * Entity tags, 304 and the If-Match guard for the controllers of an application. Import it once, in the
 * root module.
 *
 * @publicApi
 * @example
 * ```ts
 * @Module({ imports: [ETagModule.forRoot()] })
 * export class AppModule {}
 * ```
 */
@Module({
  providers: [{ provide: ETAG_CONDITIONAL_REQUESTS, useClass: ConditionalRequests }],
  exports: [ETAG_CONDITIONAL_REQUESTS],
})
export class ETagModule
  extends ConfigurableModuleClass
  implements NestModule, OnModuleInit, OnModuleDestroy
{
  static readonly [ENHANCER_ROLE]: string = ROLES.module;

  private readonly resolved: ResolvedETagOptions;
  private guarded: GuardedHandlers | undefined;

  constructor(
    @Inject(ETAG_CONDITIONAL_REQUESTS) private readonly requests: ConditionalRequests,
    @Optional() @Inject(ETAG_MODULE_OPTIONS) options: ETagModuleOptions | undefined,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
  ) {
    super();
    refuseWrongImport(options, modules);
    this.resolved = resolveOptions(options);
    this.requests.prepare({
      options: this.resolved,
      compile: () => compileRoutes(this.modules, this.resolved),
      handlers: () => decoratedControllers(this.modules).flat(),
    });
  }

  /** @throws TypeError for options that are wrong: what they are at once, what they hold when the application boots. */
  static override forRoot(options: ETagModuleOptions = {}): DynamicModule {
    refuseNonOptions('ETagModule.forRoot()', options);
    return super.forRoot(options);
  }

  /** @throws TypeError for what is no way to have options; for wrong options when the application boots. */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    refuseWrongAsyncOptions(options);
    return super.forRootAsync(options);
  }

  /**
   * Nest calls this when all providers are there and before it registers routes: the moment to
   * arrange them.
   *
   * @throws Error, TypeError for routes that could never work, and for a version of Nest that guards could not be trusted with.
   */
  async configure(): Promise<void> {
    const routerParts = await selfCheck();
    checkInstanceWrappers(this.modules);
    watchFailures(routerParts, noteFailure);
    const adapter = this.adapterHost.httpAdapter;
    const router = new Router(routerParts, this.modules, this.config, recordingAdapter(adapter));
    const { routes } = this.requests;
    refuseGlobalGuard(this.config);
    orderEnhancers(routes, IF_MATCH_FENCE);
    this.guarded = new GuardedHandlers(this.modules, router);
    this.guarded.prepare(routes, decoratedControllers(this.modules).flat(), adapter);
    this.requests.start(this.assemble(adapter, router));
  }

  /** @throws Error for a guarded handler that Nest has not registered as it was prepared. */
  onModuleInit(): void {
    this.guarded?.refuseUnregistered();
  }

  /** The application closes: whoever waits is refused at once. */
  onModuleDestroy(): void {
    this.requests.close();
  }

  private assemble(adapter: AbstractHttpAdapter, router: Router): Parts {
    const options = this.resolved;
    const log = new OnceLog();
    const platform = platformOf(adapter);
    const style = new RefusalStyle(
      options.problemDetails,
      options.refusalBody,
      options.refusalStatus,
    );
    const intermediaries = new Intermediaries(options.intermediaries, log);
    const tags = new EntityTags(createDigest(options.digest), log);
    const handlers = new GetHandlers(router, this.modules, log);
    const get = new InnerGet(platform, handlers, new Representations(tags), options);
    const reader = new CurrentReader(get, tags);
    const issued = new IssuedTags();
    const locks = this.locks(style, log);
    const answers = new TaggedAnswers({
      tags,
      writes: new NewRepresentation({ reader, tags, issued, options, log }),
      intermediaries,
      style,
      unexposedTags: new UnexposedTags(log),
      log,
      options,
    });
    const refusals = new WriteRefusals(platform, style, options);
    const preconditions = new WritePreconditions({
      platform,
      reader,
      locks,
      outcome: new WriteOutcome(reader, refusals, options, log),
      falseAlarms: new FalseAlarms(reader, issued, log),
      intermediaries,
      style,
      refusals,
      options,
      log,
    });
    this.warn(log);
    platform.install(answers);
    return { platform, answers, tags, preconditions, locks, log };
  }

  private locks(style: RefusalStyle, log: OnceLog): ResourceLocks | undefined {
    const { atomicity, lockTimeout: timeout } = this.resolved;
    if (atomicity === 'database') return undefined;
    const isShared = atomicity !== 'process';
    const locks = isShared ? atomicity : processLocks();
    return new ResourceLocks({ locks, isShared, timeout, style, log });
  }

  private warn(log: OnceLog): void {
    this.warnOfSeveralInstances(log);
    this.warnOfShortSecret(log);
    this.warnOfUnknownResources(log);
  }

  private warnOfShortSecret(log: OnceLog): void {
    const { secret } = this.resolved.digest;
    if (secret === undefined || Buffer.byteLength(secret) >= BEYOND_GUESSING) return;
    log.warn(
      `ETagModule.forRoot(): option 'secret' has ${Buffer.byteLength(secret)} bytes, which can be guessed: give it at least ${BEYOND_GUESSING} random ones`,
    );
  }

  /** A lock in one process protects that process only, and says so where there are likely to be more. */
  private warnOfSeveralInstances(log: OnceLog): void {
    const isGuarded = this.requests.routes.some(({ rule }) => rule !== undefined);
    const isAlone = this.resolved.atomicity === 'process';
    const warning = isAlone && isGuarded ? warningOfSeveralInstances() : undefined;
    if (warning !== undefined) log.warn(warning);
  }

  /** Where no GET of the controller shows what is written, only `key` can tell which writes are of one resource. */
  private warnOfUnknownResources(log: OnceLog): void {
    if (this.resolved.atomicity === 'database') return;
    for (const { rule, handlerName } of this.requests.routes) {
      if (rule?.isKeyGuessed === true) {
        log.warn(
          `${handlerName} gives the current entity by itself, and no GET of its controller says which resource that is: its own path is locked. If other handlers write the same resource under another path, say so with @IfMatch({ key: (request) => … }) on all of them`,
        );
      }
    }
  }
}

/** Bytes of a secret that nobody tries out: 128 bits, as many as a tag has. */
const BEYOND_GUESSING = 16;

/** Two modules, of whichever copies of the package, would tag every answer twice, each in its own way. */
function refuseWrongImport(options: unknown, modules: ModulesContainer): void {
  const count = [...modules.values()].filter(({ metatype }) => isETagModule(metatype)).length;
  if (options !== undefined && count === 1) return;
  throw new Error(
    count > 1
      ? `ETagModule is imported ${count} times: write ETagModule.forRoot() once, in the imports of your root module; it is there for all others`
      : 'ETagModule has no options: write ETagModule.forRoot() in the imports of your root module; the factory of forRootAsync() must return an object, {} for the defaults',
  );
}

function isETagModule(metatype: object): boolean {
  return ENHANCER_ROLE in metatype && metatype[ENHANCER_ROLE] === ROLES.module;
}
