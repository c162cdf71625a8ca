import type { ExecutionContext } from '@nestjs/common';
import { Observable, lastValueFrom } from 'rxjs';
import type { Exchange } from '../exchange/exchange.js';
import type { GuardedRoute } from '../routes/route.js';
import type { VerifiedPrecondition } from './verified-precondition.js';
import type { Watch } from './turns.js';

/** What a class that extends `IfMatchGuard` may do in its own way. */
export interface GuardSeams {
  readonly keyOf: (context: ExecutionContext, key: string) => string;
  readonly currentOf: (context: ExecutionContext, read: () => Promise<unknown>) => unknown;
}

/** A request to a guarded route. */
export interface GuardedRequest {
  readonly context: ExecutionContext;
  readonly exchange: Exchange;
  readonly route: GuardedRoute;
  readonly seams: GuardSeams;
}

/** What a {@link GuardedWrite} asks of those who know the request and the database. */
export interface WriteChecks {
  /** Reads again, compares again; throws 412 when somebody was faster. */
  readonly verify: () => Promise<VerifiedPrecondition>;
  /** An error of the handler as the client should see it: an ORM's conflict becomes 412. */
  readonly conflict: (error: unknown, precondition: VerifiedPrecondition) => Promise<unknown>;
  /** Looks at what a handler did that succeeded. */
  readonly inspect: (result: unknown, precondition: VerifiedPrecondition) => void;
}

/** A write that the guard let through, until its handler's own promise settles. */
export class GuardedWrite {
  constructor(
    /** What the guard verified, or what was verified again when the turn came. */
    public precondition: VerifiedPrecondition,
    /** The place among the writers of the resource; `undefined` where the database decides. */
    private readonly watch: Watch | undefined,
    private readonly checks: WriteChecks,
  ) {}

  /**
   * Runs pipes and handler when it is this write's turn.
   *
   * Whoever unsubscribes (an RxJS `timeout()`, a client that gives up) stops waiting for the answer,
   * but a handler that has begun keeps its turn until it is done, and one that has not begun never
   * does.
   */
  run(handled: Observable<unknown>): Observable<unknown> {
    return new Observable((subscriber) => {
      let abandoned = false;
      const work = (): Promise<unknown> => this.perform(handled, () => abandoned);
      const done = this.watch === undefined ? work() : this.watch.takeTurn(work);
      done.then(
        (result) => {
          subscriber.next(result);
          subscriber.complete();
        },
        (error: unknown) => subscriber.error(error),
      );
      return () => {
        abandoned = true;
      };
    });
  }

  private async perform(
    handled: Observable<unknown>,
    isAbandoned: () => boolean,
  ): Promise<unknown> {
    if (this.watch?.outdated === true && !isAbandoned()) {
      this.precondition = await this.checks.verify();
    }
    if (isAbandoned()) return undefined;
    let result: unknown;
    try {
      result = await lastValueFrom(handled, { defaultValue: undefined });
    } catch (error) {
      throw await this.checks.conflict(error, this.precondition);
    }
    this.checks.inspect(result, this.precondition);
    return result;
  }
}
