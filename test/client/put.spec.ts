import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import {
  createETagClient,
  isMidAirCollision,
  isMissingEntityTag,
  isResponseError,
  MidAirCollision,
  type Representation,
} from '../../src/client/index.js';
import { type Article } from './support/article-store.js';
import { draft, PATH, rejection, withStore } from './support/with-store.js';

describe('a write', () => {
  const context = withStore();
  const changed = { ...draft, title: 'Entity tags' };

  it('carries the tag of the representation it was started from', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const saved = await client.put(article, { ...article.body, title: 'Entity tags' });
    expect(store.requests('PUT')[0]).toMatchObject({ ifMatch: '"v1"', body: changed });
    expect(saved).toEqual({ url: store.url(PATH), etag: '"v2"', body: changed });
    expect(store.read(PATH)).toEqual(changed);
  });

  it('carries the remembered tag when only the URL is given', async () => {
    const { store, newClient } = context;
    const client = newClient();
    await client.get(PATH);
    await client.put(`${PATH}#here`, changed);
    await client.put(store.url(PATH), { ...changed, stars: 6 });
    expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v2"']);
  });

  it('can be repeated from what the last one gave back', async () => {
    const { newClient } = context;
    const client = newClient();
    let article = await client.get<Article>(PATH);
    for (const stars of [6, 7, 8]) article = await client.put(article, { ...article.body, stars });
    expect(article).toMatchObject({ etag: '"v4"', body: { stars: 8 } });
  });

  it('is conditional for PATCH and DELETE too', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const patched = await client.patch(article, { stars: 6 });
    expect(patched.body).toEqual({ ...draft, stars: 6 });
    await client.delete(patched);
    expect(store.requests('PATCH')[0]).toMatchObject({ ifMatch: '"v1"', body: { stars: 6 } });
    expect(store.requests('DELETE')[0]?.ifMatch).toBe('"v2"');
    expect(store.read(PATH)).toBeUndefined();
  });

  it.each([['W/"v1"'], ['"v1-gzip"'], ['W/"v1--br"'], ['"v,1"']])(
    'sends %s back exactly as it came',
    async (tag) => {
      const { store, newClient } = context;
      store.tagOnTheWay = () => tag;
      const client = newClient();
      await client.put(await client.get<Article>(PATH), changed);
      expect(store.requests('PUT')[0]?.ifMatch).toBe(tag);
    },
  );

  it('sends a string as it is under a media type other than JSON', async () => {
    const { store, newClient } = context;
    store.mediaType = 'text/markdown';
    store.write('/readme', '# Tags');
    const client = newClient();
    const readme = await client.get<string>('/readme');
    const saved = await client.put(readme, `${readme.body}!`, {
      headers: { 'Content-Type': 'text/markdown' },
    });
    expect(store.read('/readme')).toBe('# Tags!');
    expect(saved).toMatchObject({ etag: '"v2"', body: '# Tags!' });
    await client.put('/readme', '# Again', { headers: { 'Content-Type': 'text/markdown' } });
    expect(store.read('/readme')).toBe('# Again');
  });

  it.each<[string, object]>([
    ['a form’s data', new FormData()],
    ['a search', new URLSearchParams('title=Tags')],
    ['a file', new Blob(['Tags'])],
    ['bytes', new Uint8Array(2)],
    ['a map', new Map([['title', 'Tags']])],
    ['a promise', Promise.resolve(changed)],
  ])('refuses what JSON would make an empty object of: %s', async (_what, body) => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get(PATH);
    for (const sent of [
      client.put(article, body),
      client.patch(article, body),
      client.post('/articles', body),
    ]) {
      expect(await rejection(sent)).toMatchObject({ name: 'TypeError' });
    }
    expect(store.seen).toHaveLength(1);
  });

  it('takes every other value for JSON', async () => {
    const { store, newClient } = context;
    class Draft {
      title = 'Tags';
      at = new Date(0);
    }
    for (const body of [new Draft(), [1], null, 0, false, 'text']) {
      store.write(PATH, draft);
      await newClient().put(PATH, body as object, { headers: { 'If-Match': '*' } });
      expect(store.read(PATH)).toEqual(JSON.parse(JSON.stringify(body)));
    }
  });

  it('lets the caller add headers', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH, { headers: { Authorization: 'Bearer x' } });
    await client.put(article, changed, { headers: { Authorization: 'Bearer x' } });
    expect(store.requests('PUT')[0]?.headers).toMatchObject({
      authorization: 'Bearer x',
      'content-type': 'application/json',
    });
  });

  describe('is refused without a known tag', () => {
    it.each(['put', 'patch'] as const)('and %s sends nothing', async (method) => {
      const { store, newClient } = context;
      const error = await rejection(newClient()[method](PATH, changed));
      expect(isMissingEntityTag(error)).toBe(true);
      expect(error).toMatchObject({
        name: 'MissingEntityTagError',
        method: method.toUpperCase(),
        url: store.url(PATH),
        message: expect.stringContaining('this client has not read it'),
      });
      expect(store.seen).toEqual([]);
    });

    it('and delete sends nothing', async () => {
      const { store, newClient } = context;
      expect(await rejection(newClient().delete(PATH))).toMatchObject({ method: 'DELETE' });
      expect(store.seen).toEqual([]);
    });

    it('and names CORS when the read showed no tag', async () => {
      const { store, newClient } = context;
      store.tagOnTheWay = () => undefined;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      const message = expect.stringContaining('Access-Control-Expose-Headers: ETag');
      expect(await rejection(client.put(article, changed))).toMatchObject({ message });
      expect(await rejection(client.put(PATH, changed))).toMatchObject({ message });
      expect(store.requests('PUT')).toEqual([]);
    });

    it('and never uses the tag of an earlier read for a representation that has none', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      const untagged = { url: store.url(PATH), etag: undefined, body: draft };
      expect(isMissingEntityTag(await rejection(client.put(untagged, changed)))).toBe(true);
    });

    it('and knows a representation without one that was stored as JSON', async () => {
      const { store, newClient } = context;
      const untagged = { url: store.url(PATH), etag: undefined, body: draft };
      const stored: Representation<Article> = JSON.parse(JSON.stringify(untagged));
      expect(await rejection(newClient().put(stored, changed))).toMatchObject({
        name: 'MissingEntityTagError',
        url: store.url(PATH),
        message: expect.stringContaining('the last answer had none'),
      });
    });

    it('unless the caller set a precondition himself', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.put(PATH, changed, { headers: { 'If-Match': '*' } });
      await client.put('/articles/2', changed, { headers: { 'If-None-Match': '*' } });
      expect(
        store.requests('PUT').map(({ ifMatch, ifNoneMatch }) => [ifMatch, ifNoneMatch]),
      ).toEqual([
        ['*', undefined],
        [undefined, '*'],
      ]);
      expect(client.remembered('/articles/2')?.etag).toBe('"v1"');
    });
  });

  it('throws nothing that holds the credentials of the request: errors are logged', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const secretly = { headers: { Authorization: 'Bearer secret' } };
    store.loseNext('PUT', { applied: false, answer: 502 });
    const lost = await rejection(client.put(article, changed, secretly));
    store.write(PATH, { ...draft, title: 'ETags' });
    const collision = await rejection(client.put(article, changed, secretly));
    const rename = (): Article => changed;
    const conflict = await rejection(client.update(article, rename, { ...secretly, merge: true }));
    store.remove(PATH);
    const gone = await rejection(client.put(article, changed, secretly));
    expect([lost, collision, conflict, gone].map((error) => (error as Error).name)).toEqual([
      'LostAnswerError',
      'MidAirCollision',
      'MergeConflict',
      'ResponseError',
    ]);
    for (const error of [lost, collision, conflict, gone]) {
      const logged = inspect(error, { depth: Infinity, showHidden: true });
      expect(logged).toContain(PATH);
      expect(logged).not.toContain('secret');
    }
  });

  describe('that collides', () => {
    it('throws what you started from, what you wanted and what is there now', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      const error = await rejection(client.put(article, changed));
      expect(isMidAirCollision(error)).toBe(true);
      expect(error).toBeInstanceOf(MidAirCollision);
      expect(error).toMatchObject({
        name: 'MidAirCollision',
        method: 'PUT',
        url: store.url(PATH),
        base: article,
        mine: changed,
        theirs: { url: store.url(PATH), etag: '"v2"', body: { ...draft, text: 'Final' } },
        reason: 'changed',
        alreadyApplied: false,
        response: { status: 412, bodyUsed: false },
        message: expect.stringContaining('somebody changed it'),
      });
    });

    it('remembers by URL what it was started from', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      expect(await rejection(client.put(PATH, changed))).toMatchObject({ base: article });
    });

    it('reads what is there now past every cache, with the credentials of the write', async () => {
      const { store } = context;
      const reads: Request[] = [];
      const client = context.newClient({
        fetch: (input, init) => {
          const request = new Request(input, init);
          if (request.method === 'GET') reads.push(request);
          return fetch(input, init);
        },
      });
      await client.get(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      await rejection(client.put(PATH, changed, { headers: { Authorization: 'Bearer x' } }));
      const { cache, headers } = reads[1] ?? new Request(store.origin);
      expect(cache).toBe('no-cache');
      expect(headers.get('Authorization')).toBe('Bearer x');
      expect(['If-Match', 'Content-Type'].map((name) => headers.has(name))).toEqual([false, false]);
    });

    it('is refused again when it is blindly sent again', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      for (let time = 1; time <= 3; time += 1) {
        expect(isMidAirCollision(await rejection(client.put(PATH, changed)))).toBe(true);
      }
      expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v1"', '"v1"']);
      expect(store.read(PATH)).toEqual({ ...draft, text: 'Final' });
    });

    it('is settled by saving from what is there now', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      const error = await rejection(client.put(article, changed));
      if (!isMidAirCollision<Article>(error) || !error.theirs) throw error;
      await client.put(error.theirs, { ...error.theirs.body, title: 'Entity tags' });
      expect(store.read(PATH)).toEqual({ ...changed, text: 'Final' });
    });

    it('with another client of the same page or another tab is a collision like any other', async () => {
      const { newClient } = context;
      const [alice, bob] = [newClient(), newClient()];
      const [hers, his] = [await alice.get<Article>(PATH), await bob.get<Article>(PATH)];
      const saved = await alice.put(hers, { ...hers.body, text: 'Alice' });
      expect(await rejection(bob.put(his, { ...his.body, text: 'Bob' }))).toMatchObject({
        name: 'MidAirCollision',
        theirs: saved,
      });
    });

    it('is not sent with a newer tag only because something else has read the same URL', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      await client.get(PATH);
      expect(await rejection(client.put(article, changed))).toMatchObject({ base: article });
      expect(store.read(PATH)).toEqual({ ...draft, text: 'Final' });
    });

    it('has no theirs when it is gone, and says why', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      store.beforeNext('GET', () => {
        store.remove(PATH);
      });
      const error = await rejection(client.put(PATH, changed));
      expect(error).toMatchObject({
        name: 'MidAirCollision',
        theirs: undefined,
        cause: { status: 404 },
      });
    });

    it('does not hide behind a failure to read what is there now', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      store.loseNext('GET', { applied: false });
      expect(await rejection(client.put(PATH, changed))).toMatchObject({
        name: 'MidAirCollision',
        theirs: undefined,
        cause: { name: 'TypeError' },
      });
    });

    it('says so when something exists that was to be created', async () => {
      const { store, newClient } = context;
      const error = await rejection(
        newClient().put(PATH, changed, { headers: { 'If-None-Match': '*' } }),
      );
      expect(error).toMatchObject({
        reason: 'exists',
        base: undefined,
        theirs: { etag: store.etag(PATH) },
        message: expect.stringContaining('it exists already'),
      });
    });

    it('names proxies and caches when GET still answers with the tag that was refused', async () => {
      const { store, newClient } = context;
      store.tagOnTheWay = (etag) => `W/${etag}`;
      store.knowsRewrittenTags = false;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      const error = await rejection(client.put(article, changed));
      expect(error).toMatchObject({ message: expect.stringContaining('intermediaries') });
    });

    it.each([
      ['what you changed is there', { title: 'Entity tags', text: 'Final', stars: 5 }, true],
      [
        'only part of what you changed is there',
        { title: 'Entity tags', text: 'Draft', stars: 5 },
        false,
      ],
    ])('tells whether %s', async (_case, theirs, alreadyApplied) => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      store.write(PATH, { ...theirs, version: 2 });
      const mine = { ...draft, title: 'Entity tags', text: 'Final' };
      expect(await rejection(client.put(article, mine))).toMatchObject({ alreadyApplied });
      expect(
        await rejection(client.patch(article, { title: 'Entity tags', text: 'Final' })),
      ).toMatchObject({ alreadyApplied });
    });

    it('tells that what you wanted removed is gone', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      store.beforeNext('GET', () => {
        store.remove(PATH);
      });
      expect(await rejection(client.delete(article))).toMatchObject({ alreadyApplied: true });
    });
  });

  describe('whose answer has', () => {
    it('a tag and no content was stored as it was sent', async () => {
      const { store, newClient } = context;
      store.writesAnswer = 'tag';
      const client = newClient();
      const saved = await client.put(await client.get<Article>(PATH), changed);
      expect(saved).toEqual({ url: store.url(PATH), etag: '"v2"', body: changed });
      expect(client.remembered(PATH)).toEqual(saved);
    });

    it('no tag leaves nothing to save from until it is read again', async () => {
      const { store, newClient } = context;
      store.writesAnswer = 'nothing';
      const client = newClient();
      const saved = await client.put(await client.get<Article>(PATH), changed);
      expect(saved).toEqual({ url: store.url(PATH), etag: undefined, body: changed });
      const message = expect.stringContaining('the last answer had none');
      expect(await rejection(client.put(PATH, changed))).toMatchObject({ message });
      expect(await rejection(client.put(saved, changed))).toMatchObject({ message });
      await client.get(PATH);
      await client.put(PATH, changed);
      expect(store.requests('PUT')).toHaveLength(2);
    });

    it('a tag and no content tells nothing after PATCH', async () => {
      const { store, newClient } = context;
      store.writesAnswer = 'tag';
      const client = newClient();
      const saved = await client.patch(await client.get<Article>(PATH), { stars: 6 });
      expect(saved).toEqual({ url: store.url(PATH), etag: undefined, body: undefined });
      expect(client.remembered(PATH)).toBeUndefined();
    });

    it('a Content-Location of something else leaves the target unknown', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      store.extraHeaders = { 'Content-Location': '/receipts/7' };
      const receipt = await client.put(PATH, changed);
      expect(receipt).toMatchObject({ url: store.url('/receipts/7'), etag: '"v2"' });
      expect(client.remembered('/receipts/7')).toEqual(receipt);
      expect(client.remembered(PATH)).toBeUndefined();
    });

    it('a Content-Location with a fragment is of the same resource', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      store.extraHeaders = { 'Content-Location': `${PATH}#saved` };
      expect(await client.put(PATH, changed)).toMatchObject({ url: store.url(PATH), etag: '"v2"' });
      expect(client.remembered(PATH)?.etag).toBe('"v2"');
    });

    it('a Content-Location of another origin is not believed', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      store.extraHeaders = { 'Content-Location': 'https://example.com/articles/1' };
      expect(await client.put(PATH, changed)).toMatchObject({
        url: store.url(PATH),
        etag: undefined,
      });
      expect(client.remembered('https://example.com/articles/1')).toBeUndefined();
    });
  });

  it('forgets what is gone', async () => {
    const { store, newClient } = context;
    const client = newClient();
    await client.get(PATH);
    store.remove(PATH);
    const error = await rejection(client.put(PATH, changed));
    expect(error).toMatchObject({ name: 'ResponseError', status: 404 });
    expect(client.remembered(PATH)).toBeUndefined();
  });

  it('forgets what it removed', async () => {
    const { newClient } = context;
    const client = newClient();
    await client.get(PATH);
    await client.delete(PATH);
    expect(client.remembered(PATH)).toBeUndefined();
  });

  it('explains a 428: If-Match got lost on the way', async () => {
    const { newClient } = context;
    const client = newClient({
      fetch: (input, init) => {
        const headers = new Headers(init?.headers);
        headers.delete('If-Match');
        return fetch(input, { ...init, headers });
      },
    });
    const error = await rejection(client.put(await client.get<Article>(PATH), changed));
    expect(isResponseError(error)).toBe(true);
    expect(error).toMatchObject({
      status: 428,
      message: expect.stringContaining('something on the way removes it'),
    });
  });

  describe('post', () => {
    it('gives back what was created, ready to be saved again', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const created = await client.post<Article>('/articles', changed);
      expect(created).toEqual({ url: store.url('/articles/2'), etag: '"v1"', body: changed });
      await client.put(created, { ...created.body, stars: 6 });
      expect(store.requests('PUT')[0]).toMatchObject({ path: '/articles/2', ifMatch: '"v1"' });
    });

    it('takes a Location for what was created only if something was', async () => {
      const { store, newClient } = context;
      const headers = { Location: '/jobs/1', ETag: '"v1"', 'Content-Type': 'application/json' };
      const client = newClient({ fetch: async () => new Response('{}', { status: 202, headers }) });
      const accepted = await client.post('/articles', changed);
      expect(accepted).toEqual({ url: store.url('/articles'), etag: undefined, body: {} });
      expect(client.remembered('/jobs/1')).toBeUndefined();
    });

    it('needs no tag and takes none for its own URL', async () => {
      const { store, newClient } = context;
      store.write('/articles', []);
      const client = newClient();
      await client.get('/articles');
      await client.post('/articles', changed);
      expect(store.requests('POST')[0]?.ifMatch).toBeUndefined();
      expect(client.remembered('/articles')).toBeUndefined();
      expect(client.remembered('/articles/3')?.etag).toBe('"v1"');
    });
  });

  it('works through fetch as it does through the methods', async () => {
    const { store, newClient } = context;
    const client = newClient();
    await client.fetch(store.url(PATH));
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify(changed);
    const saved = await client.fetch(new URL(PATH, store.origin), { method: 'put', headers, body });
    const again = await client.fetch(
      new Request(store.url(PATH), { method: 'PUT', headers, body }),
    );
    expect([saved.status, again.status]).toEqual([200, 200]);
    expect(store.requests('PUT').map(({ ifMatch, body }) => [ifMatch, body])).toEqual([
      ['"v1"', changed],
      ['"v2"', changed],
    ]);
  });

  describe('fetch', () => {
    it('answers a 412 as fetch does', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      const response = await client.fetch(PATH, { method: 'DELETE' });
      expect(response.status).toBe(412);
      expect(await response.json()).toMatchObject({ reason: 'changed' });
      expect(store.requests('GET')).toHaveLength(1);
    });

    it('refuses a write without a known tag', async () => {
      const { store, newClient } = context;
      const error = await rejection(newClient().fetch(PATH, { method: 'PATCH' }));
      expect(isMissingEntityTag(error)).toBe(true);
      expect(store.seen).toEqual([]);
    });

    it('takes what a request says where the options say undefined, as fetch does', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer x' };
      const saving = (): Promise<Response> =>
        client.fetch(
          new Request(store.url(PATH), { method: 'PUT', headers, body: JSON.stringify(changed) }),
          { method: undefined, headers: undefined } as unknown as RequestInit,
        );
      expect(isMissingEntityTag(await rejection(saving()))).toBe(true);
      await client.get(PATH);
      await saving();
      expect(store.requests('PUT')).toMatchObject([
        { ifMatch: '"v1"', body: changed, headers: { authorization: 'Bearer x' } },
      ]);
    });

    it('leaves every other method alone', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      await client.fetch(PATH, { method: 'HEAD' });
      await client.fetch(PATH, { method: 'OPTIONS' });
      expect(store.seen.slice(1).map(({ ifMatch, ifNoneMatch }) => ifMatch ?? ifNoneMatch)).toEqual(
        [undefined, undefined],
      );
    });

    it('uses the platform’s fetch of the moment, called as a function', async () => {
      const { store } = context;
      const original = globalThis.fetch;
      const client = createETagClient({ baseUrl: store.origin });
      let calls = 0;
      globalThis.fetch = function replaced(this: unknown, input, init) {
        calls += 1;
        expect([undefined, globalThis]).toContain(this);
        return original(input, init);
      };
      try {
        await client.get(PATH);
      } finally {
        globalThis.fetch = original;
      }
      expect(calls).toBe(1);
    });
  });
});
