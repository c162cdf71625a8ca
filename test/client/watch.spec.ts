import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type Representation, watch } from '../../src/client/index.js';
import { type Article } from './support/article-store.js';
import { draft, PATH, rejection, withStore } from './support/with-store.js';

const often = { every: 1 };
const changed = { ...draft, text: 'Final' };

/** Resolves when the store has seen so many requests of this method. */
async function seen(
  store: { requests(method: string): unknown[] },
  method: string,
  count: number,
): Promise<void> {
  while (store.requests(method).length < count) await new Promise((next) => setImmediate(next));
}

describe('watch', () => {
  const context = withStore();
  let controller: AbortController;
  beforeEach(() => {
    controller = new AbortController();
  });
  afterEach(() => {
    controller.abort();
  });

  it('gives what is there when somebody has saved, and only then', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const changes = client.watch(article, { ...often, signal: controller.signal });
    const next = changes.next();
    await seen(store, 'GET', 4);
    store.write(PATH, changed);
    expect(await next).toEqual({
      done: false,
      value: { url: store.url(PATH), etag: '"v2"', body: changed },
    });
    const count = store.requests('GET').length;
    const later = changes.next();
    await seen(store, 'GET', count + 3);
    store.write(PATH, draft);
    expect(await later).toMatchObject({ value: { etag: '"v3"', body: draft } });
  });

  it('asks with the tag that it has seen last, so that nothing is downloaded twice', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const changes = client.watch(await client.get<Article>(PATH), {
      ...often,
      signal: controller.signal,
      headers: { Authorization: 'Bearer x', 'If-Match': '"v0"' },
    });
    store.write(PATH, changed);
    await changes.next();
    void changes.next();
    await seen(store, 'GET', 4);
    expect(
      store
        .requests('GET')
        .map(({ ifNoneMatch }) => ifNoneMatch)
        .slice(0, 4),
    ).toEqual([undefined, '"v1"', '"v2"', '"v2"']);
    expect(store.requests('GET')[1]?.headers).toMatchObject({ authorization: 'Bearer x' });
    expect(store.requests('GET')[1]?.ifMatch).toBeUndefined();
  });

  it('leaves If-None-Match to an HTTP cache below, which is made to revalidate', async () => {
    const { store, newClient } = context;
    const modes: unknown[] = [];
    const client = newClient({
      ifNoneMatch: false,
      fetch: (input, init) => {
        modes.push(new Request(input, init).cache);
        return fetch(input, init);
      },
    });
    const changes = client.watch(await client.get<Article>(PATH), {
      ...often,
      signal: controller.signal,
    });
    void changes.next();
    await seen(store, 'GET', 3);
    expect(store.requests('GET').every(({ ifNoneMatch }) => ifNoneMatch === undefined)).toBe(true);
    expect(new Set(modes)).toEqual(new Set(['no-cache']));
  });

  it('starts from what this client read last, and from a first read where it read nothing', async () => {
    const { store, newClient } = context;
    const client = newClient();
    await client.get(PATH);
    store.write(PATH, changed);
    const known = client.watch<Article>(PATH, { ...often, signal: controller.signal });
    expect(await known.next()).toMatchObject({ value: { etag: '"v2"' } });

    const unknown = newClient().watch<Article>(PATH, { ...often, signal: controller.signal });
    const next = unknown.next();
    await seen(store, 'GET', store.requests('GET').length + 2);
    store.write(PATH, draft);
    expect(await next).toMatchObject({ value: { etag: '"v3"' } });
  });

  it('teaches the client no tag: a save by URL still collides', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.write(PATH, changed);
    await client.watch(article, { ...often, signal: controller.signal }).next();
    expect(client.remembered(PATH)).toEqual(article);
    expect(await rejection(client.put(PATH, draft))).toMatchObject({ name: 'MidAirCollision' });
  });

  it('does not take a save of this client that is on its way for somebody else’s', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const news: Representation<Article>[] = [];
    const held = store.holdNext('PUT');
    const saving = client.put(article, changed);
    await held.ready;
    const watching = (async () => {
      const changes = client.watch(article, { ...often, signal: controller.signal });
      for await (const theirs of changes) news.push(theirs);
    })();
    await seen(store, 'GET', 5);
    expect(news).toEqual([]);
    // The control: the state is another one already.
    expect(store.etag(PATH)).toBe('"v2"');
    controller.abort();
    await watching;
    held.release();
    const saved = await saving;
    const again = client.watch(saved, { ...often, signal: new AbortController().signal });
    const next = again.next();
    await seen(store, 'GET', store.requests('GET').length + 2);
    store.write(PATH, draft);
    expect(await next).toMatchObject({ value: { etag: '"v3"' } });
    await again.return?.();
  });

  it('lets two watch the same URL, each at its own pace', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const both = [1, 2].map(() =>
      client.watch(article, { ...often, signal: controller.signal }).next(),
    );
    store.write(PATH, changed);
    const news = await Promise.all(both);
    expect(news.map(({ value }) => value as unknown)).toMatchObject([
      { etag: '"v2"' },
      { etag: '"v2"' },
    ]);
  });

  it('never has two requests on their way', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const held = store.holdNext('GET');
    const changes = client.watch(article, { ...often, signal: controller.signal });
    const asked = [changes.next(), changes.next(), changes.next()];
    await held.ready;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((next) => setImmediate(next));
    expect(store.requests('GET')).toHaveLength(2);
    held.release();
    store.write(PATH, changed);
    await asked[0];
    controller.abort();
    expect((await Promise.all(asked.slice(1))).map(({ done }) => done)).toEqual([true, true]);
  });

  it.each([
    ['abort', (_: AsyncIterator<unknown>, abort: () => void) => abort()],
    ['return()', (changes: AsyncIterator<unknown>) => void changes.return?.()],
  ])('ends without an error by %s, also while it waits', async (_how, end) => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const { signal } = controller;
    const removed = jest.spyOn(signal, 'removeEventListener');
    const changes = client.watch(article, { every: 1e15, signal });
    const next = changes.next();
    end(changes, () => controller.abort(new Error('closed')));
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await changes.next()).toEqual({ done: true, value: undefined });
    expect(store.requests('GET')).toHaveLength(1);
    removed.mockRestore();
  });

  it('ends without an error while a request is on its way, and sends none if it was aborted before', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const held = store.holdNext('GET');
    const next = client.watch(article, { ...often, signal: controller.signal }).next();
    await held.ready;
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    held.release();
    const aborted = { ...often, signal: AbortSignal.abort() };
    for await (const theirs of client.watch(article, aborted)) throw new Error(theirs.url);
    expect(store.requests('GET')).toHaveLength(2);
  });

  it('goes on after what passes, and tells of it', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const errors: unknown[] = [];
    store.loseNext('GET', { applied: false });
    store.loseNext('GET', { applied: false, answer: 503 });
    store.loseNext('GET', { applied: false, answer: 429 });
    store.beforeNext('GET', () => store.write(PATH, changed));
    const changes = client.watch(article, {
      ...often,
      signal: controller.signal,
      onError: (error) => errors.push(error),
    });
    expect(await changes.next()).toMatchObject({ value: { etag: '"v2"' } });
    expect(errors).toMatchObject([{ name: 'TypeError' }, { status: 503 }, { status: 429 }]);
  });

  it.each([401, 403, 404, 410])('ends with the error that does not pass: %i', async (status) => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext('GET', { applied: false, answer: status });
    const changes = client.watch(article, { ...often, signal: controller.signal });
    expect(await rejection(changes.next())).toMatchObject({ name: 'ResponseError', status });
    expect(await changes.next()).toMatchObject({ done: true });
    expect(store.requests('GET')).toHaveLength(2);
  });

  it('compares the content where no tag arrives', async () => {
    const { store, newClient } = context;
    store.tagOnTheWay = () => undefined;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const changes = client.watch(article, { ...often, signal: controller.signal });
    const next = changes.next();
    await seen(store, 'GET', 3);
    store.write(PATH, changed);
    expect(await next).toMatchObject({ value: { etag: undefined, body: changed } });
  });

  it.each([
    ['weakened', (etag: string) => `W/${etag}`],
    ['given a suffix', (etag: string) => etag.replace(/"$/, '-gzip"')],
    ['removed', () => undefined],
  ])('takes no tag for news that was only %s on the way', async (_how, rewrite) => {
    const { store, newClient } = context;
    const client = newClient({ ifNoneMatch: false });
    const saved = await client.put(await client.get<Article>(PATH), changed);
    store.tagOnTheWay = rewrite;
    const changes = client.watch(saved, { ...often, signal: controller.signal });
    const next = changes.next();
    await seen(store, 'GET', 4);
    store.write(PATH, draft);
    expect(await next).toMatchObject({ value: { etag: rewrite('"v3"'), body: draft } });
  });

  it('gives another tag also where the content looks the same: a save would collide', async () => {
    const { store, newClient } = context;
    const article = await newClient().get<Article>(PATH);
    store.write(PATH, draft);
    const changes = newClient().watch(article, { ...often, signal: controller.signal });
    expect(await changes.next()).toMatchObject({ value: { etag: '"v2"', body: draft } });
  });

  it.each([0, -1, Number.NaN])('refuses every: %j', async (every) => {
    const article = await context.newClient().get(PATH);
    expect(() => context.newClient().watch(article, { every })).toThrow(RangeError);
    expect(() => context.newClient({ baseUrl: '' }).watch('1', often)).toThrow(TypeError);
  });

  it('works on a connection, too', async () => {
    const { store } = context;
    const connection = createConnection({ baseUrl: store.origin });
    const next = watch(connection, PATH, { ...often, signal: controller.signal }).next();
    await seen(store, 'GET', 3);
    expect(store.requests('GET')[2]?.ifNoneMatch).toBe('"v1"');
    store.write(PATH, changed);
    expect(await next).toMatchObject({ value: { etag: '"v2"' } });
  });

  describe('waits', () => {
    /** How many milliseconds the timers were set to that waited for what `every` says, or longer. */
    let pauses: number[];
    beforeEach(() => {
      pauses = [];
      const original = globalThis.setTimeout;
      jest
        .spyOn(globalThis, 'setTimeout')
        .mockImplementation((run: () => void, milliseconds = 0) => {
          // None of the platform's own timers is that long.
          if (milliseconds < 20_000) return original(run, milliseconds);
          pauses.push(milliseconds);
          return original(run, 0);
        });
    });
    afterEach(() => {
      jest.restoreAllMocks();
    });

    const pausesAfter = async (headers: Record<string, string>, status?: number) => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      store.extraHeaders = headers;
      if (status) store.loseNext('GET', { applied: false, answer: { status, headers } });
      const changes = client.watch(article, { every: 20_000, signal: controller.signal });
      void changes.next();
      await seen(store, 'GET', 3);
      return pauses.slice(0, 2);
    };

    it('as long as every says', async () => {
      expect(await pausesAfter({})).toEqual([20_000, 20_000]);
    });

    it.each(['Retry-After', 'X-Poll-Interval'])('longer, if %s says so', async (name) => {
      expect(await pausesAfter({ [name]: '60' })).toEqual([20_000, 60_000]);
    });

    it('no shorter, if they say so', async () => {
      expect(await pausesAfter({ 'Retry-After': '1', 'X-Poll-Interval': '-7' })).toEqual([
        20_000, 20_000,
      ]);
    });

    it('until a date, on the clock of the server', async () => {
      const date = (minutes: number): string => new Date(minutes * 60_000).toUTCString();
      const headers = { Date: date(1000), 'Retry-After': date(1002) };
      expect(await pausesAfter(headers)).toEqual([20_000, 120_000]);
    });

    it('no longer than a timer can, which would otherwise fire at once', async () => {
      expect(await pausesAfter({ 'Retry-After': '9'.repeat(30) })).toEqual([20_000, 2 ** 31 - 1]);
    });

    it('longer after each failure, up to a bound, and not after a success', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      jest.spyOn(Math, 'random').mockReturnValue(1);
      for (let time = 1; time <= 6; time += 1) {
        store.loseNext('GET', { applied: false, answer: 502 });
      }
      void client.watch(article, { every: 20_000, signal: controller.signal }).next();
      await seen(store, 'GET', 9);
      expect(pauses.slice(0, 8)).toEqual([
        20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000, 20_000,
      ]);
    });
  });

  describe('while the page is hidden', () => {
    const page = Object.assign(new EventTarget(), {
      baseURI: 'https://example.com/',
      visibilityState: 'visible',
    });
    const show = (state: string): void => {
      page.visibilityState = state;
      page.dispatchEvent(new Event('visibilitychange'));
    };
    beforeEach(() => {
      Object.defineProperty(globalThis, 'document', { value: page, configurable: true });
    });
    afterEach(() => {
      Reflect.deleteProperty(globalThis, 'document');
      show('visible');
    });

    it('sends nothing, and goes on when it is shown', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      show('hidden');
      const next = client.watch(article, { ...often, signal: controller.signal }).next();
      store.write(PATH, changed);
      for (let turn = 0; turn < 50; turn += 1) await new Promise((next) => setImmediate(next));
      show('hidden');
      expect(store.requests('GET')).toHaveLength(1);
      show('visible');
      expect(await next).toMatchObject({ value: { etag: '"v2"' } });
    });

    it('can be aborted, and leaves no listener behind', async () => {
      const { newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      const added = jest.spyOn(page, 'addEventListener');
      const removed = jest.spyOn(page, 'removeEventListener');
      show('hidden');
      const next = client.watch(article, { ...often, signal: controller.signal }).next();
      while (added.mock.calls.length === 0) await new Promise((turn) => setImmediate(turn));
      controller.abort();
      expect(await next).toMatchObject({ done: true });
      expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length);
    });
  });

  it('does not keep a process alive', async () => {
    const { store } = context;
    const client = join(process.cwd(), 'dist/esm/client/index.js');
    const script = `
      import { createETagClient } from ${JSON.stringify(client)};
      const { get, watch } = createETagClient();
      const article = await get(${JSON.stringify(store.url(PATH))});
      void watch(article, { every: 3_600_000 }).next();
      console.log('watching');`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      script,
    ]);
    expect(stdout).toBe('watching\n');
  });
});
