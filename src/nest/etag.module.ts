import { Inject, Module, Optional } from '@nestjs/common';
import type { DynamicModule, NestModule } from '@nestjs/common';
import { ExternalContextCreator, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { createDigest } from '../representation/digest.js';
import { ConditionalRequests } from './conditional-requests.js';
import type { Parts } from './conditional-requests.js';
import { orderEnhancers, refuseGlobalGuard } from './routes/enhancer-order.js';
import {
  ENHANCER_ROLE,
  ETAG_CONDITIONAL_REQUESTS,
  ETAG_MODULE_OPTIONS,
} from './internals/etag.constants.js';
import { ConfigurableModuleClass } from './etag.module-definition.js';
import type { ASYNC_OPTIONS_TYPE } from './etag.module-definition.js';
import {
  refuseNonOptions,
  refuseWrongAsyncOptions,
  resolveOptions,
} from './options/etag.options.js';
import type { ETagModuleOptions, ResolvedETagOptions } from './options/etag.options.js';
import { Intermediaries } from './exchange/intermediaries.js';
import { OnceLog } from './checks/once-log.js';
import { platformOf } from './platform/platform-of.js';
import { ReadHandlers } from './current/read-handlers.js';
import { RefusalStyle } from './refusals/refusals.js';
import { Representations } from './current/representations.js';
import { ROLES } from './internals/roles.js';
import { compileRoutes } from './routes/compile-routes.js';
import { warningOfSeveralInstances } from './checks/several-instances.js';
import { TaggedAnswers } from './answers/tagged-answers.js';
import { Tagger } from './answers/tagger.js';
import { UnexposedTags } from './answers/unexposed-tags.js';
import { Turns } from './writes/turns.js';
import { WriteAdmission } from './writes/write-preconditions.js';
import { WriteOutcome } from './writes/write-outcome.js';
import { WrittenAnswers } from './answers/written-answers.js';

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
export class ETagModule extends ConfigurableModuleClass implements NestModule {
  static readonly [ENHANCER_ROLE]: string = ROLES.module;

  private readonly resolved: ResolvedETagOptions;

  constructor(
    @Inject(ETAG_CONDITIONAL_REQUESTS) private readonly requests: ConditionalRequests,
    @Optional() @Inject(ETAG_MODULE_OPTIONS) options: ETagModuleOptions | undefined,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(ExternalContextCreator) private readonly contexts: ExternalContextCreator,
  ) {
    super();
    refuseWrongImport(options, modules);
    this.resolved = resolveOptions(options);
    this.requests.prepare({
      options: this.resolved,
      compile: () => compileRoutes(this.modules, this.resolved),
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
   * @throws Error, TypeError for routes that could never work.
   */
  configure(): void {
    refuseGlobalGuard(this.modules);
    orderEnhancers(this.requests.routes);
    this.requests.start(this.assemble(this.adapterHost.httpAdapter));
  }

  private assemble(adapter: AbstractHttpAdapter): Parts {
    const options = this.resolved;
    const log = new OnceLog();
    const platform = platformOf(adapter);
    const style = new RefusalStyle(options.problemDetails, options.refusalBody);
    const intermediaries = new Intermediaries(options.intermediaries, log);
    const tagger = new Tagger(createDigest(options.digest), log);
    const answers = new TaggedAnswers(
      tagger,
      intermediaries,
      style,
      new UnexposedTags(log),
      new WrittenAnswers(log),
      options,
    );
    const reads = new ReadHandlers(this.contexts, this.modules);
    const representations = new Representations(platform, reads, tagger);
    const turns = new Turns();
    const writes = new WriteAdmission({
      adapter,
      representations,
      turns,
      outcome: new WriteOutcome(representations, options, log),
      intermediaries,
      style,
      options,
    });
    this.warnOfSeveralInstances(log);
    this.warnOfShortSecret(log);
    platform.install(answers);
    return { platform, answers, tagger, writes, turns, log };
  }

  private warnOfShortSecret(log: OnceLog): void {
    const { secret } = this.resolved.digest;
    if (secret === undefined || Buffer.byteLength(secret) >= BEYOND_GUESSING) return;
    log.warn(
      `ETagModule.forRoot(): option 'secret' has ${Buffer.byteLength(secret)} bytes, which can be guessed: give it at least ${BEYOND_GUESSING} random ones`,
    );
  }

  /** Turns protect writes in one process only, and say so where there are likely to be more. */
  private warnOfSeveralInstances(log: OnceLog): void {
    const takesTurns = this.resolved.atomicity === 'process';
    const isGuarded = this.requests.routes.some(({ rule }) => rule !== undefined);
    const warning = takesTurns && isGuarded ? warningOfSeveralInstances() : undefined;
    if (warning !== undefined) log.warn(warning);
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
