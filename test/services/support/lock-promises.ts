import type { WriteLock } from '../../../src/nest/locks/index.js';

/** Resolves when a lock tells that it is lost, with what it says. */
export async function lossOf(lock: WriteLock): Promise<unknown> {
  const { lost } = lock;
  if (!lost.aborted) {
    await new Promise<void>((resolve) => {
      lost.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  return lost.reason;
}

/** What a promise is rejected with; `undefined` where it is fulfilled. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Asks again until the answer is there; the test's own time limit is the only other end. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
