import { describe, expect, it, jest } from '@jest/globals';
import { exponentialBackoff, wait } from '../../src/client/backoff.js';
import { rejection } from './support/with-store.js';

describe('exponentialBackoff', () => {
  it('is a random part of a bound that doubles up to a second', () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
    try {
      expect([1, 2, 3, 4, 5, 6, 20].map(exponentialBackoff)).toEqual([
        20, 40, 80, 160, 320, 500, 500,
      ]);
      random.mockReturnValue(0);
      expect(exponentialBackoff(6)).toBe(0);
    } finally {
      random.mockRestore();
    }
  });
});

describe('wait', () => {
  it('does not begin when it is aborted already', async () => {
    const signal = AbortSignal.abort(new Error('closed'));
    expect(await rejection(wait(1e9, signal))).toMatchObject({ message: 'closed' });
  });

  it('leaves nothing behind on a signal that lives on', async () => {
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    await wait(0, signal);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
    expect(added).toHaveBeenCalledTimes(1);
  });
});
