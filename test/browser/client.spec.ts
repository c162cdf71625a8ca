import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { etagCors } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import { launchChromium } from './support/chromium.js';
import { startNotesApi } from './support/notes-api.js';
import type { Note, NotesApi } from './support/notes-api.js';
import { startWebsite } from './support/website.js';
import type { Website } from './support/website.js';

describeOnEachAdapter('nestjs-etag/client, in Chromium', (start) => {
  let browser: Browser;
  let website: Website;
  let context: BrowserContext;
  let api: NotesApi;
  /** Two tabs of one browser, which share its cache. */
  let alice: Page;
  let bob: Page;

  const openTab = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(website.url);
    return page;
  };

  beforeAll(async () => {
    [browser, website] = await Promise.all([launchChromium(), startWebsite()]);
  });
  afterAll(() => Promise.all([browser.close(), website.close()]));

  describe('with etagCors()', () => {
    beforeEach(async () => {
      api = await startNotesApi(start, (app) => app.enableCors(etagCors()));
      context = await browser.newContext();
      [alice, bob] = await Promise.all([openTab(), openTab()]);
    });
    afterEach(() => Promise.all([context.close(), api.close()]));

    it('leaves If-None-Match to the browser, and saves with the tag of what it has read', async () => {
      const { first, saved, last } = await alice.evaluate(async (url) => {
        const client = etags.createETagClient();
        await client.get<Note>(url);
        const first = await client.get<Note>(url);
        const saved = await client.put(first, { text: 'Bread', count: 1 });
        return { first, saved, last: await client.get<Note>(url) };
      }, `${api.url}/note`);
      expect(last).toEqual(saved);
      expect(saved.body).toEqual({ text: 'Bread', count: 1 });
      expect(api.traffic.take()).toMatchObject([
        { method: 'GET', status: 200 },
        { method: 'GET', status: 304, ifNoneMatch: first.etag },
        { method: 'OPTIONS' },
        { method: 'PUT', status: 200, ifMatch: first.etag },
        { method: 'GET', status: 200 },
      ]);
    });

    it('tells the second of two tabs what it started from, what it wanted, and what is there', async () => {
      const read = async (url: string) => {
        const client = etags.createETagClient();
        return { client, note: await client.get<Note>(url) };
      };
      const url = `${api.url}/note`;
      const atAlices = await alice.evaluateHandle(read, url);
      const atBobs = await bob.evaluateHandle(read, url);
      const saved = await atAlices.evaluate(({ client, note }) =>
        client.put(note, { text: 'Bread', count: 1 }),
      );
      const collision = await atBobs.evaluate(({ client, note }) =>
        client.put(note, { text: 'Eggs', count: 0 }).catch((error: unknown) => {
          if (!etags.isMidAirCollision<Note>(error)) throw error;
          const { base, mine, theirs, reason, alreadyApplied } = error;
          return { base, mine, theirs, reason, alreadyApplied };
        }),
      );
      expect(collision).toMatchObject({
        base: { body: { text: 'Milk', count: 0 } },
        mine: { text: 'Eggs', count: 0 },
        theirs: saved,
        reason: 'changed',
        alreadyApplied: false,
      });
      const again = await atBobs.evaluate(
        ({ client }, theirs) => client.put(theirs, { text: 'Eggs', count: 1 }),
        saved,
      );
      expect(again.body).toEqual({ text: 'Eggs', count: 1 });
    });

    it('counts each of twenty increments that two tabs make at once', async () => {
      const increment = (url: string): Promise<unknown> => {
        const { update } = etags.createETagClient();
        const once = () =>
          update<Note>(url, ({ text, count }) => ({ text, count: count + 1 }), { attempts: 50 });
        return Promise.all(Array.from({ length: 10 }, once));
      };
      const url = `${api.url}/note`;
      await Promise.all([alice.evaluate(increment, url), bob.evaluate(increment, url)]);
      const note = await alice.evaluate((url) => etags.createETagClient().get<Note>(url), url);
      expect(note.body.count).toBe(20);
    });

    it('reads afresh after a save, whatever max-age the answer had before', async () => {
      const [fetched, got] = await alice.evaluate(async (url) => {
        const client = etags.createETagClient();
        const note = await client.get<Note>(url);
        await client.put(note, { text: 'Bread', count: 1 });
        const response = await client.fetch(url);
        return [await response.json(), (await client.get<Note>(url)).body] as const;
      }, `${api.url}/kept`);
      expect(fetched).toEqual({ text: 'Bread', count: 1 });
      expect(got).toEqual({ text: 'Bread', count: 1 });
    });

    it('tells a save whose answer was lost from one that somebody else prevented', async () => {
      // Chromium sends it again by itself, on a new connection, and shows the script only the 412.
      api.loseNextAnswer();
      const outcome = await alice.evaluate(async (url) => {
        const client = etags.createETagClient();
        const note = await client.get<Note>(url);
        return client.put(note, { text: 'Bread', count: 1 }).then(
          () => 'saved',
          (error: unknown) =>
            etags.isLostAnswer(error) || (etags.isMidAirCollision(error) && error.alreadyApplied),
        );
      }, `${api.url}/note`);
      expect(outcome).toBe(true);
      const write = api.traffic.take().find(({ method }) => method === 'PUT');
      expect(write).toMatchObject({ status: 200 });
    });
  });

  it('saves, revalidates and watches with tagHeader, where something removes ETag', async () => {
    const tagHeader = 'X-Resource-Version';
    api = await startNotesApi(start, (app) => app.enableCors(etagCors({ tagHeader })), tagHeader);
    context = await browser.newContext();
    const page = await openTab();
    const { arrived, saved, news } = await page.evaluate(
      async ([url, tagHeader]) => {
        const client = etags.createETagClient({ tagHeader, ifNoneMatch: true });
        const arrived = (await fetch(url)).headers.get('ETag');
        await client.get<Note>(url);
        const note = await client.get<Note>(url);
        const saved = await client.put(note, { text: 'Bread', count: 1 });
        const changes = client.watch(saved, { every: 1 });
        const next = changes.next();
        const other = etags.createETagClient({ tagHeader });
        await other.update<Note>(url, (now) => ({ ...now, count: 2 }));
        const news = (await next).value as { body: Note };
        await changes.return?.();
        return { arrived, saved, news };
      },
      [`${api.url}/note`, tagHeader] as const,
    );
    expect(arrived).toBeNull();
    expect(saved.body).toEqual({ text: 'Bread', count: 1 });
    expect(news.body).toEqual({ text: 'Bread', count: 2 });
    const writes = api.traffic.take().filter(({ method }) => method !== 'OPTIONS');
    expect(writes.slice(1, 4)).toMatchObject([
      { method: 'GET', status: 200 },
      { method: 'GET', status: 304 },
      { method: 'PUT', status: 200, ifMatch: expect.stringMatching(/^"\w+"$/) },
    ]);
    await Promise.all([context.close(), api.close()]);
  });

  it('says that CORS is the likely reason where it sees no tag', async () => {
    api = await startNotesApi(start, (app) => app.enableCors());
    context = await browser.newContext();
    const page = await openTab();
    const said = await page.evaluate(async (url) => {
      const client = etags.createETagClient();
      const note = await client.get<Note>(url);
      return client.put(note, { text: 'Bread', count: 1 }).then(
        () => 'saved',
        (error: unknown) => String(error),
      );
    }, `${api.url}/note`);
    expect(said).toMatch(/^MissingEntityTagError: .*Access-Control-Expose-Headers: ETag.*CORS/);
    await Promise.all([context.close(), api.close()]);
  });
});
