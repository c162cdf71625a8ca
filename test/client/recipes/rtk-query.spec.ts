import { describe, expect, it } from '@jest/globals';
import { configureStore } from '@reduxjs/toolkit';
import { createApi } from '@reduxjs/toolkit/query';
import type { Representation } from '../../../src/client/index.js';
import type { Article } from '../support/article-store.js';
import { draft, PATH, withStore } from '../support/with-store.js';
import { entityTagBaseQuery } from './rtk-query.recipe.js';

describe('RTK Query with entity tags', () => {
  const context = withStore();
  const changed = { ...draft, stars: 6 };

  it('saves what it read, and saves again', async () => {
    const { store } = context;
    const { read, save } = articles();
    const article = await read();
    const saved = await save(article.data, changed);
    expect(saved.data).toEqual({ url: store.url(PATH), etag: '"v2"', body: changed });
    await save(saved.data, draft);
    expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v2"']);
  });

  it('shows a collision, and does not send it again', async () => {
    const { store } = context;
    const { read, save } = articles();
    const { data: base } = await read();
    store.write(PATH, { ...draft, text: 'Final' });
    await read();
    const { error } = await save(base, changed);
    expect(error).toMatchObject({
      status: 412,
      base,
      mine: changed,
      theirs: { etag: '"v2"', body: { ...draft, text: 'Final' } },
    });
    expect(store.requests('PUT')).toHaveLength(1);
  });

  it('leaves other errors to the application', async () => {
    const { store } = context;
    store.remove(PATH);
    const { error } = await articles().read();
    expect(error).toMatchObject({ status: 404 });
    expect(store.requests('GET')).toHaveLength(1);
  });

  it.each([
    ['the connection broke', undefined],
    ['a gateway answered 502', 502],
  ])('sends a save again whose answer was lost because %s', async (_why, answer) => {
    const { store } = context;
    const { read, save } = articles();
    const { data: base } = await read();
    store.loseNext('PUT', { applied: true, ...(answer && { answer }) });
    expect((await save(base, changed)).data).toMatchObject({ etag: '"v2"', body: changed });
    expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v1"']);
  });

  it('patches', async () => {
    const { store } = context;
    const { read, patch } = articles();
    const { data: base } = await read();
    expect((await patch(base, { stars: 6 })).data).toMatchObject({ etag: '"v2"', body: changed });
    expect(store.requests('PATCH')[0]?.ifMatch).toBe('"v1"');
  });

  function articles() {
    const atOnce = { maxRetries: 2, backoff: () => Promise.resolve() };
    const api = createApi({
      baseQuery: entityTagBaseQuery(context.newClient(), atOnce),
      endpoints: (build) => ({
        article: build.query<Representation<Article>, string>({ query: (get) => ({ get }) }),
        saveArticle: build.mutation<
          Representation<Article>,
          { base: Representation<Article>; body: Article }
        >({ query: ({ base, body }) => ({ put: base, body }) }),
        changeArticle: build.mutation<
          Representation<Article>,
          { base: Representation<Article>; body: Partial<Article> }
        >({ query: ({ base, body }) => ({ patch: base, body }) }),
      }),
    });
    const { dispatch } = configureStore({
      reducer: { [api.reducerPath]: api.reducer },
      middleware: (defaults) => defaults().concat(api.middleware),
    });
    const { article, saveArticle, changeArticle } = api.endpoints;
    return {
      read: () => dispatch(article.initiate(PATH, { forceRefetch: true })),
      save: (base: Representation<Article> | undefined, body: Article) => {
        if (!base) throw new Error('There is nothing to save from.');
        return dispatch(saveArticle.initiate({ base, body }));
      },
      patch: (base: Representation<Article> | undefined, body: Partial<Article>) => {
        if (!base) throw new Error('There is nothing to change.');
        return dispatch(changeArticle.initiate({ base, body }));
      },
    };
  }
});
