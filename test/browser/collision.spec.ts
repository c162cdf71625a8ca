import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ADAPTERS } from '../../sample-app/src/create-app.js';
import { launchChromium } from './support/chromium.js';
import { openCollisionPage, startSampleApp } from './support/collision-page.js';
import type { CollisionPage, Person, SampleApp } from './support/collision-page.js';

const BEFORE = {
  title: 'Mid-air collisions',
  body: 'Two editors open the same page. Both save. One of them has worked for nothing.',
  tags: ['http', 'concurrency'],
};

/** The picture in the README: rewritten only when asked, so that a test run changes no file. */
const SCREENSHOT =
  process.env['UPDATE_SCREENSHOT'] === '1' ? join(process.cwd(), 'docs/collision.png') : undefined;

/** A folder for pictures of the page, to be looked at: wide, phone, light, dark, by keyboard. */
const SCREENSHOTS = process.env['SCREENSHOTS'];

let browser: Browser;
let context: BrowserContext;
let app: SampleApp;
let shown: CollisionPage;
let page: Page;
let alice: Person;
let bob: Person;
/** What the page should not do: errors, and anything that the policy of the page forbids. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const open = async (
  options: Parameters<Browser['newContext']>[0] = {},
  every?: number,
): Promise<void> => {
  context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  complaints = [];
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    const isRefusal = /status of 4(04|12|28)/.test(message.text());
    if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
  });
  shown = await openCollisionPage(context, app, every);
  ({ page, alice, bob } = shown);
};
const close = async (): Promise<void> => {
  // The page first: it goes on asking the server.
  await context.close();
  await app.close();
  expect(complaints).toEqual([]);
};
const says = async (person: Person, text: string): Promise<void> => {
  await person.outcome.filter({ hasText: text }).waitFor();
};
/** Alice saves another title and text; Bob, who does not know it, another text and other tags. */
const collide = async (): Promise<void> => {
  await alice.title.fill('Mid-air collisions, and how to avoid them');
  await alice.text.fill(
    'Two editors open the same page. Both save. One of them would have worked for nothing.',
  );
  await bob.text.fill('Two people open the same page, and both save. One of them is told.');
  await bob.tags.fill('http, concurrency, etag');
  await alice.press('Save');
  await says(alice, 'Saved.');
  await bob.press('Save');
  await bob.comparison.waitFor();
};

describe.each(ADAPTERS)('Alice and Bob, on %s', (adapter) => {
  beforeEach(async () => {
    app = await startSampleApp(adapter);
    await open();
  });
  afterEach(close);

  it('collide, and Bob merges', async () => {
    expect([await alice.title.inputValue(), await bob.title.inputValue()]).toEqual([
      BEFORE.title,
      BEFORE.title,
    ]);
    await bob.press('Read again');
    await says(bob, 'Nothing has changed.');
    await bob.press('Save without If-Match');
    await says(bob, '428: This write must say which version it changes');
    await collide();

    expect(await bob.comparison.innerText()).toContain(
      'Rejected: somebody saved after Bob read it',
    );
    expect(await bob.differences()).toEqual([
      {
        property: 'Title',
        note: 'changed there only',
        mine: 'Mid-air collisions',
        theirs: 'Mid-air collisions{, and how to avoid them}',
        chosen: 'There now',
      },
      {
        property: 'Text',
        note: 'changed by both: decide',
        mine: 'Two [editors]{people} open the same page[. Both]{, and both} save. One of them [has worked for nothing]{is told}.',
        theirs:
          'Two editors open the same page. Both save. One of them [has]{would have} worked for nothing.',
        chosen: 'nothing',
      },
      {
        property: 'Tags',
        note: 'changed by Bob only',
        mine: 'http, concurrency{, etag}',
        theirs: 'http, concurrency',
        chosen: 'Bob wrote',
      },
    ]);
    await bob
      .about('Text')
      .getByRole('radio', { name: /^Bob wrote/ })
      .check();
    if (SCREENSHOT !== undefined && adapter === 'express') {
      await page.screenshot({ path: SCREENSHOT, fullPage: true });
    }
    await bob.press('Save what is chosen');
    await says(bob, 'Saved.');
    expect(await app.stored()).toEqual({
      title: 'Mid-air collisions, and how to avoid them',
      body: 'Two people open the same page, and both save. One of them is told.',
      tags: ['http', 'concurrency', 'etag'],
    });
    expect(await bob.title.inputValue()).toBe('Mid-air collisions, and how to avoid them');
  });

  it('show every exchange as the server saw it: 200, 304, 412, 428', async () => {
    await bob.press('Read again');
    await says(bob, 'Nothing has changed.');
    await bob.press('Save without If-Match');
    await says(bob, '428');
    await collide();
    const exchanges = await shown.exchanges();
    const seen = app.traffic.take().filter(({ path }) => path === '/articles/2');
    expect(exchanges.map(({ exchange }) => exchange)).toEqual(seen);
    expect(
      exchanges.map(({ who, exchange }) => `${who} ${exchange.method} ${exchange.status}`),
    ).toEqual([
      'Alice GET 200',
      'Bob GET 200',
      'Bob GET 304',
      'Bob PATCH 428',
      'Alice PATCH 200',
      'Bob PATCH 412',
      'Bob GET 200',
    ]);
    expect(await page.getByRole('log').innerText()).toMatch(/nothing written \(changed\)/);
  });
});

describe('After a collision', () => {
  beforeEach(async () => {
    app = await startSampleApp('express');
    await open();
    await collide();
  });
  afterEach(close);

  it('one can take all that one wrote', async () => {
    await bob.press('Take what Bob wrote');
    await bob.press('Save what is chosen');
    await says(bob, 'Saved.');
    expect(await app.stored()).toEqual({
      title: BEFORE.title,
      body: 'Two people open the same page, and both save. One of them is told.',
      tags: ['http', 'concurrency', 'etag'],
    });
  });

  it('one can take what is there, and then nothing is sent', async () => {
    const there = await app.stored();
    app.traffic.take();
    await bob.press('Take what is there');
    await bob.press('Save what is chosen');
    await says(bob, 'There was nothing to save.');
    expect(app.traffic.take()).toEqual([]);
    expect(await bob.text.inputValue()).toBe(there.body);
  });

  it('one can write something else', async () => {
    await bob.about('Text').getByRole('radio', { name: 'Something else' }).check();
    await bob.about('Text').getByRole('textbox').fill('Both of it.');
    await bob.press('Save what is chosen');
    await says(bob, 'Saved.');
    expect((await app.stored()).body).toBe('Both of it.');
  });

  it('one cannot save before one has decided what both have changed', async () => {
    app.traffic.take();
    await bob.press('Save what is chosen');
    expect(await page.locator(':focus').getAttribute('aria-label')).toMatch(
      /^Bob wrote: Two people/,
    );
    expect(app.traffic.take()).toEqual([]);
  });

  it('one can change one’s mind: Merge chooses again what only one has changed', async () => {
    await bob.press('Take what Bob wrote');
    await bob.press('Merge');
    const chosen = (await bob.differences()).map((each) => each.chosen);
    expect(chosen).toEqual(['There now', 'nothing', 'Bob wrote']);
  });

  it('one is asked again if somebody saves meanwhile', async () => {
    await app.change({ body: 'A third one was here.' });
    await bob.press('Take what Bob wrote');
    await bob.press('Save what is chosen');
    await bob.comparison.getByText('A third one was here.').waitFor();
    expect(await bob.differences()).toMatchObject([
      { property: 'Title', note: 'changed by Bob only', chosen: 'Bob wrote' },
      { property: 'Text', note: 'changed by both: decide', chosen: 'nothing' },
      { property: 'Tags', note: 'changed by Bob only', chosen: 'Bob wrote' },
    ]);
    await bob.press('Take what Bob wrote');
    await bob.press('Save what is chosen');
    await says(bob, 'Saved.');
    expect((await app.stored()).body).toMatch(/^Two people/);
  });
});

describe('The page', () => {
  beforeEach(async () => {
    app = await startSampleApp('fastify');
    await open();
  });
  afterEach(close);

  it('says so when there is nothing to save', async () => {
    await alice.press('Save');
    await says(alice, 'Nothing was changed');
    expect((await shown.exchanges()).map(({ exchange }) => exchange.method)).toEqual([
      'GET',
      'GET',
    ]);
  });

  it('shows what is new to one who has written nothing', async () => {
    await app.change({ title: 'From elsewhere' });
    await alice.press('Read again');
    await says(alice, 'Somebody changed it. The form now shows the new version.');
    expect(await alice.title.inputValue()).toBe('From elsewhere');
  });

  it('lets one who has written something decide before anything is lost', async () => {
    await alice.text.fill('Mine.');
    await app.change({ title: 'From elsewhere' });
    await alice.press('Read again');
    await alice.comparison.waitFor();
    await alice.press('Save what is chosen');
    await says(alice, 'Saved.');
    expect(await app.stored()).toEqual({ ...BEFORE, title: 'From elsewhere', body: 'Mine.' });
  });

  it('asks nobody when what they wanted is there already', async () => {
    await alice.title.fill('The same idea');
    await app.change({ title: 'The same idea' });
    await alice.press('Save');
    await says(alice, 'Rejected, but the same change is already saved.');
  });

  it('collides with itself in another tab', async () => {
    const other = await openCollisionPage(context, app);
    await other.bob.title.fill('From the other tab');
    await other.bob.press('Save');
    await says(other.bob, 'Saved.');
    await alice.title.fill('From this tab');
    await alice.press('Save');
    await alice.comparison.getByText('From the other tab').waitFor();
  });

  it('says so when the article is gone', async () => {
    await alice.title.fill('Too late');
    const etag = (await fetch(`${app.url}/articles/2`)).headers.get('ETag');
    await fetch(`${app.url}/articles/2`, {
      method: 'DELETE',
      headers: { 'If-Match': String(etag) },
    });
    await alice.press('Save');
    await says(alice, 'The article no longer exists.');
    await page.reload();
    await page.getByRole('alert').filter({ hasText: 'There is no article 2.' }).waitFor();
  });

  it('works by keyboard alone, and shows where one is', async () => {
    const { keyboard } = page;
    const focused = page.locator(':focus');
    const tabTo = async (name: string | RegExp): Promise<void> => {
      for (let presses = 0; presses < 30; presses += 1) {
        await keyboard.press('Tab');
        if (await focused.and(page.getByRole('button', { name, exact: true })).count()) break;
      }
      const outline = await focused.evaluate(
        'getComputedStyle(document.activeElement).outlineStyle',
      );
      expect([await focused.innerText(), outline]).toEqual([name, 'solid']);
    };

    await keyboard.press('Tab');
    await keyboard.type('Alice’s title: ');
    await keyboard.press('Enter');
    await says(alice, 'Saved.');
    await tabTo('Save without If-Match');
    await keyboard.press('Tab');
    await keyboard.type('Bob’s title: ');
    await tabTo('Save');
    await keyboard.press('Enter');
    await bob.comparison.waitFor();
    expect(await focused.innerText()).toBe('Rejected: somebody saved after Bob read it');
    await tabTo('Merge');
    await keyboard.press('Tab');
    await keyboard.press('Space');
    await keyboard.press('ArrowRight');
    expect((await bob.differences()).map(({ chosen }) => chosen)).toEqual(['There now']);
    await keyboard.press('ArrowRight');
    await keyboard.press('Tab');
    await keyboard.press('Control+A');
    await keyboard.type('By both of them');
    await tabTo('Save what is chosen');
    await keyboard.press('Space');
    await says(bob, 'Saved.');
    expect(await focused.innerText()).toBe('Save');
    expect((await app.stored()).title).toBe('By both of them');
  });

  it('asks no other server for anything', async () => {
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.reload();
    await page.getByRole('region', { name: 'Bob' }).waitFor();
    expect([...hosts]).toEqual([new URL(app.url).host]);
  });
});

describe('Whoever is second', () => {
  beforeEach(async () => {
    app = await startSampleApp('express');
    await open({}, 50);
  });
  afterEach(close);
  const NEWS = 'Somebody saved this article while Bob was editing it.';

  it('is told while still typing, and loses nothing', async () => {
    await bob.text.fill('Bob is still typing');
    await alice.title.fill('Alice was first');
    await alice.press('Save');
    await bob.news.filter({ hasText: NEWS }).waitFor();
    expect(await bob.text.inputValue()).toBe('Bob is still typing');
    // Alice is not told of her own save.
    expect(await alice.news.isVisible()).toBe(false);
    app.traffic.take();
    await bob.press('See what changed');
    await bob.comparison.waitFor();
    expect(await bob.comparison.innerText()).toContain('Bob has not saved yet.');
    expect(await bob.news.isVisible()).toBe(false);
    await bob.press('Save what is chosen');
    await says(bob, 'Saved.');
    const writes = app.traffic.take().filter(({ method }) => method === 'PATCH');
    expect(writes.map(({ status }) => status)).toEqual([200]);
    expect(await app.stored()).toMatchObject({
      title: 'Alice was first',
      body: 'Bob is still typing',
    });
    await alice.news.waitFor();
  });

  it('sees the new version at once where nothing was typed', async () => {
    await app.change({ title: 'From elsewhere' });
    await bob.news.waitFor();
    await bob.press('See what changed');
    await says(bob, 'The form now shows the new version.');
    expect([await bob.title.inputValue(), await bob.news.isVisible()]).toEqual([
      'From elsewhere',
      false,
    ]);
  });

  it('is told when the article is gone', async () => {
    const etag = (await fetch(`${app.url}/articles/2`)).headers.get('ETag');
    await fetch(`${app.url}/articles/2`, {
      method: 'DELETE',
      headers: { 'If-Match': String(etag) },
    });
    await says(bob, 'The article no longer exists.');
  });

  it('costs one line on the wire, however often is asked', async () => {
    const times = page.locator('[data-part=times]').filter({ hasText: '× 5' });
    await times.first().waitFor();
    const statuses = (await shown.exchanges()).map(({ exchange }) => exchange.status);
    expect(statuses).toEqual([200, 200, 304, 304]);
  });
});

describe('The tags', () => {
  beforeEach(async () => {
    app = await startSampleApp('express');
    await open();
  });
  afterEach(close);

  it('never have the colour of an error', async () => {
    const hues = await page.evaluate(async () => {
      const path = '/page/entity-tag.js';
      const { entityTag } = (await import(path)) as {
        entityTag(etag?: string): { style: { getPropertyValue(name: string): string } };
      };
      return Array.from({ length: 1000 }, (_, index) => {
        const tag = `"${(index * 4_294_967).toString(16).padStart(8, '0')}abcdef"`;
        return Number(entityTag(tag).style.getPropertyValue('--hue'));
      });
    });
    // Red is 0 and 360; errors have hues from 4 to 6.
    expect(hues.filter((hue) => !(hue >= 60 && hue < 300))).toEqual([]);
    expect(new Set(hues).size).toBeGreaterThan(100);
  });
});

describe('On any screen', () => {
  beforeEach(async () => {
    app = await startSampleApp('express');
  });
  afterEach(close);

  it.each([320, 375, 768, 1600])(
    'of %i pixels, nothing is wider than the screen',
    async (width) => {
      await open({ viewport: { width, height: 700 } });
      await collide();
      await bob.about('Text').getByRole('radio', { name: 'Something else' }).check();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    },
  );

  it.each([
    ['wide', 'light', 1200],
    ['wide', 'dark', 1200],
    ['phone', 'light', 375],
    ['phone', 'dark', 375],
  ] as const)('can be looked at: %s, %s', async (name, colorScheme, width) => {
    await open({ viewport: { width, height: 800 }, colorScheme }, 50);
    const picture = async (what: string): Promise<void> => {
      if (SCREENSHOTS === undefined) return;
      const path = join(SCREENSHOTS, `${name}-${colorScheme}-${what}.png`);
      await page.screenshot({ path, fullPage: true });
    };
    await bob.text.fill('Two people open the same page, and both save. One of them is told.');
    await alice.text.fill('Two editors open the same page. Both save. One would have lost all.');
    await alice.title.fill('Mid-air collisions, and how to avoid them');
    await alice.press('Save');
    await bob.news.waitFor();
    await picture('told-early');
    await page.keyboard.press('Tab');
    await bob.news.getByRole('button').focus();
    await picture('focus');
    await page.keyboard.press('Enter');
    await bob.comparison.waitFor();
    await picture('comparison');
    expect(await bob.news.isVisible()).toBe(false);
  });

  it('the colours are those that one has asked for', async () => {
    const background = 'getComputedStyle(document.body).backgroundColor';
    await open({ colorScheme: 'light' });
    const light = await page.evaluate(background);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect([light, await page.evaluate(background)]).toEqual([
      'rgb(246, 245, 241)',
      'rgb(20, 22, 26)',
    ]);
  });
});
