import type { ExecutionContext } from '@nestjs/common';
import { isRead } from '../http/methods.js';
import { guardsOf } from './internals/nest-metadata.js';
import type { Controller, Handler } from './internals/nest-metadata.js';
import { setDeclaredFields } from './answers/declared-fields.js';
import { ifMatchGuardOf } from './routes/enhancer-order.js';
import type { ResolvedETagOptions } from './options/etag.options.js';
import type { Exchange } from './exchange/exchange.js';
import type { GuardSeams } from './writes/guarded-write.js';
import { exchangeOn, newExchange } from './exchange/exchange.js';
import type { EarlyValidator, GuardedRoute, Route } from './routes/route.js';
import type { OnceLog } from './checks/once-log.js';
import type { Platform } from './platform/platform.js';
import type { TaggedAnswers } from './answers/tagged-answers.js';
import type { Tagger } from './answers/tagger.js';
import type { Turns } from './writes/turns.js';
import type { WriteAdmission } from './writes/write-preconditions.js';

/** What answers requests, once the HTTP adapter is known. */
export interface Parts {
  readonly platform: Platform;
  readonly answers: TaggedAnswers;
  readonly tagger: Tagger;
  readonly writes: WriteAdmission;
  readonly turns: Turns;
  readonly log: OnceLog;
}

/** What an application is set up with, before it has an HTTP adapter. */
export interface Plan {
  readonly options: ResolvedETagOptions;
  /** @throws Error, TypeError for routes that could never work. */
  readonly compile: () => readonly Route[];
}

/**
 * What guards and interceptors share: which routes there are, and what is done with a request to one
 * of them. One for each application, injected under a string token.
 */
export class ConditionalRequests {
  private readonly routesByHandler = new Map<Controller, Map<Handler, Route>>();
  /** Guards that stand on the handler of a route, but are not its own. */
  private readonly othersGuards = new Map<Route, ReadonlySet<object>>();
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
    for (const route of this.routes) {
      const { controller, handler } = route;
      const handlers = this.routesByHandler.get(controller) ?? new Map<Handler, Route>();
      this.routesByHandler.set(controller, handlers.set(handler, route));
      const others = guardsOf(handler).filter((each) => each !== ifMatchGuardOf(route));
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

  /** The route of a request, or `undefined` for one that is left alone. */
  routeOf(context: ExecutionContext): Route | undefined {
    return this.routesByHandler.get(context.getClass())?.get(context.getHandler() as Handler);
  }

  /**
   * Whether it is this guard that compares the writes of a route. Several may stand on a handler, of which one does: those of
   * both copies of the package, or of several controllers that inherit it.
   */
  isGuarded(route: Route | undefined, guard: object): route is GuardedRoute {
    return (
      route?.rule !== undefined && this.othersGuards.get(route)?.has(guard.constructor) !== true
    );
  }

  /** Marks the response of a request, so that its answer is tagged where it is serialized. */
  open(context: ExecutionContext, route: Route): Exchange {
    const http = context.switchToHttp();
    return exchangeOn(http.getResponse(), () => newExchange(route, http.getRequest()));
  }

  /** Says once that a client counts on an If-Match that nothing compares. */
  reportUnguarded({ route, method }: Exchange): void {
    if (isRead(method)) return;
    this.started.log.warn(
      `${route.handlerName} was sent If-Match with a ${method}, and nothing compares it, so that a change which nobody has seen can be overwritten: put @IfMatch() on it (@ETag() tags what is read, and guards no write)`,
    );
  }

  /**
   * Lets a write through if its preconditions hold.
   *
   * @throws the 400, 412 or 428 that it gets otherwise, and what the read of the current
   * representation throws.
   */
  async admitWrite(
    context: ExecutionContext,
    route: GuardedRoute,
    seams: GuardSeams,
  ): Promise<true> {
    const exchange = this.open(context, route);
    await this.started.writes.admit({ context, exchange, route, seams });
    return true;
  }

  /**
   * Asks the validator of a read. A client that has the current representation is answered here
   * and now, and neither interceptors nor the handler run.
   *
   * @returns `true` when the handler has to run; never settles when the request has been answered, because
   * any other outcome of a guard would be another answer.
   */
  async revalidate(
    context: ExecutionContext,
    exchange: Exchange,
    validator: EarlyValidator,
  ): Promise<true> {
    const { answers, platform, tagger } = this.started;
    const http = context.switchToHttp();
    const revision = await validator.validate(http.getRequest());
    if (revision === null || revision === undefined) return true;
    exchange.tag = tagger.orReport(exchange.route, () => tagger.ofRevision(validator, revision));
    if (exchange.tag === undefined) return true;
    if (revision instanceof Date) exchange.lastModified = revision;
    const response = http.getResponse<object>();
    const verdict = answers.verdictOf(exchange);
    if (verdict === 'send') return true;
    const head = platform.headOf(response);
    setDeclaredFields(head, exchange.route.handler);
    answers.conclude(exchange, head);
    platform.answerNow(response, exchange, answers);
    return new Promise<never>(() => undefined);
  }

  /** How many resources have writers at this moment; none when no request is under way. */
  get watchedResources(): number {
    return this.started.turns.size;
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
