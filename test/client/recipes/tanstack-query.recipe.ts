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

/** What `mutate` takes: the representation that the form was started from, and the fields that it has. */
export interface Edit<T> {
  base: Representation<T>;
  form: Partial<T>;
}

/** For useMutation: PATCHes what the person changed; merged with what somebody else has saved, if it can be. */
export function saving<T>(
  client: ETagClient,
  queries: QueryClient,
): MutationObserverOptions<Representation<T>, Error, Edit<T>> {
  return {
    mutationFn: ({ base, form }) =>
      client.update<T>(base, () => form, { method: 'PATCH', merge: true }),
    onSuccess: async (saved) => {
      // An answer without the new representation (204) leaves it to the next read.
      if (saved.etag) queries.setQueryData([saved.url], saved);
      else await queries.invalidateQueries({ queryKey: [saved.url] });
    },
    onError: (error) => {
      if (isMidAirCollision<T>(error)) queries.setQueryData([error.url], error.theirs);
    },
  };
}
