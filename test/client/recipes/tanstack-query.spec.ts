import { describe, expect, it } from '@jest/globals';
import { MutationObserver, QueryClient } from '@tanstack/query-core';
import type { Article } from '../support/article-store.js';
import { draft, PATH, rejection, withStore } from '../support/with-store.js';
import { reading, saving } from './tanstack-query.recipe.js';

describe('TanStack Query with entity tags', () => {
  const context = withStore();
  const changed = { ...draft, stars: 6 };

  it('saves what it read, and shows what was saved', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const queries = new QueryClient();
    const query = reading<Article>(client, store.url(PATH));
    const mutation = new MutationObserver(queries, saving<Article>(client, queries));
    await mutation.mutate({ base: await queries.fetchQuery(query), body: changed });
    const shown = await queries.fetchQuery({ ...query, staleTime: Infinity });
    expect(shown.body).toEqual(changed);
    await mutation.mutate({ base: shown, body: draft });
    expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v2"']);
    expect(store.requests('GET')).toHaveLength(1);
  });

  it('finds a collision although the query was refetched in the background', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const queries = new QueryClient();
    const query = reading<Article>(client, store.url(PATH));
    const base = await queries.fetchQuery(query);
    store.write(PATH, { ...draft, text: 'Final' });
    await queries.refetchQueries();
    await queries.fetchQuery(query);
    const mutation = new MutationObserver(queries, saving<Article>(client, queries));
    expect(await rejection(mutation.mutate({ base, body: changed }))).toMatchObject({
      name: 'MidAirCollision',
      base,
      mine: changed,
      theirs: { etag: '"v2"' },
    });
    expect(queries.getQueryData(query.queryKey)).toMatchObject({ body: { text: 'Final' } });
    expect(store.requests('PUT')).toHaveLength(1);
  });

  it('saves from a representation that structural sharing has put together', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const queries = new QueryClient();
    const query = reading<Article>(client, store.url(PATH));
    await queries.fetchQuery(query);
    store.write(PATH, { ...draft, text: 'Final' });
    await queries.fetchQuery(query);
    const base = queries.getQueryData<Awaited<ReturnType<typeof client.get<Article>>>>(
      query.queryKey,
    );
    if (!base) throw new Error('The query has no data.');
    await new MutationObserver(queries, saving<Article>(client, queries)).mutate({
      base,
      body: changed,
    });
    expect(store.requests('PUT')[0]?.ifMatch).toBe('"v2"');
  });
});
