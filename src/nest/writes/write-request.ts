import type { GuardedRequest } from '../current/reading.js';
import type { Exchange } from '../exchange/exchange.js';

/** A request to a guarded route, and what is known of it. */
export interface WriteRequest extends GuardedRequest {
  readonly exchange: Exchange;
  /** Which resource it writes. */
  readonly key: string;
}
