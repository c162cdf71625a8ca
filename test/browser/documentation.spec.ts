import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { etagCors } from '../../src/index.js';
import { startOn } from '../support/each-adapter.js';
import { launchChromium } from './support/chromium.js';
import { startNotesApi } from './support/notes-api.js';
import type { Note, NotesApi } from './support/notes-api.js';
import { startWebsite } from './support/website.js';
import type { Website } from './support/website.js';

interface Started {
  readonly url: string;
  readonly etag: string;
  readonly body: Note;
}

declare global {
  /** The recipes of docs/browsers.md. */
  function read(url: string): Promise<Started>;
  function save(started: Started, body: Note): Promise<Started>;
}

const text = readFileSync(join(process.cwd(), 'docs/browsers.md'), 'utf8');
const RECIPES = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code).join('');

describe('The recipes of docs/browsers.md', () => {
  let browser: Browser;
  let website: Website;
  let api: NotesApi;
  let page: Page;

  beforeAll(async () => {
    [browser, website, api] = await Promise.all([
      launchChromium(),
      startWebsite(),
      startNotesApi(
        (options) => startOn('express', options),
        (app) => app.enableCors(etagCors()),
      ),
    ]);
    page = await browser.newPage();
    await page.goto(website.url);
    await page.addScriptTag({ content: RECIPES });
  });
  afterAll(() => Promise.all([browser.close(), website.close(), api.close()]));

  it.each(['/note', '/kept'])('read, save, save again, and collide: %s', async (path) => {
    const outcome = await page.evaluate(async (url) => {
      const started = await read(url);
      const saved = await save(started, { text: 'Bread', count: 1 });
      const again = await save(await read(url), { text: 'Butter', count: 2 });
      const collision = await save(saved, { text: 'Eggs', count: 2 }).catch(
        (error: unknown) => (error as { reason?: string }).reason,
      );
      const now = await read(url);
      return { again, collision, now, settled: await save(now, { text: 'Eggs', count: 3 }) };
    }, api.url + path);
    expect(outcome.collision).toBe('changed');
    expect(outcome.now).toEqual(outcome.again);
    expect(outcome.settled.body).toEqual({ text: 'Eggs', count: 3 });
  });
});
