import { InternalServerErrorException } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { isRead } from '../http/methods.js';
import type { EntityTags } from './answers/entity-tags.js';
import { setDecoratedHeaders } from './answers/header-decorator.js';
import type { TaggedAnswers } from './answers/tagged-answers.js';
import { describe } from './checks/argument-checks.js';
import type { OnceLog } from './checks/log.js';
import { isThenable } from './checks/objects.js';
import { exchangeOn, isPreconditionRead, newExchange } from './exchange/exchange.js';
import type { Exchange } from './exchange/exchange.js';
import { guardsOf } from './internals/nest-metadata.js';
import type { ResolvedETagOptions } from './options/etag.options.js';
import type { Platform } from './platform/platform.js';
import type { DecoratedHandler } from './routes/decorated-handlers.js';
import { ifMatchGuardOf } from './routes/enhancer-order.js';
import { RouteTable, UnknownRoute } from './routes/route-table.js';
import type { GuardedRoute, Route } from './routes/route.js';
import type { ResourceLocks } from './writes/resource-locks.js';
import type { AppliedWrite, WritePreconditions } from './writes/write-preconditions.js';
import type { WriteRequest } from './writes/write-request.js';

/** What answers requests, once the HTTP adapter is known. */
export interface Parts {
  readonly platform: Platform;
  readonly answers: TaggedAnswers;
  readonly tags: EntityTags;
  readonly preconditions: WritePreconditions;
  readonly locks: ResourceLocks | undefined;
  readonly log: OnceLog;
}

/** What an application is set up with, before it has an HTTP adapter. */
export interface Plan {
  readonly options: ResolvedETagOptions;
  /** @throws Error, TypeError for routes that could never work. */
  readonly compile: () => readonly Route[];
  readonly handlers: () => readonly DecoratedHandler[];
}

/**
 * What guards and interceptors share: which routes there are, and what is done with a request to one
 * of them. One for each application, injected under a string token.
 */
export class ConditionalRequests {
  /** Guards that stand on the handler of a route, but are not its own. */
  private readonly othersGuards = new Map<Route, ReadonlySet<object>>();
  private table: RouteTable | undefined;
  private plan: Plan | undefined;
  private compiled: readonly Route[] | undefined;
  private parts: Parts | undefined;

  /** Takes up what there is to compile, when the modules are known. */
  prepare(plan: Plan): void {
    this.plan = plan;
  }

  /** Goes to work on the routes, before Nest registers them. */
  start(parts: Parts): void {
    this.parts = parts;
    this.table = new RouteTable(this.routes, this.planned.handlers());
    for (const route of this.routes) {
      const others = guardsOf(route.handler).filter((each) => each !== ifMatchGuardOf(route));
      this.othersGuards.set(route, new Set(others));
    }
  }

  /**
   * All routes that are tagged or guarded. They are compiled for whoever asks first: a description of the
   * application may be made before it is initialized.
   *
   * @throws Error, TypeError for routes that could never work.
   */
  get routes(): readonly Route[] {
    this.compiled ??= this.planned.compile();
    return this.compiled;
  }

  /** The options of the module, with every default filled in. */
  get options(): ResolvedETagOptions {
    return this.planned.options;
  }

  /**
   * Marks a request, so that its answer is tagged where Nest hands it to the platform; `undefined` for one that is left alone:
   * of another transport, of a route without tag or guard, and a read that is only compared with.
   *
   * @param moduleKey the module of the enhancer that asks, if it stands on a controller.
   * @throws InternalServerErrorException where it cannot be told which route the request belongs to.
   */
  open(context: ExecutionContext, moduleKey: string | undefined): Exchange | undefined {
    if (context.getType() !== 'http') return undefined;
    const request = context.switchToHttp().getRequest<object>();
    if (isPreconditionRead(request)) return undefined;
    const route = this.routeOf(context, moduleKey);
    if (route === undefined) return undefined;
    const exchange = exchangeOn(request, route, () => newExchange(context, route));
    if (exchange !== undefined) return exchange;
    this.started.log.error(
      `${route.handlerName} was passed a request by a guarded handler of another route, by next(), which was judged for that one. It was refused: put @SkipIfMatch() on the handler that only passes on`,
    );
    throw new InternalServerErrorException();
  }

  /**
   * The route that this guard has to compare. Several may stand on a handler, of which one does: those of
   * both copies of the package, or of several controllers that inherit it; and two of them take one lock.
   */
  routeToGuard(exchange: Exchange | undefined, guard: object): GuardedRoute | undefined {
    const route = exchange?.route;
    if (route?.rule === undefined || exchange?.write !== undefined) return undefined;
    return this.othersGuards.get(route)?.has(guard.constructor) === true
      ? undefined
      : (route as GuardedRoute);
  }

  /** Which resource a request writes. */
  keyOf(context: ExecutionContext, { rule }: GuardedRoute): string {
    const request = context.switchToHttp().getRequest<object>();
    return rule.keyOf(request, this.started.platform.templateOf(request));
  }

  /**
   * Lets a write through if its preconditions hold.
   *
   * @throws the 400, 412, 428 or 503 that it gets otherwise, and what the read of the current
   * representation throws; TypeError where the key of its resource is no text.
   */
  async admit(request: WriteRequest): Promise<void> {
    refuseKeyThatIsNoText(request);
    const { platform, preconditions } = this.started;
    platform.keepFields(request.context.switchToHttp().getResponse());
    const applied = await preconditions.admit(request);
    // Any outcome of the guard would be another answer.
    if (applied !== undefined) await this.answerWith(applied, request);
  }

  /** @returns a promise that never settles: the request has been answered. */
  private answerWith(
    { etag, lastModified, content }: AppliedWrite,
    { context, exchange, route }: WriteRequest,
  ): Promise<never> {
    const { answers, platform } = this.started;
    const response = context.switchToHttp().getResponse<object>();
    const head = platform.headOf(response);
    const { current } = route.rule;
    if (current.kind === 'handler') setDecoratedHeaders(head, current.route.handler);
    exchange.etag = etag;
    exchange.lastModified = lastModified;
    answers.conclude(exchange, head);
    platform.senderOf(response).sendContent(content);
    return new Promise<never>(() => undefined);
  }

  /**
   * Asks the validator of a read, if it has one. A client that has the current representation is answered here
   * and now, and neither interceptors nor the handler run.
   *
   * @returns `true` when the handler has to run; never settles when the request has been answered, because
   * any other outcome of a guard would be another answer.
   */
  revalidate(exchange: Exchange): true | Promise<true> {
    const { context, route, sent } = exchange;
    if (sent.ifMatch !== undefined) this.reportUnguarded(exchange);
    // What it creates is read for the tag of its answer.
    if (route.created !== undefined) {
      this.started.platform.keepFields(context.switchToHttp().getResponse());
    }
    return route.validator === undefined ? true : this.askValidator(exchange);
  }

  /** How many resources are locked at this moment; none when no write is under way. */
  get lockedResources(): number {
    return this.started.locks?.size ?? 0;
  }

  /** Refuses all writes that wait: the application closes. */
  close(): void {
    this.parts?.locks?.close();
  }

  private routeOf(context: ExecutionContext, moduleKey: string | undefined): Route | undefined {
    const { platform, log } = this.started;
    try {
      return this.table?.find(context, {
        moduleKey,
        template: () => platform.templateOf(context.switchToHttp().getRequest()),
      });
    } catch (error) {
      if (!(error instanceof UnknownRoute)) throw error;
      log.error(`${error.message}. It was refused`);
      throw new InternalServerErrorException();
    }
  }

  private async askValidator(exchange: Exchange): Promise<true> {
    const { answers, platform, tags } = this.started;
    const { route, context } = exchange;
    const http = context.switchToHttp();
    const revision = await route.validator?.validate(http.getRequest());
    if (revision === null || revision === undefined) return true;
    const { validator } = route;
    exchange.validated = validator && tags.ofRevision(route, validator, revision);
    if (exchange.validated === undefined) return true;
    if (revision instanceof Date) exchange.lastModified = revision;
    if (answers.evaluate({ ...exchange, etag: exchange.validated }) === 'send') return true;
    exchange.etag = exchange.validated;
    const head = platform.headOf(http.getResponse());
    setDecoratedHeaders(head, route.handler);
    answers.conclude(exchange, head);
    answers.sendVerdict(exchange, platform.senderOf(http.getResponse()));
    return new Promise<never>(() => undefined);
  }

  /** Says once that a client counts on an If-Match that nothing compares. */
  private reportUnguarded({ route, method }: Exchange): void {
    if (isRead(method)) return;
    this.started.log.warn(
      `${route.handlerName} was sent If-Match with a ${method}, and nothing compares it, so that a change which nobody has seen can be overwritten: put @IfMatch() on it (@ETag() tags what is read, and guards no write)`,
    );
  }

  private get planned(): Plan {
    if (this.plan === undefined) throw new Error('The modules are not loaded');
    return this.plan;
  }

  private get started(): Parts {
    if (this.parts === undefined) throw new Error('The application is not initialized');
    return this.parts;
  }
}

/** Two writers whose keys are a promise each, or an object each, would never wait for one another. */
function refuseKeyThatIsNoText({ key, route }: WriteRequest): void {
  if (typeof key === 'string') return;
  const found = isThenable(key) ? 'a promise' : describe(key);
  throw new TypeError(
    `${route.handlerName}: the key of its resource must be a text, and is ${found}: write @IfMatch({ key: (request) => \`article \${Number(request.params.id)}\` }), or let keyOf() of its guard return one`,
  );
}
