import type { AdmittedWrite } from './exchange.js';

/**
 * A write that passes without a verdict: it holds no lock, and nothing is awaited when it is over. For tests only.
 *
 * @param precondition what `@Precondition()` gives the handler.
 */
export function unguardedWrite(precondition: object): AdmittedWrite {
  return {
    precondition,
    run: (call) => call(),
    routeIsOver: () => undefined,
  };
}
