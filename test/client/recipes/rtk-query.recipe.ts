import { type BaseQueryFn, retry, type RetryOptions } from '@reduxjs/toolkit/query';
import {
  type ETagClient,
  isLostAnswer,
  isMidAirCollision,
  isResponseError,
  type Representation,
} from '../../../src/client/index.js';

/** Read a URL, or save from the representation that the form was started from. */
export type EntityTagArgs =
  { get: string } | { put: Representation; body: object } | { patch: Representation; body: object };

/** An error that fits into the store. */
export interface EntityTagFailure {
  status: number | 'FETCH_ERROR';
  message: string;
  base?: Representation | undefined;
  mine?: unknown;
  theirs?: Representation | undefined;
}

type EntityTagBaseQuery = BaseQueryFn<
  EntityTagArgs,
  Representation,
  EntityTagFailure,
  RetryOptions
>;

/** A base query whose data is the representation: `createApi({ baseQuery: entityTagBaseQuery(client) })`. */
export function entityTagBaseQuery(client: ETagClient, options?: RetryOptions): EntityTagBaseQuery {
  return retry<EntityTagBaseQuery>(async (args, { signal }) => {
    try {
      if ('get' in args) return { data: await client.get(args.get, { signal }) };
      if ('patch' in args) return { data: await client.patch(args.patch, args.body, { signal }) };
      return { data: await client.put(args.put, args.body, { signal }) };
    } catch (error) {
      // Sent again after its answer was lost, and there already: it was saved the first time.
      const collision = isMidAirCollision(error) ? error : undefined;
      if (collision?.alreadyApplied && collision.theirs) return { data: collision.theirs };
      // What got no answer may be sent again, with the same tag. What was refused is refused again.
      const failure = failureOf(error);
      const isBusy = isResponseError(error) && error.status === 503;
      if (isLostAnswer(error) || isBusy || error instanceof TypeError) return { error: failure };
      return retry.fail(failure);
    }
  }, options);
}

function failureOf(error: unknown): EntityTagFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (!isMidAirCollision(error)) {
    return { status: isResponseError(error) ? error.status : 'FETCH_ERROR', message };
  }
  const { base, mine, theirs } = error;
  return { status: error.response?.status ?? 412, message, base, mine, theirs };
}
