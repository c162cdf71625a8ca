import { describe, expect, it } from '@jest/globals';
import { isMissingEntityTag } from '../../../src/client/index.js';
import type { Article } from '../support/article-store.js';
import { draft, PATH, rejection, withStore } from '../support/with-store.js';
import { createHttp } from './axios.recipe.js';

describe('axios with entity tags', () => {
  const context = withStore();
  const changed = { ...draft, stars: 6 };

  it('saves what it read, and saves again', async () => {
    const { store } = context;
    const http = createHttp(store.origin);
    await http.get<Article>(PATH);
    const saved = await http.put<Article>(PATH, changed);
    await http.patch(PATH, { stars: 7 });
    await http.delete(PATH);
    expect(saved.data).toEqual(changed);
    const writes = store.seen.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v2"', '"v3"']);
  });

  it('reads the second time without downloading, and sees a 200', async () => {
    const { store } = context;
    const http = createHttp(store.origin);
    await http.get(PATH);
    const { status, data } = await http.get<Article>(PATH);
    expect(store.requests('GET')[1]?.ifNoneMatch).toBe('"v1"');
    expect([status, data]).toEqual([200, draft]);
  });

  it('shows a collision', async () => {
    const { store } = context;
    const http = createHttp(store.origin);
    await http.get(PATH);
    store.write(PATH, { ...draft, text: 'Final' });
    const saving = http.put(PATH, changed, { headers: { Authorization: 'Bearer x' } });
    expect(await rejection(saving)).toMatchObject({
      name: 'MidAirCollision',
      base: { body: draft },
      mine: changed,
      theirs: { body: { ...draft, text: 'Final' } },
      reason: 'changed',
    });
    expect(store.requests('GET').at(-1)?.headers.authorization).toBe('Bearer x');
    expect(store.requests('PUT')).toHaveLength(1);
  });

  it('refuses to overwrite what it has not seen', async () => {
    const error = await rejection(createHttp(context.store.origin).put(PATH, changed));
    expect(isMissingEntityTag(error)).toBe(true);
    expect(context.store.seen).toEqual([]);
  });

  it.each([true, false])(
    'saves once where a gateway lost the answer, or the request (carried out: %s)',
    async (applied) => {
      const { store } = context;
      const http = createHttp(store.origin);
      await http.get(PATH);
      store.loseNext('PUT', { applied, answer: 502 });
      // What something else reads meanwhile does not move the tag of what is sent again.
      store.beforeNext('PUT', () => {
        store.beforeNext('PUT', async () => {
          await http.get(PATH);
        });
      });
      expect((await http.put<Article>(PATH, changed)).data).toEqual(changed);
      expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v1"']);
      expect(store.etag(PATH)).toBe('"v2"');
      expect((await http.put<Article>(PATH, changed)).data).toEqual(changed);
    },
  );

  it('says that the answer was lost where that goes on', async () => {
    const { store } = context;
    const http = createHttp(store.origin);
    await http.get(PATH);
    for (let time = 1; time <= 2; time += 1) store.loseNext('PUT', { applied: false, answer: 502 });
    expect(await rejection(http.put(PATH, changed))).toMatchObject({
      name: 'LostAnswerError',
      mine: changed,
    });
    expect(store.requests('PUT')).toHaveLength(2);
  });

  it('leaves other errors as they are', async () => {
    expect(await rejection(createHttp(context.store.origin).get('/articles/9'))).toMatchObject({
      name: 'AxiosError',
      response: { status: 404 },
    });
  });
});
