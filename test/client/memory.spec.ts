import { describe, expect, it } from '@jest/globals';
import { isMidAirCollision, isMissingEntityTag } from '../../src/client/index.js';
import { type Article } from './support/article-store.js';
import { draft, PATH, rejection, withStore } from './support/with-store.js';

describe('what a client remembers', () => {
  const context = withStore();

  it('is the representation it read or wrote last', async () => {
    const client = context.newClient();
    expect(client.remembered(PATH)).toBeUndefined();
    const article = await client.get<Article>(PATH);
    expect(client.remembered(PATH)).toEqual(article);
    const saved = await client.put(article, { ...draft, stars: 6 });
    expect(client.remembered(`${PATH}#stars`)).toEqual(saved);
  });

  it('is not disturbed by a read that was started before a later one and ended after it', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const slow = store.holdNext('GET');
    const older = client.get(PATH);
    await slow.ready;
    store.write(PATH, { ...draft, stars: 6 });
    const newer = await client.get(PATH);
    slow.release();
    expect(await older).toMatchObject({ etag: '"v1"' });
    expect(client.remembered(PATH)).toEqual(newer);
  });

  it('is not disturbed by a read that was started before a write ended', async () => {
    const { store, newClient } = context;
    const client = newClient();
    await client.get(PATH);
    const slow = store.holdNext('GET');
    const older = client.get(PATH, { cache: 'reload' });
    await slow.ready;
    const saved = await client.put<Article>(PATH, { ...draft, stars: 6 });
    slow.release();
    expect(await older).toMatchObject({ etag: '"v1"' });
    expect(client.remembered(PATH)).toEqual(saved);
  });

  it('is not revived by a read that was started before the resource was removed', async () => {
    const { store, newClient } = context;
    const client = newClient();
    await client.get(PATH);
    const slow = store.holdNext('GET');
    const older = client.get(PATH, { cache: 'reload' });
    await slow.ready;
    await client.delete(PATH);
    slow.release();
    await older;
    expect(client.remembered(PATH)).toBeUndefined();
  });

  it('is kept when a write gets no answer, so that sending it again is safe', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get(PATH);
    store.loseNext('PUT', { applied: true });
    await rejection(client.put(PATH, { ...draft, stars: 6 }));
    expect(client.remembered(PATH)).toEqual(article);
  });

  it('comes to an end when a read finds nothing, or nothing with a tag', async () => {
    const { store, newClient } = context;
    const client = newClient();
    await client.get(PATH);
    store.remove(PATH);
    await rejection(client.get(PATH));
    expect(client.remembered(PATH)).toBeUndefined();

    store.write(PATH, draft);
    await client.get(PATH);
    store.tagOnTheWay = () => undefined;
    await client.get(PATH);
    expect(client.remembered(PATH)).toBeUndefined();
  });

  it('is not what an answer other than success shows', async () => {
    const { store, newClient } = context;
    const client = newClient({
      fetch: async () => new Response('{}', { status: 500, headers: { ETag: '"error"' } }),
    });
    await client.fetch(store.url(PATH));
    expect(client.remembered(PATH)).toBeUndefined();
  });

  it('holds no more URLs than it may, and forgets those that were not used for longest', async () => {
    const { store, newClient } = context;
    for (const number of [2, 3]) store.write(`/articles/${number}`, draft);
    const client = newClient({ maxRemembered: 2 });
    await client.get('/articles/1');
    await client.get('/articles/2');
    client.remembered('/articles/1');
    await client.get('/articles/3');
    expect([1, 2, 3].map((number) => client.remembered(`/articles/${number}`)?.etag)).toEqual([
      '"v1"',
      undefined,
      '"v1"',
    ]);
    expect(isMissingEntityTag(await rejection(client.delete('/articles/2')))).toBe(true);
  });

  it('can be taken over from a page or another library', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const rendered = { url: PATH, etag: '"v1"', body: draft };
    client.remember(rendered);
    expect(client.remembered(PATH)).toEqual({ ...rendered, url: store.url(PATH) });
    await client.put(PATH, { ...draft, stars: 6 });
    client.remember({ url: PATH, etag: '"v1"', body: draft });
    expect(isMidAirCollision(await rejection(client.put(PATH, draft)))).toBe(true);
    client.remember({ url: PATH, etag: undefined, body: draft });
    expect(client.remembered(PATH)).toBeUndefined();
  });

  it.each(['', '<h1>Tags</h1>'])('need not be the JSON that it says it is: %j', async (text) => {
    const { store, newClient } = context;
    store.write(PATH, text);
    const client = newClient();
    const page = await client.get(PATH);
    expect(page.body).toBe(text || undefined);
    expect(client.remembered(PATH)).toEqual(page);
    await client.put(PATH, draft);
    expect(store.read(PATH)).toEqual(draft);
  });

  it('can be forgotten', async () => {
    const client = context.newClient();
    await client.get(PATH);
    client.forget(PATH);
    expect(client.remembered(PATH)).toBeUndefined();
  });

  it('is of one client only', async () => {
    const { newClient } = context;
    await newClient().get(PATH);
    expect(newClient().remembered(PATH)).toBeUndefined();
  });

  describe('of caches below it', () => {
    const headers = { 'Content-Type': 'application/json' };
    const save = { method: 'PUT', body: JSON.stringify(draft), headers };

    it('is that they may be out of date after a write, until they have revalidated', async () => {
      const { client, modes } = recordingClient();
      await client.fetch(PATH);
      await client.fetch(PATH, save);
      await client.fetch(PATH);
      await client.fetch(PATH);
      expect(modes).toEqual(['GET default', 'PUT default', 'GET no-cache', 'GET default']);
    });

    it('is that they may be so after a write that was refused or got no answer, too', async () => {
      const { store } = context;
      const { client, modes } = recordingClient();
      await client.fetch(PATH);
      store.write(PATH, draft);
      await client.fetch(PATH, { method: 'DELETE' });
      await client.fetch(PATH);
      store.loseNext('PUT', { applied: true });
      await rejection(client.fetch(PATH, save));
      await client.fetch(PATH);
      expect(modes.filter((mode) => mode.startsWith('GET'))).toEqual([
        'GET default',
        'GET no-cache',
        'GET no-cache',
      ]);
    });

    it('is not there for ever after a fetch that threw at once', async () => {
      const { client, modes } = recordingClient();
      await client.get(PATH);
      const broken = { ...save, signal: 'none' as unknown as AbortSignal };
      expect(await rejection(client.fetch(PATH, broken))).toMatchObject({ name: 'TypeError' });
      await client.fetch(PATH);
      await client.fetch(PATH);
      expect(modes.slice(-2)).toEqual(['GET no-cache', 'GET default']);
    });

    it('is not changed by a read that went past them', async () => {
      const { client, modes } = recordingClient();
      await client.fetch(PATH);
      await client.fetch(PATH, save);
      await client.fetch(PATH, { cache: 'no-store' } as RequestInit);
      await client.fetch(PATH);
      expect(modes.slice(2)).toEqual(['GET no-store', 'GET no-cache']);
    });

    it('is not changed by a read that was started before the write ended', async () => {
      const { store } = context;
      const { client, modes } = recordingClient();
      await client.get(PATH);
      const slow = store.holdNext('GET');
      const older = client.get(PATH);
      await slow.ready;
      await client.fetch(PATH, save);
      slow.release();
      await older;
      await client.fetch(PATH);
      expect(modes.at(-1)).toBe('GET no-cache');
    });

    function recordingClient() {
      const modes: string[] = [];
      const client = context.newClient({
        fetch: (input, init) => {
          const { method, cache } = new Request(input, init);
          modes.push(`${method} ${cache}`);
          return fetch(input, init);
        },
      });
      return { client, modes };
    }
  });
});
