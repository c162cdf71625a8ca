import type { BrowserContext, Locator, Page } from 'playwright-core';
import { createApp } from '../../../sample-app/src/create-app.js';
import type { Adapter } from '../../../sample-app/src/create-app.js';
import { Traffic } from './traffic.js';
import type { Seen } from './traffic.js';

/** What the page shows and the API stores. */
export interface Article {
  readonly title: string;
  readonly body: string;
  readonly tags: readonly string[];
}

/** The sample application, watched. */
export interface SampleApp {
  readonly url: string;
  readonly traffic: Traffic;
  /** The article of the page, as it is stored. */
  stored(): Promise<Article>;
  /** Changes it as a third person does, who is not on the page. */
  change(article: Partial<Article>): Promise<void>;
  close(): Promise<void>;
}

export async function startSampleApp(adapter: Adapter): Promise<SampleApp> {
  process.env['DATA_FILE'] = ':memory:';
  delete process.env['DATABASE_URL'];
  const app = await createApp(adapter, { logger: ['error', 'fatal'] });
  const traffic = new Traffic();
  traffic.watch(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const article = `${url}/articles/2`;
  return {
    url,
    traffic,
    stored: async () => {
      const { title, body, tags } = (await (await fetch(article)).json()) as Article;
      return { title, body, tags };
    },
    change: async (change) => {
      const etag = (await fetch(article)).headers.get('ETag');
      const { ok } = await fetch(article, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json', 'If-Match': String(etag) },
        body: JSON.stringify(change),
      });
      if (!ok) throw new Error('The change was refused');
    },
    close: () => app.close(),
  };
}

/** Milliseconds after which nobody on the page has asked again whether somebody has saved. */
const NEVER = 3_600_000;

/** One of the two people on the page. */
export interface Person {
  readonly title: Locator;
  readonly text: Locator;
  readonly tags: Locator;
  readonly outcome: Locator;
  /** What tells them that somebody has saved. */
  readonly news: Locator;
  /** What they are asked after a collision. */
  readonly comparison: Locator;
  press(name: string | RegExp): Promise<void>;
  /** The choices for one property: `Title`, `Text` or `Tags`. */
  about(property: string): Locator;
  /** What they see of every property that differs. */
  differences(): Promise<readonly Difference[]>;
}

/** What a person sees of one property that differs. */
export interface Difference {
  readonly property: string;
  readonly note: string;
  /** What they wrote, and what is there now: what went in brackets, what came in braces. */
  readonly mine: string;
  readonly theirs: string;
  readonly chosen: string;
}

/** The page, opened. */
export interface CollisionPage {
  readonly page: Page;
  readonly alice: Person;
  readonly bob: Person;
  /** What the strip shows. */
  exchanges(): Promise<readonly ShownExchange[]>;
}

/** One line of the strip. */
export interface ShownExchange {
  readonly who: string;
  readonly exchange: Seen;
}

export async function openCollisionPage(
  context: BrowserContext,
  { url }: SampleApp,
  every = NEVER,
): Promise<CollisionPage> {
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  await page.goto(`${url}/?every=${every}`);
  await page.getByRole('region', { name: 'Bob' }).waitFor();
  return {
    page,
    alice: personOn(page, 'Alice'),
    bob: personOn(page, 'Bob'),
    exchanges: async () =>
      Promise.all((await page.getByRole('log').getByRole('listitem').all()).map(shownIn)),
  };
}

function personOn(page: Page, name: string): Person {
  const region = page.getByRole('region', { name });
  const comparison = region.locator('form.comparison');
  return {
    title: region.getByLabel('Title', { exact: true }),
    text: region.getByLabel('Text', { exact: true }),
    tags: region.getByRole('textbox', { name: 'Tags separated by commas' }),
    outcome: region.getByRole('status'),
    news: region.locator('.news'),
    comparison,
    press: (button) => region.getByRole('button', { name: button, exact: true }).click(),
    about: (property) => comparison.getByRole('group', { name: property }),
    differences: async () =>
      Promise.all((await comparison.getByRole('group').all()).map(differenceIn)),
  };
}

async function differenceIn(group: Locator): Promise<Difference> {
  const chosen = group.locator('.choice:has(:checked) .whose');
  return {
    property: await group.locator('[data-part=label]').innerText(),
    note: await group.locator('[data-part=note]').innerText(),
    mine: await marked(group.locator('[data-part=mine]')),
    theirs: await marked(group.locator('[data-part=theirs]')),
    chosen: (await chosen.count()) === 0 ? 'nothing' : await chosen.innerText(),
  };
}

async function marked(text: Locator): Promise<string> {
  const html = await text.innerHTML();
  return html
    .replaceAll(/<del>(.*?)<\/del>/g, '[$1]')
    .replaceAll(/<ins>(.*?)<\/ins>/g, '{$1}')
    .replaceAll(/<\/?span>/g, '');
}

async function shownIn(item: Locator): Promise<ShownExchange> {
  const [method = '', path = ''] = (await item.locator('[data-part=request]').innerText()).split(
    ' ',
  );
  const precondition = item.locator('[data-part=precondition]');
  const tag = precondition.locator('.tag');
  const etag = (await tag.count()) === 0 ? undefined : await tag.getAttribute('title');
  const isMatch = (await precondition.innerText()).startsWith('If-Match');
  return {
    who: await item.locator('[data-part=who]').innerText(),
    exchange: {
      method,
      path,
      status: Number.parseInt(await item.locator('[data-part=status]').innerText(), 10),
      ...(typeof etag === 'string' && { [isMatch ? 'ifMatch' : 'ifNoneMatch']: etag }),
    },
  };
}
