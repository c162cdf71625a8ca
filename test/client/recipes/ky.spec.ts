import { describe, expect, it } from '@jest/globals';
import { isMissingEntityTag } from '../../../src/client/index.js';
import type { Article } from '../support/article-store.js';
import { draft, PATH, rejection, withStore } from '../support/with-store.js';
import { createApi } from './ky.recipe.js';

describe('ky with entity tags', () => {
  const context = withStore();
  const path = PATH.slice(1);
  const changed = { ...draft, stars: 6 };

  it('saves what it read, and saves again', async () => {
    const { store } = context;
    const api = createApi(store.origin);
    await api.get(path).json<Article>();
    const saved = await api.put(path, { json: changed }).json<Article>();
    await api.patch(path, { json: { stars: 7 } });
    await api.delete(path);
    expect(saved).toEqual(changed);
    const writes = store.seen.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v2"', '"v3"']);
  });

  it('shows a collision', async () => {
    const { store } = context;
    const api = createApi(store.origin);
    await api.get(path);
    store.write(PATH, { ...draft, text: 'Final' });
    const saving = api.put(path, { json: changed, headers: { Authorization: 'Bearer x' } }).json();
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
    const error = await rejection(
      createApi(context.store.origin).put(path, { json: changed }).json(),
    );
    expect(isMissingEntityTag(error)).toBe(true);
    expect(context.store.seen).toEqual([]);
  });

  it.each([true, false])(
    'saves once where a gateway lost the answer, or the request (carried out: %s)',
    async (applied) => {
      const { store } = context;
      const api = createApi(store.origin).extend({ retry: { delay: () => 0 } });
      await api.get(path);
      store.loseNext('PUT', { applied, answer: 502 });
      // What something else reads meanwhile does not move the tag of what is sent again.
      store.beforeNext('PUT', () => {
        store.beforeNext('PUT', async () => {
          await api.get(path);
        });
      });
      expect(await api.put(path, { json: changed }).json()).toEqual(changed);
      expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v1"']);
      expect(store.etag(PATH)).toBe('"v2"');
      expect(await api.put(path, { json: changed }).json()).toEqual(changed);
    },
  );

  it('says that the answer was lost where that goes on', async () => {
    const { store } = context;
    const api = createApi(store.origin).extend({ retry: { delay: () => 0 } });
    await api.get(path);
    for (let time = 1; time <= 3; time += 1) store.loseNext('PUT', { applied: false, answer: 502 });
    expect(await rejection(api.put(path, { json: changed }).json())).toMatchObject({
      name: 'LostAnswerError',
      mine: changed,
    });
    expect(store.requests('PUT')).toHaveLength(3);
  });

  it('leaves other errors as they are', async () => {
    expect(await rejection(createApi(context.store.origin).get('articles/9').json())).toMatchObject(
      {
        name: 'HTTPError',
        response: { status: 404 },
      },
    );
  });
});
