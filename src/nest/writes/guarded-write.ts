import type { IncomingMessage, ServerResponse } from 'node:http';
import { InternalServerErrorException } from '@nestjs/common';
import type { OnceLog } from '../checks/log.js';
import type { AdmittedWrite } from '../exchange/exchange.js';
import { Departures } from './departures.js';
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
  readonly log: OnceLog;
  readonly outcome: WriteOutcome;
}

/**
 * A write that the guard let through, and the lock that it holds. It lets go when no run of the handler is open and none can
 * begin, and Nest's own promise for the route has settled or, after a run, the head of the answer is written.
 */
export class GuardedWrite implements AdmittedWrite, RunListener {
  private openRuns = 0;
  private hasRun = false;
  private isHeadWritten = false;
  private isRouteOver = false;
  private isAnswered = false;
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
    if (this.awaitsAnswer) this.stopAwaitingWhenClosed();
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
      if (!response.writableFinished && Departures.hasLeft(request)) setImmediate(leave);
    };
    response.once('close', onClose);
    return () => response.removeListener('close', onClose);
  }

  whenClosed(close: () => void): void {
    const { rawResponse, rawRequest } = this.parts;
    if (rawResponse.closed || Departures.hasLeft(rawRequest)) close();
    else rawResponse.once('close', close);
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
    if (this.parts.lock?.isLost === true && status < 400) this.hangUp();
    this.letGoWhenOver();
  }

  private letGoWhenOver(): void {
    const { lock } = this.parts;
    if (this.isLetGo || this.openRuns > 0 || this.awaitsAnswer) return;
    if (!this.isRouteOver && !this.isAnswered && !(this.hasRun && this.isHeadWritten)) return;
    this.isLetGo = true;
    lock?.release().catch((error: unknown) => {
      this.logLoss(error);
      this.hangUp();
    });
  }

  /** A response whose client has left is never written: a handler that answers by itself is over when it has returned. */
  private stopAwaitingWhenClosed(): void {
    const stop = (): void => {
      this.awaitsAnswer = false;
      this.letGoWhenOver();
    };
    this.whenClosed(stop);
    // A queued response of a pipeline never closes: its socket does.
    this.parts.rawRequest.socket?.once('close', stop);
  }

  private logLoss(error: unknown): void {
    const { log, lock } = this.parts;
    if (lock?.isLost === true) return;
    log.errorEachTime(
      `${this.handlerName}: the lock of its resource was lost before it was released, so that another writer may have worked at the same time: ${String(error)}`,
    );
  }

  /** The head is out, and what it says cannot be trusted: the client must not take it for a success. */
  private hangUp(): void {
    this.parts.rawRequest.socket?.destroy();
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
