import type {
  MutationObserverOptions,
  QueryClient,
  QueryObserverOptions,
} from '@tanstack/query-core';
import {
  type ETagClient,
  isMidAirCollision,
  type Representation,
} from '../../../src/client/index.js';

/** For useQuery: the representation, so that a form can say what it was started from. `url` is absolute. */
export function reading<T>(
  client: ETagClient,
  url: string,
): QueryObserverOptions<Representation<T>> & { queryKey: string[] } {
  return { queryKey: [url], queryFn: ({ signal }) => client.get<T>(url, { signal }) };
}

/** For useMutation: `mutate({ base, body })`, where `base` is what the form was started from. */
export function saving<T>(
  client: ETagClient,
  queries: QueryClient,
): MutationObserverOptions<Representation<T>, Error, { base: Representation<T>; body: T }> {
  return {
    mutationFn: ({ base, body }) => client.put<T>(base, body),
    onSuccess: (saved) => queries.setQueryData([saved.url], saved),
    onError: (error) => {
      if (isMidAirCollision<T>(error)) queries.setQueryData([error.url], error.theirs);
    },
  };
}
