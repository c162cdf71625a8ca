/**
 * How many milliseconds to wait after the `attempt`th refusal (1, 2, …): a random time below a bound
 * that doubles from 40 ms up to a second, so that writers who collided do not meet again.
 */
export function exponentialBackoff(attempt: number): number {
  return Math.random() * Math.min(1000, 20 * 2 ** attempt);
}

/** What a timer can hold; a longer time would make it fire at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Waits; rejects with the signal's reason if that is aborted first.
 *
 * @param isIdle whether a process may end meanwhile, as nobody waits for anything but this.
 */
export function wait(
  milliseconds: number,
  signal?: AbortSignal | null,
  isIdle = false,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      },
      Math.min(milliseconds, LONGEST),
    );
    if (isIdle) (timer as { unref?: () => void }).unref?.();
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
