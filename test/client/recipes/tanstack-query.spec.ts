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
    await mutation.mutate({ base: await queries.fetchQuery(query), form: { stars: 6 } });
    const shown = await queries.fetchQuery({ ...query, staleTime: Infinity });
    expect(shown.body).toEqual(changed);
    await mutation.mutate({ base: shown, form: { stars: 5 } });
    expect(store.requests('PATCH').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v2"']);
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
    expect(await rejection(mutation.mutate({ base, form: { text: 'Mine' } }))).toMatchObject({
      name: 'MergeConflict',
      base,
      mine: { text: 'Mine' },
      theirs: { etag: '"v2"' },
    });
    expect(queries.getQueryData(query.queryKey)).toMatchObject({ body: { text: 'Final' } });
    expect(store.requests('PATCH')).toHaveLength(1);
  });

  it('merges what somebody else has saved meanwhile', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const queries = new QueryClient();
    const base = await queries.fetchQuery(reading<Article>(client, store.url(PATH)));
    store.write(PATH, { ...draft, text: 'Final' });
    const mutation = new MutationObserver(queries, saving<Article>(client, queries));
    const saved = await mutation.mutate({ base, form: { title: 'Tags', text: 'Draft', stars: 6 } });
    expect(saved.body).toEqual({ title: 'Tags', text: 'Final', stars: 6 });
  });

  it('shows what was saved when the answer was lost', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const queries = new QueryClient();
    const base = await queries.fetchQuery(reading<Article>(client, store.url(PATH)));
    store.loseNext('PATCH', { applied: true, answer: 502 });
    const mutation = new MutationObserver(queries, saving<Article>(client, queries));
    expect((await mutation.mutate({ base, form: { stars: 6 } })).body).toEqual(changed);
    expect(store.requests('PATCH')).toHaveLength(1);
  });

  it('reads again after an answer without the new representation', async () => {
    const { store, newClient } = context;
    store.writesAnswer = 'nothing';
    const client = newClient();
    const queries = new QueryClient();
    const query = reading<Article>(client, store.url(PATH));
    const base = await queries.fetchQuery({ ...query, staleTime: Infinity });
    const mutation = new MutationObserver(queries, saving<Article>(client, queries));
    await mutation.mutate({ base, form: { stars: 6 } });
    expect((await queries.fetchQuery({ ...query, staleTime: Infinity })).body).toEqual(changed);
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
      form: { stars: 6 },
    });
    expect(store.requests('PATCH')[0]?.ifMatch).toBe('"v2"');
  });
});
