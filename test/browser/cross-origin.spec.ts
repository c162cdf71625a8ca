import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { etagCors } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import { launchChromium } from './support/chromium.js';
import { startNotesApi } from './support/notes-api.js';
import type { Note, NotesApi } from './support/notes-api.js';
import { startWebsite } from './support/website.js';
import type { Website } from './support/website.js';

/** What a script sees of an answer. */
interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Note & { readonly reason?: string };
}

/** What a script asks `fetch` for. */
interface Init {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  cache?: 'no-cache';
  credentials?: 'include';
}

const JSON_BODY = { 'Content-Type': 'application/json' };

describeOnEachAdapter('A page of another origin, in Chromium', (start, adapter) => {
  let browser: Browser;
  let website: Website;
  let api: NotesApi;
  let context: BrowserContext;
  let page: Page;

  /** Fetches as a script of the page does. */
  const ask = (path: string, init: Init = {}): Promise<Answer> =>
    page.evaluate(
      async ([url, init]) => {
        const response = await fetch(url, init);
        const { status, headers } = response;
        const text = await response.text();
        return { status, etag: headers.get('ETag'), body: text === '' ? text : JSON.parse(text) };
      },
      [api.url + path, init] as const,
    );
  const save = (path: string, note: Note, headers: Record<string, string> = {}) =>
    ask(path, { method: 'PUT', headers: { ...JSON_BODY, ...headers }, body: JSON.stringify(note) });
  const open = async (): Promise<void> => {
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(website.url);
  };

  beforeAll(async () => {
    [browser, website] = await Promise.all([launchChromium(), startWebsite()]);
  });
  afterAll(() => Promise.all([browser.close(), website.close()]));

  describe('with etagCors()', () => {
    beforeEach(async () => {
      api = await startNotesApi(start, (app) => app.enableCors(etagCors()));
      await open();
    });
    afterEach(() => Promise.all([context.close(), api.close()]));

    it('reads the tag', async () => {
      const { status, etag } = await ask('/note');
      expect([status, etag]).toEqual([200, expect.stringMatching(/^"[0-9a-f]{32}"$/)]);
    });

    it('revalidates with the second fetch, without a preflight, and sees a 200 with the body', async () => {
      const first = await ask('/note');
      const second = await ask('/note');
      expect(second).toEqual(first);
      expect(second).toMatchObject({ status: 200, body: { text: 'Milk' } });
      expect(api.traffic.take()).toEqual([
        { method: 'GET', path: '/note', status: 200 },
        { method: 'GET', path: '/note', ifNoneMatch: first.etag, status: 304 },
      ]);
    });

    it('saves, and reads the tag of what it has saved', async () => {
      const { etag } = await ask('/note');
      api.traffic.take();
      const saved = await save('/note', { text: 'Bread', count: 1 }, { 'If-Match': String(etag) });
      expect(saved).toMatchObject({ status: 200, body: { text: 'Bread', count: 1 } });
      expect(api.traffic.take()).toMatchObject([
        { method: 'OPTIONS', status: 204 },
        { method: 'PUT', ifMatch: etag, status: 200 },
      ]);
      const again = { 'If-Match': String(saved.etag) };
      expect((await save('/note', { text: 'Butter', count: 2 }, again)).status).toBe(200);
    });

    it('sees the 412 of a stale save with its reason, and the current tag', async () => {
      const stale = await ask('/note');
      const headers = { 'If-Match': String(stale.etag) };
      const saved = await save('/note', { text: 'Bread', count: 1 }, headers);
      const refused = await save('/note', { text: 'Eggs', count: 1 }, headers);
      expect(refused).toMatchObject({
        status: 412,
        etag: saved.etag,
        body: { reason: 'changed' },
      });
      expect((await ask('/note')).body).toEqual({ text: 'Bread', count: 1 });
    });

    it('sees the 428 of a save without If-Match, and why', async () => {
      const refused = await save('/note', { text: 'Bread', count: 1 });
      expect(refused).toMatchObject({ status: 428, body: { reason: 'missing-precondition' } });
      expect((await ask('/note')).body.text).toBe('Milk');
    });

    it('reads afresh after a save', async () => {
      const { etag } = await ask('/note');
      const saved = await save('/note', { text: 'Bread', count: 1 }, { 'If-Match': String(etag) });
      api.traffic.take();
      expect(await ask('/note')).toEqual(saved);
      expect(api.traffic.take()).toMatchObject([{ method: 'GET', status: 200 }]);
    });

    it('shares what it has read with the other tabs', async () => {
      const { etag } = await ask('/note');
      page = await context.newPage();
      await page.goto(website.url);
      expect((await ask('/note')).etag).toBe(etag);
      expect(api.traffic.take()).toMatchObject([
        { status: 200 },
        { ifNoneMatch: etag, status: 304 },
      ]);
    });

    // Why the default is `private, no-cache`, and what docs/browsers.md warns of.
    it('goes on reading what a max-age keeps, after a save with If-Match', async () => {
      const { etag } = await ask('/kept');
      await save('/kept', { text: 'Bread', count: 1 }, { 'If-Match': String(etag) });
      api.traffic.take();
      expect((await ask('/kept')).body.text).toBe('Milk');
      expect(api.traffic.take()).toEqual([]);
      expect((await ask('/kept', { cache: 'no-cache' })).body.text).toBe('Bread');
    });

    it('reads afresh what a max-age kept, after a save without If-Match', async () => {
      await ask('/kept');
      await save('/kept', { text: 'Bread', count: 1 });
      expect((await ask('/kept')).body.text).toBe('Bread');
    });

    it('pays for an If-None-Match of its own with a preflight, and sees the 304', async () => {
      const { etag } = await ask('/note');
      api.traffic.take();
      const answer = await ask('/note', { headers: { 'If-None-Match': String(etag) } });
      expect(answer).toMatchObject({ status: 304, body: '' });
      expect(api.traffic.take()).toMatchObject([{ method: 'OPTIONS' }, { method: 'GET' }]);
    });
  });

  it('does all of that with cookies, where its origin is named', async () => {
    const cors = etagCors({ origin: website.url, credentials: true });
    api = await startNotesApi(start, (app) => app.enableCors(cors));
    await open();
    const { etag } = await ask('/note', { credentials: 'include' });
    const saved = await ask('/note', {
      method: 'PUT',
      credentials: 'include',
      headers: { ...JSON_BODY, 'If-Match': String(etag) },
      body: JSON.stringify({ text: 'Bread', count: 1 }),
    });
    expect(saved).toMatchObject({ status: 200, etag: expect.any(String) });
    await Promise.all([context.close(), api.close()]);
  });

  it('reads no tag where enableCors() has no options', async () => {
    api = await startNotesApi(start, (app) => app.enableCors());
    await open();
    const { status, etag } = await ask('/note');
    expect([status, etag]).toEqual([200, null]);
    const saving = save('/note', { text: 'Bread', count: 1 }, { 'If-Match': String(etag) });
    if (adapter === 'express') {
      expect(await saving).toMatchObject({ status: 400, body: { reason: 'malformed' } });
    } else {
      await expect(saving).rejects.toThrow('Failed to fetch');
    }
    await Promise.all([context.close(), api.close()]);
  });
});
