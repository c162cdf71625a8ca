import { describeValue, propertyOf } from './describe-value.js';

/**
 * What is wrong with what `acquire()` of somebody's own locks has given.
 *
 * @returns a sentence that says what to give; `undefined` for a lock.
 */
export function problemOfLock(given: unknown): string | undefined {
  const missing = [
    typeof propertyOf(given, 'release') === 'function' ? undefined : 'release()',
    isSignal(propertyOf(given, 'lost')) ? undefined : 'lost',
  ].filter((each) => each !== undefined);
  if (missing.length === 0) return undefined;
  const wrong =
    typeof given === 'object' && given !== null ? ` without ${missing.join(' and ')}` : '';
  return `acquire() must resolve with a lock, { lost: AbortSignal, release(): Promise<void> }, and gave ${describeValue(given)}${wrong}. A lock that cannot be lost has a signal that never aborts: new AbortController().signal`;
}

/** By what is used of it: a signal may come from another realm. */
function isSignal(value: unknown): value is AbortSignal {
  return (
    typeof propertyOf(value, 'aborted') === 'boolean' &&
    typeof propertyOf(value, 'addEventListener') === 'function'
  );
}
