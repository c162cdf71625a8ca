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

  it('tells a save whose answer was lost, and which ky sent again, from a collision', async () => {
    const { store } = context;
    const api = createApi(store.origin).extend({ retry: { delay: () => 0 } });
    await api.get(path);
    store.loseNext('PUT', { applied: true });
    expect(await rejection(api.put(path, { json: changed }).json())).toMatchObject({
      name: 'MidAirCollision',
      alreadyApplied: true,
    });
    expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v1"']);
    expect(store.read(PATH)).toEqual(changed);
  });

  it('refuses to overwrite what it has not seen', async () => {
    const error = await rejection(
      createApi(context.store.origin).put(path, { json: changed }).json(),
    );
    expect(isMissingEntityTag(error)).toBe(true);
    expect(context.store.seen).toEqual([]);
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
