import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Deadline } from '../../src/nest/locks/deadline.js';
import { LocalQueue } from '../../src/nest/locks/local-queue.js';
import { Semaphore } from '../../src/nest/locks/semaphore.js';

interface Writer {
  readonly key: string;
  readonly leaves: boolean;
}

const writers = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), leaves: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
});

/** What a run of writers has shown, in any order of their steps. */
interface Shown {
  /** How many were inside at once, at most: of one key, and of all. */
  readonly most: { key: number; all: number };
  /** Who went in, by number, key by key. */
  readonly order: ReadonlyMap<string, readonly number[]>;
  readonly wentIn: ReadonlySet<number>;
  readonly leftForTheirReason: ReadonlySet<number>;
}

/** Writers come in order; when they work, end and leave is up to the scheduler. */
async function play(
  scheduler: fc.Scheduler,
  all: readonly Writer[],
  queue: Pick<LocalQueue, 'enter'>,
  places: Semaphore,
): Promise<Shown> {
  const inside = new Map<string, number>();
  const most = { key: 0, all: 0 };
  const order = new Map<string, number[]>();
  const wentIn = new Set<number>();
  const leftForTheirReason = new Set<number>();
  const write = async ({ key, leaves }: Writer, index: number): Promise<void> => {
    const leaving = new AbortController();
    const reason = new Error(`writer ${index} leaves`);
    if (leaves) {
      void scheduler
        .schedule(Promise.resolve(), `${index} leaves`)
        .then(() => leaving.abort(reason));
    }
    const deadline = new Deadline([key], { timeout: 60_000, signal: leaving.signal });
    let leave: (() => void) | undefined;
    try {
      leave = await queue.enter(key, deadline);
      order.set(key, [...(order.get(key) ?? []), index]);
      await scheduler.schedule(Promise.resolve(), `${index} has its turn`);
      await places.enter(deadline);
    } catch (error) {
      leave?.();
      if (error === reason) leftForTheirReason.add(index);
      return;
    }
    wentIn.add(index);
    inside.set(key, (inside.get(key) ?? 0) + 1);
    most.key = Math.max(most.key, inside.get(key)!);
    most.all = Math.max(
      most.all,
      [...inside.values()].reduce((a, b) => a + b, 0),
    );
    await scheduler.schedule(Promise.resolve(), `${index} works`);
    inside.set(key, inside.get(key)! - 1);
    places.leave();
    leave();
  };
  await scheduler.waitFor(Promise.all(all.map(write)));
  return { most, order, wentIn, leftForTheirReason };
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((each, index) => index === 0 || numbers[index - 1]! < each);
}

describe('LocalQueue and Semaphore, whatever happens first', () => {
  const property = (places: number, makeQueue: () => LocalQueue | Pick<LocalQueue, 'enter'>) =>
    fc.asyncProperty(fc.scheduler(), writers, async (scheduler, all) => {
      const queue = makeQueue();
      const share = new Semaphore(places);
      const { most, order, wentIn, leftForTheirReason } = await play(scheduler, all, queue, share);
      expect(most.key).toBeLessThanOrEqual(1);
      expect(most.all).toBeLessThanOrEqual(places);
      for (const turns of order.values()) expect(isAscending(turns)).toBe(true);
      all.forEach(({ leaves }, index) => {
        const isAnswered = wentIn.has(index) !== leftForTheirReason.has(index);
        expect(isAnswered && (leaves || wentIn.has(index))).toBe(true);
      });
      expect(share.isEmpty).toBe(true);
      if (queue instanceof LocalQueue) expect(queue.size).toBe(0);
    });

  /** The first failure is enough: nobody wants the smallest. */
  const check = (places: number, makeQueue: () => Pick<LocalQueue, 'enter'>) =>
    fc.check(property(places, makeQueue), { numRuns: 500, endOnFailure: true });

  it.each([1, 2])(
    'lets one in for a key and %i for all, in order, answers everybody, and keeps nothing',
    async (places) => {
      expect(await check(places, () => new LocalQueue())).toMatchObject({
        failed: false,
        errorInstance: null,
      });
    },
    60_000,
  );

  it('would be seen to let two in', async () => {
    const open = { enter: () => Promise.resolve(() => undefined) };
    expect(await check(2, () => open)).toMatchObject({ failed: true });
  });

  it('would be seen to serve in another order', async () => {
    class Backwards extends LocalQueue {
      private readonly stack: (() => void)[] = [];

      override async enter(key: string, deadline: Deadline): Promise<() => void> {
        await new Promise<void>((resolve) => {
          this.stack.push(resolve);
          setImmediate(() => this.stack.pop()?.());
        });
        return super.enter(key, deadline);
      }
    }
    expect(await check(1, () => new Backwards())).toMatchObject({ failed: true });
  });
});
