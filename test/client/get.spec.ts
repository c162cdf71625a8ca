import { describe, expect, it } from '@jest/globals';
import { type ETagClient, isResponseError } from '../../src/client/index.js';
import { type Article } from './support/article-store.js';
import { draft, PATH, rejection, withStore } from './support/with-store.js';

describe('get', () => {
  const context = withStore();

  it('gives the URL, the tag as it arrived and the parsed body', async () => {
    const { store, newClient } = context;
    expect(await newClient().get<Article>(`${PATH}#section`)).toEqual({
      url: store.url(PATH),
      etag: '"v1"',
      body: draft,
    });
  });

  it('gives the text of what is not JSON', async () => {
    const { store, newClient } = context;
    store.mediaType = 'text/markdown';
    store.write('/readme', '# Tags');
    expect(await newClient().get('/readme')).toMatchObject({ etag: '"v1"', body: '# Tags' });
  });

  it('gives no tag where the answer shows none', async () => {
    const { store, newClient } = context;
    store.tagOnTheWay = () => undefined;
    expect(await newClient().get(PATH)).toEqual({
      url: store.url(PATH),
      etag: undefined,
      body: draft,
    });
  });

  it('prefers the tag header over a tag that was rewritten on the way', async () => {
    const { store, newClient } = context;
    store.tagOnTheWay = (etag) => `W/${etag}`;
    store.extraHeaders = { 'X-Resource-Version': '"v1"' };
    const client = newClient({ tagHeader: 'X-Resource-Version' });
    expect(await client.get(PATH)).toMatchObject({ etag: '"v1"' });
    store.extraHeaders = {};
    expect(await newClient({ tagHeader: 'X-Resource-Version' }).get(PATH)).toMatchObject({
      etag: 'W/"v1"',
    });
  });

  it('rejects with what the server said when it is not 2xx', async () => {
    const error = await rejection(context.newClient().get('/articles/2'));
    expect(isResponseError(error)).toBe(true);
    expect(error).toMatchObject({
      name: 'ResponseError',
      status: 404,
      method: 'GET',
      url: context.store.url('/articles/2'),
      body: { status: 404, detail: 'There is no such article.' },
      message: expect.stringContaining('was answered with 404: There is no such article.'),
    });
  });

  it('says what to do about a relative URL where there is nothing it is relative to', async () => {
    const { newClient } = context;
    const error = await rejection(newClient({ baseUrl: '' }).get(PATH));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      message: expect.stringContaining('make it absolute, or set baseUrl'),
    });
  });

  it('asks caches to revalidate, unless told otherwise', async () => {
    const modes: unknown[] = [];
    const client = recordingModes(modes);
    await client.get(PATH);
    await client.get(PATH, { cache: 'default' });
    await client.get(PATH, { cache: 'force-cache' });
    expect(modes).toEqual(['no-cache', 'default', 'force-cache']);
  });

  it('can be aborted', async () => {
    const { newClient } = context;
    const controller = new AbortController();
    controller.abort(new Error('never mind'));
    expect(await rejection(newClient().get(PATH, { signal: controller.signal }))).toMatchObject({
      message: 'never mind',
    });
  });

  describe('where fetch has no HTTP cache', () => {
    it('sends If-None-Match and answers the 304 from memory', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const first = await client.get(PATH);
      const second = await client.get(PATH);
      expect(store.requests('GET').map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([
        undefined,
        '"v1"',
      ]);
      expect(second).toEqual(first);
    });

    it('gives everyone a body of his own', async () => {
      const client = context.newClient();
      const first = await client.get<Article>(PATH);
      first.body.title = 'scribbled over';
      expect((await client.get<Article>(PATH)).body).toEqual(draft);
    });

    it('answers like the first 200, with the fields that the 304 brought up to date', async () => {
      const { store, newClient } = context;
      const client = newClient();
      store.extraHeaders = { 'X-Request': '1', Expires: 'yesterday' };
      await client.fetch(PATH);
      store.extraHeaders = { 'X-Request': '2', 'Content-Type': 'nonsense' };
      const response = await client.fetch(PATH);
      expect(response.status).toBe(200);
      expect(response.ok).toBe(true);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        etag: '"v1"',
        'content-type': 'application/json; charset=utf-8',
        expires: 'yesterday',
        'x-request': '2',
      });
      expect(await response.json()).toEqual(draft);
    });

    it('keeps the tag as it arrived first when the 304 carries it in another form', async () => {
      const { store, newClient } = context;
      const client = newClient();
      store.tagOnTheWay = (etag) => `W/${etag}`;
      await client.get(PATH);
      store.extraHeaders = { ETag: '"v1"' };
      expect(await client.get(PATH)).toMatchObject({ etag: 'W/"v1"' });
    });

    it('reads what has changed', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      store.write(PATH, { ...draft, title: 'New' });
      expect(await client.get(PATH)).toMatchObject({ etag: '"v2"', body: { title: 'New' } });
    });

    it('does not answer one user with what another one read', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH, { headers: { Authorization: 'Bearer alice' } });
      await client.get(PATH, { headers: { Authorization: 'Bearer bob' } });
      await client.get(PATH, { headers: { Authorization: 'Bearer bob' } });
      expect(store.requests('GET').map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([
        undefined,
        undefined,
        '"v1"',
      ]);
    });

    it('does not answer in the wrong language: it honours Vary', async () => {
      const { store, newClient } = context;
      store.extraHeaders = { Vary: 'Accept-Encoding, Accept-Language' };
      const client = newClient();
      await client.get(PATH, { headers: { 'Accept-Language': 'de' } });
      await client.get(PATH, { headers: { 'Accept-Language': 'fr' } });
      await client.get(PATH, { headers: { 'Accept-Language': 'fr', 'X-Request-Id': '7' } });
      expect(store.requests('GET').map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([
        undefined,
        undefined,
        '"v1"',
      ]);
    });

    it.each(['no-store', 'reload'] as const)('sends none with cache: %j', async (cache) => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      await client.get(PATH, { cache });
      expect(store.requests('GET')[1]?.ifNoneMatch).toBeUndefined();
    });

    it('leaves a condition of the caller’s alone, and its 304 visible', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      const response = await client.fetch(PATH, { headers: { 'If-None-Match': '"v0", "v1"' } });
      expect(store.requests('GET')[1]?.ifNoneMatch).toBe('"v0", "v1"');
      expect(response.status).toBe(200);
      const own = await client.fetch(PATH, { headers: { 'If-None-Match': '"v1"' } });
      expect(own.status).toBe(304);
    });

    it('sends none for what it has no body to answer with', async () => {
      const { store, newClient } = context;
      store.mediaType = 'text/markdown';
      store.write('/readme', '# Tags');
      const client = newClient();
      await client.get('/readme');
      await client.get('/readme');
      expect(store.requests('GET')[1]?.ifNoneMatch).toBeUndefined();
    });
  });

  it('leaves If-None-Match to the platform where that has an HTTP cache', async () => {
    const { store, newClient } = context;
    const client = newClient({ ifNoneMatch: false });
    await client.get(PATH);
    await client.get(PATH);
    expect(store.requests('GET').map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('knows a browser by its document', async () => {
    const { store, newClient } = context;
    Object.defineProperty(globalThis, 'document', {
      value: { baseURI: store.url('/articles/') },
      configurable: true,
    });
    try {
      const client = newClient({ baseUrl: undefined as never });
      await client.get('1');
      await client.get('../articles/1');
      expect(store.requests('GET').map(({ path, ifNoneMatch }) => [path, ifNoneMatch])).toEqual([
        [PATH, undefined],
        [PATH, undefined],
      ]);
    } finally {
      Reflect.deleteProperty(globalThis, 'document');
    }
  });

  function recordingModes(modes: unknown[]): ETagClient {
    return context.newClient({
      fetch: (input, init) => {
        modes.push(new Request(input, init).cache);
        return fetch(input, init);
      },
    });
  }
});
