import { Observable, Subject, isObservable, takeUntil } from 'rxjs';
import { isThenable } from '../checks/objects.js';

/** What is told of a run of a handler. */
export interface RunListener {
  /** @throws where no run may begin any more. */
  begin(): void;
  /** Nothing of the run is at work any more. */
  end(): void;
  /** It has come to a result. */
  succeed(): void;
  /** The error as it is to be thrown. */
  fail(error: unknown): Promise<unknown>;
  /** Calls back when the client has left, and Nest has had time to notice. @returns calls it off. */
  whenLeft(leave: () => void): () => void;
  /** Calls back when the response has been over for a while: nobody reads on what was not read by then. */
  whenAbandoned(abandon: () => void): void;
}

/**
 * Follows one run of a handler to its end: a promise until it settles, an Observable until it completes, fails or is
 * unsubscribed, an async iterator or a web stream until it ends.
 *
 * @returns what the handler returned, to be handed on in its place.
 */
export function followRun(call: () => unknown, listener: RunListener): unknown {
  listener.begin();
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return failRun(error, listener);
  }
  if (!isThenable(result)) return endRun(result, listener);
  return Promise.resolve(result).then(
    (value) => endRun(value, listener),
    (error: unknown) => failRun(error, listener),
  );
}

async function failRun(error: unknown, listener: RunListener): Promise<never> {
  const failure = await failureOf(error, listener);
  listener.end();
  throw failure;
}

/** The handler has returned; what it returned may go on by itself. */
function endRun(value: unknown, listener: RunListener): unknown {
  try {
    if (isObservable(value)) return followObservable(value, listener);
    const followed = followStream(value, listener);
    listener.succeed();
    return followed;
  } finally {
    listener.end();
  }
}

function followStream(value: unknown, listener: RunListener): unknown {
  if (isWebStream(value)) return followWebStream(value, listener);
  return isAsyncIterator(value) ? followIterator(value, listener) : value;
}

/** Each subscription is a run: `retry()` makes several. */
function followObservable(source: Observable<unknown>, listener: RunListener): Observable<unknown> {
  return new Observable((subscriber) => {
    try {
      listener.begin();
    } catch (error) {
      subscriber.error(error);
      return undefined;
    }
    let isOver = false;
    // The source may emit while it is being subscribed: what unsubscribes it is there before.
    const stopped = new Subject<void>();
    const stop = (): void => {
      if (isOver) return;
      isOver = true;
      stopWaiting();
      stopped.next();
      listener.end();
    };
    // Older routers of Nest do not unsubscribe when a client leaves.
    const stopWaiting = listener.whenLeft(() => {
      stop();
      subscriber.next(undefined);
      subscriber.complete();
    });
    subscriber.add(stop);
    const fail = async (error: unknown): Promise<void> => {
      const failure = await failureOf(error, listener);
      stop();
      subscriber.error(failure);
    };
    source.pipe(takeUntil(stopped)).subscribe({
      next: (value) => subscriber.next(value),
      error: (error: unknown) => void fail(error),
      complete: () => {
        if (isOver) return;
        listener.succeed();
        stop();
        subscriber.complete();
      },
    });
    return undefined;
  });
}

/** An error as it is to be thrown; where that cannot be told (a body of a refusal that throws), what was thrown instead. */
async function failureOf(error: unknown, listener: RunListener): Promise<unknown> {
  try {
    return await listener.fail(error);
  } catch (other) {
    return other;
  }
}

function isAsyncIterator(value: unknown): value is AsyncIterableIterator<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.asyncIterator in value &&
    typeof (value as { next?: unknown }).next === 'function'
  );
}

function followIterator(
  source: AsyncIterableIterator<unknown>,
  listener: RunListener,
): AsyncIterableIterator<unknown> {
  const end = runningUntil(listener);
  const step = async (
    next: Promise<IteratorResult<unknown>> | undefined,
    isLast = false,
  ): Promise<IteratorResult<unknown>> => {
    try {
      const result = (await next) ?? { done: true, value: undefined };
      if (result.done === true || isLast) end();
      return result;
    } catch (error) {
      end();
      throw error;
    }
  };
  const iterator: AsyncIterableIterator<unknown> = {
    next: () => step(source.next()),
    return: (value) => step(source.return?.(value), true),
    throw: (error) => step(source.throw?.(error), true),
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

function isWebStream(value: unknown): value is ReadableStream<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { getReader?: unknown }).getReader === 'function'
  );
}

function followWebStream(
  source: ReadableStream<unknown>,
  listener: RunListener,
): ReadableStream<unknown> {
  const end = runningUntil(listener);
  const reader = source.getReader();
  return new ReadableStream<unknown>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        end();
        return controller.close();
      } catch (error) {
        end();
        throw error;
      }
    },
    cancel: (reason) => {
      end();
      return reader.cancel(reason);
    },
  });
}

/** @returns ends the run, once. */
function runningUntil(listener: RunListener): () => void {
  listener.begin();
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    listener.end();
  };
  listener.whenAbandoned(end);
  return end;
}
