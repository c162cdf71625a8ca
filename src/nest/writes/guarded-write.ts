import type { IncomingMessage, ServerResponse } from 'node:http';
import { InternalServerErrorException } from '@nestjs/common';
import type { OnceLog } from '../checks/log.js';
import type { AdmittedWrite } from '../exchange/exchange.js';
import { departures } from './departures.js';
import { whenHeadIsWritten } from './head-written.js';
import type { ResourceLock } from './resource-locks.js';
import { followRun } from './runs.js';
import type { RunListener } from './runs.js';
import type { VerifiedPrecondition } from './verified-precondition.js';
import type { WriteOutcome } from './write-outcome.js';
import type { WriteRequest } from './write-request.js';

/** What a {@link GuardedWrite} works with. */
export interface WriteParts {
  readonly request: WriteRequest;
  /** Whether the handler answers by itself (`@Res()`): it is at work until it has. */
  readonly answersItself: boolean;
  /** The lock of the resource; `undefined` where the database decides. */
  readonly lock: ResourceLock | undefined;
  /** Node's own. */
  readonly rawRequest: IncomingMessage;
  readonly rawResponse: ServerResponse;
  /** Milliseconds after which nobody waits any more for what has not come to an end when its response is over. */
  readonly patience: number;
  readonly log: OnceLog;
  readonly outcome: WriteOutcome;
}

/**
 * A write that the guard let through, and the lock that it holds. It lets go when no run of the handler is open and none can
 * begin, and Nest's own promise for the route has settled or, after a run, Nest has handed over the answer and its head is
 * written. What answers by itself may still be at work then, and an interceptor around it: if nothing tells when that is over,
 * the lock is held for as long as others would wait for it.
 */
export class GuardedWrite implements AdmittedWrite, RunListener {
  private openRuns = 0;
  private hasRun = false;
  private isHeadWritten = false;
  private isFailureTold = false;
  private isRouteOver = false;
  private isAnswered = false;
  private isAbandoned = false;
  private isLetGo = false;
  private awaitsAnswer = false;
  private hasSucceeded = false;

  constructor(
    readonly precondition: VerifiedPrecondition,
    private readonly parts: WriteParts,
  ) {
    const { rawResponse } = parts;
    whenHeadIsWritten(rawResponse, (status) => this.headIsWritten(status));
    rawResponse.once('finish', () => {
      this.isAnswered = true;
      this.letGoWhenOver();
    });
    this.whenAbandoned(() => {
      this.isAbandoned = true;
      this.letGoWhenOver();
    });
  }

  /** Whether the handler has run, and its last run did not fail. */
  get succeeded(): boolean {
    return this.hasSucceeded;
  }

  /** The request as the guard has it. */
  get request(): WriteRequest {
    return this.parts.request;
  }

  /** Which resource is written. */
  get key(): string {
    return this.parts.request.key;
  }

  /** Whether other processes wait for the lock, so that {@link finish} is to be awaited. */
  get isShared(): boolean {
    return this.parts.lock?.isShared === true;
  }

  private get handlerName(): string {
    return this.parts.request.route.handlerName;
  }

  run(call: () => unknown): unknown {
    return followRun(call, this);
  }

  begin(): void {
    if (this.isLetGo) throw this.tooLate();
    // Whoever has the lock now may be at work: nothing that is known to be unprotected begins.
    if (this.parts.lock?.isLost === true) throw this.lost();
    this.openRuns += 1;
    this.hasRun = true;
    this.hasSucceeded = false;
  }

  end(): void {
    this.openRuns -= 1;
    this.letGoWhenOver();
  }

  succeed(): void {
    this.hasSucceeded = true;
    this.awaitsAnswer = this.parts.answersItself && !this.isHeadWritten;
    this.parts.outcome.inspect(this.precondition, this.parts.request);
  }

  async fail(error: unknown): Promise<unknown> {
    const { outcome, rawResponse, request } = this.parts;
    // Whoever has answered already (a timeout) has told the client something else.
    if (rawResponse.headersSent) return error;
    return outcome.failure(error, this.precondition, request);
  }

  whenLeft(leave: () => void): () => void {
    const { rawResponse: response, rawRequest: request } = this.parts;
    const onClose = (): void => {
      if (!response.writableFinished && departures.hasLeft(request)) setImmediate(leave);
    };
    response.once('close', onClose);
    return () => response.removeListener('close', onClose);
  }

  whenAbandoned(abandon: () => void): void {
    const { rawResponse, rawRequest, patience } = this.parts;
    const wait = (): void => {
      stopWatching();
      if (!this.isLetGo) setTimeout(abandon, patience).unref();
    };
    const stopWatching = departures.watch(rawRequest, wait);
    if (rawResponse.closed || departures.hasLeft(rawRequest)) wait();
    else rawResponse.once('close', wait);
  }

  routeIsOver(): void {
    this.isRouteOver = true;
    this.letGoWhenOver();
  }

  /**
   * Lets go of a lock that other processes wait for, before the head is written: only then is it known whether it held.
   *
   * @throws InternalServerErrorException when the lock was lost.
   */
  async finish(): Promise<void> {
    const { lock } = this.parts;
    if (lock === undefined) return;
    if (lock.isLost) throw this.lost();
    if (!lock.isShared || this.openRuns > 0 || this.isLetGo) return;
    this.isLetGo = true;
    try {
      await lock.release();
    } catch (error) {
      this.logLoss(error);
      throw this.lost();
    }
  }

  private headIsWritten(status: number): void {
    if (this.isHeadWritten) return;
    this.isHeadWritten = true;
    this.awaitsAnswer = false;
    this.isFailureTold = status >= 400;
    if (this.parts.lock?.isLost === true) this.hangUp();
    this.letGoWhenOver();
  }

  /** Whether nothing of the handler, nor of what is around it, can be at work. */
  private get isOver(): boolean {
    if (this.awaitsAnswer) return false;
    if (this.isRouteOver) return true;
    const isAnswered = this.isAnswered || (this.hasRun && this.isHeadWritten);
    return isAnswered && this.parts.request.exchange.isHandedOver;
  }

  private letGoWhenOver(): void {
    const { lock } = this.parts;
    if (this.isLetGo || this.openRuns > 0 || !(this.isOver || this.isAbandoned)) return;
    this.isLetGo = true;
    lock?.release().catch((error: unknown) => {
      this.logLoss(error);
      this.hangUp();
    });
  }

  private logLoss(error: unknown): void {
    const { log, lock } = this.parts;
    if (lock?.isLost === true) return;
    log.errorEachTime(
      `${this.handlerName}: the lock of its resource was lost before it was released, so that another writer may have worked at the same time: ${String(error)}`,
    );
  }

  /**
   * The head is out, and what it says cannot be trusted: the client must not take it for a success. A failure is no such
   * thing; and who hangs up after it breaks the next request on this connection.
   */
  private hangUp(): void {
    if (!this.isFailureTold) this.parts.rawRequest.socket?.destroy();
  }

  private lost(): InternalServerErrorException {
    return new InternalServerErrorException(
      'The lock of this resource was lost while it was written. Read it again to see what is there now.',
    );
  }

  private tooLate(): InternalServerErrorException {
    this.parts.log.errorEachTime(
      `${this.handlerName}: a run of the handler would have begun after its answer, when the lock of its resource was released (by an interceptor that retries?). It was refused`,
    );
    return new InternalServerErrorException();
  }
}
