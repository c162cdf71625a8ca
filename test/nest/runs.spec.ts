import { describe, expect, it } from '@jest/globals';
import {
  EMPTY,
  NEVER,
  Observable,
  Subject,
  firstValueFrom,
  from,
  range,
  take,
  throwError,
} from 'rxjs';
import { followRun } from '../../src/nest/writes/runs.js';
import type { RunListener } from '../../src/nest/writes/runs.js';
import { everythingElse, gate } from '../support/gate.js';

/** Writes down what it is told. */
class Diary implements RunListener {
  readonly lines: string[] = [];
  refusal: Error | undefined;
  leave: () => void = () => undefined;
  close: () => void = () => undefined;
  failure: (error: unknown) => unknown = (error) => error;

  begin(): void {
    if (this.refusal !== undefined) throw this.refusal;
    this.lines.push('begin');
  }

  end(): void {
    this.lines.push('end');
  }

  succeed(): void {
    this.lines.push('succeed');
  }

  async fail(thrown: unknown): Promise<unknown> {
    this.lines.push('fail');
    await Promise.resolve();
    return this.failure(thrown);
  }

  whenLeft(leave: () => void): () => void {
    this.leave = leave;
    return () => {
      this.leave = () => undefined;
    };
  }

  whenAbandoned(close: () => void): void {
    this.close = close;
  }

  /** How many runs are open. */
  get open(): number {
    const count = (word: string): number => this.lines.filter((line) => line === word).length;
    return count('begin') - count('end');
  }
}

const failure = new Error('the handler failed');

describe('a run of a handler', () => {
  it('that returns a value is over at once', () => {
    const diary = new Diary();
    expect(followRun(() => 'value', diary)).toBe('value');
    expect(diary.lines).toEqual(['begin', 'succeed', 'end']);
  });

  it('is open until its promise settles', async () => {
    const diary = new Diary();
    const work = gate();
    const result = followRun(() => work.opened.then(() => 'value'), diary);
    await everythingElse();
    expect(diary.lines).toEqual(['begin']);
    work.open();
    expect(await result).toBe('value');
    expect(diary.lines).toEqual(['begin', 'succeed', 'end']);
  });

  it('takes a thenable for a promise', async () => {
    const diary = new Diary();
    const then = 'THEN'.toLowerCase();
    const thenable = {
      [then]: (resolve: (value: string) => void) => setImmediate(resolve, 'value'),
    };
    const result = followRun(() => thenable, diary);
    expect(diary.open).toBe(1);
    expect(await result).toBe('value');
    expect(diary.open).toBe(0);
  });

  it('is open until it is known what its failure comes to', async () => {
    const diary = new Diary();
    const conflict = new Error('412');
    diary.failure = () => {
      expect(diary.open).toBe(1);
      return conflict;
    };
    await expect(followRun(() => Promise.reject(failure), diary)).rejects.toBe(conflict);
    expect(diary.lines).toEqual(['begin', 'fail', 'end']);
  });

  it('that throws before it returns is over, and not a success', async () => {
    const diary = new Diary();
    const run = followRun(() => {
      throw failure;
    }, diary);
    await expect(run).rejects.toBe(failure);
    expect(diary.lines).toEqual(['begin', 'fail', 'end']);
  });

  it('is over where it cannot be told what its failure comes to', async () => {
    const diary = new Diary();
    const other = new Error('a body that throws');
    diary.failure = () => {
      throw other;
    };
    await expect(followRun(() => Promise.reject(failure), diary)).rejects.toBe(other);
    const observed = followRun(() => throwError(() => failure), diary) as Observable<unknown>;
    await expect(firstValueFrom(observed)).rejects.toBe(other);
    expect(diary.open).toBe(0);
  });

  it('does not call the handler where no run may begin', () => {
    const diary = new Diary();
    diary.refusal = new Error('too late');
    let isCalled = false;
    expect(() => followRun(() => (isCalled = true), diary)).toThrow('too late');
    expect(isCalled).toBe(false);
  });
});

describe('an Observable that a handler returns', () => {
  const follow = (source: Observable<unknown>, diary: Diary): Observable<unknown> =>
    followRun(() => source, diary) as Observable<unknown>;

  it('is no run before somebody subscribes', () => {
    const diary = new Diary();
    follow(NEVER, diary);
    expect(diary.open).toBe(0);
  });

  it('is a run until it completes', () => {
    const diary = new Diary();
    const source = new Subject<string>();
    const seen: unknown[] = [];
    follow(source, diary).subscribe((value) => seen.push(value));
    source.next('value');
    expect(diary.open).toBe(1);
    source.complete();
    expect(seen).toEqual(['value']);
    expect(diary.lines).toEqual(['begin', 'end', 'begin', 'succeed', 'end']);
  });

  it('is a run until it fails', async () => {
    const diary = new Diary();
    const source = new Subject<string>();
    const result = firstValueFrom(follow(source, diary));
    source.error(failure);
    expect(diary.open).toBe(1);
    await expect(result).rejects.toBe(failure);
    expect(diary.lines).toEqual(['begin', 'end', 'begin', 'fail', 'end']);
  });

  it('is over when it is unsubscribed, and so is its source', () => {
    const diary = new Diary();
    const source = new Subject<string>();
    const subscription = follow(source, diary).subscribe();
    expect([source.observed, diary.open]).toEqual([true, 1]);
    subscription.unsubscribe();
    expect([source.observed, diary.open]).toEqual([false, 0]);
    expect(diary.lines).not.toContain('fail');
  });

  it('can be unsubscribed by what it emits at once', () => {
    const diary = new Diary();
    const seen: unknown[] = [];
    follow(range(0, Number.MAX_SAFE_INTEGER), diary)
      .pipe(take(3))
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual([0, 1, 2]);
    expect(diary.open).toBe(0);
  });

  it('is a run each time that it is subscribed', () => {
    const diary = new Diary();
    const observable = follow(EMPTY, diary);
    observable.subscribe();
    observable.subscribe();
    expect(diary.lines.filter((line) => line === 'succeed')).toHaveLength(2);
    expect(diary.open).toBe(0);
  });

  it('fails where no run may begin any more, and its source is left alone', async () => {
    const diary = new Diary();
    let isSubscribed = false;
    const observable = follow(
      new Observable(() => {
        isSubscribed = true;
      }),
      diary,
    );
    diary.refusal = new Error('too late');
    await expect(firstValueFrom(observable)).rejects.toThrow('too late');
    expect(isSubscribed).toBe(false);
  });

  it('completes, and stops its source, when the client has left', async () => {
    const diary = new Diary();
    const source = new Subject<string>();
    const result = firstValueFrom(follow(source, diary));
    diary.leave();
    expect(await result).toBeUndefined();
    expect([source.observed, diary.open]).toEqual([false, 0]);
  });

  it('may come from a promise', async () => {
    const diary = new Diary();
    const result = followRun(() => Promise.resolve(from([1, 2])), diary) as Promise<
      Observable<number>
    >;
    expect(await firstValueFrom(await result)).toBe(1);
    expect(diary.open).toBe(0);
  });
});

describe('an async generator that a handler returns', () => {
  async function* numbers(): AsyncGenerator<number> {
    yield 1;
    yield 2;
  }

  it('is a run until it ends', async () => {
    const diary = new Diary();
    const seen: number[] = [];
    for await (const one of followRun(numbers, diary) as AsyncGenerator<number>) {
      expect(diary.open).toBe(1);
      seen.push(one);
    }
    expect(seen).toEqual([1, 2]);
    expect(diary.open).toBe(0);
  });

  it('is over when whoever reads it stops, and so is the generator', async () => {
    const diary = new Diary();
    let isClosed = false;
    async function* closing(): AsyncGenerator<number> {
      try {
        yield* numbers();
      } finally {
        isClosed = true;
      }
    }
    for await (const one of followRun(closing, diary) as AsyncGenerator<number>) {
      if (one === 1) break;
    }
    expect([isClosed, diary.open]).toEqual([true, 0]);
  });

  it('is over when it throws', async () => {
    const diary = new Diary();
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw failure;
    }
    const generator = followRun(failing, diary) as AsyncGenerator<number>;
    await generator.next();
    await expect(generator.next()).rejects.toBe(failure);
    expect(diary.open).toBe(0);
  });
});

describe('a web stream that a handler returns', () => {
  it('is a run until it ends', async () => {
    const diary = new Diary();
    const stream = followRun(
      () => ReadableStream.from(['a', 'b']),
      diary,
    ) as ReadableStream<string>;
    expect(diary.open).toBe(1);
    const reader = stream.getReader();
    const seen: unknown[] = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      seen.push(value);
    }
    expect(seen).toEqual(['a', 'b']);
    expect(diary.open).toBe(0);
  });

  it('is over when it is cancelled, and so is its source', async () => {
    const diary = new Diary();
    let reason: unknown;
    const source = new ReadableStream({ cancel: (given) => void (reason = given) });
    const stream = followRun(() => source, diary) as ReadableStream<string>;
    await stream.cancel('enough');
    expect([reason, diary.open]).toEqual(['enough', 0]);
  });

  it('is over when it fails', async () => {
    const diary = new Diary();
    const source = new ReadableStream({ start: (controller) => controller.error(failure) });
    const stream = followRun(() => source, diary) as ReadableStream<string>;
    await expect(stream.getReader().read()).rejects.toBe(failure);
    expect(diary.open).toBe(0);
  });
});
