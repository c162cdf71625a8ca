import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { Body, Controller, Get, Header, Patch } from '@nestjs/common';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { ETag, IfMatch, SkipETag } from '../../src/index.js';
import { type Running, startOn } from '../support/each-adapter.js';
import ts from 'typescript';
import { launchChromium } from './support/chromium.js';

interface Article {
  readonly title: string;
  readonly text: string;
}

let article: Article;
let script: string;

@Controller()
@ETag()
class ArticleController {
  @Get('article')
  read(): Article {
    return article;
  }

  @Patch('article')
  @IfMatch()
  change(@Body() change: Partial<Article>): Article {
    return (article = { ...article, ...change });
  }

  @Get()
  @SkipETag()
  @Header('Content-Type', 'text/html')
  page(): string {
    return '<!doctype html><title>Recipe</title><link rel="icon" href="data:,"><main></main><script type="module" src="/script.js"></script>';
  }

  @Get('script.js')
  @SkipETag()
  @Header('Content-Type', 'text/javascript')
  script(): string {
    return script;
  }
}

const RECIPES = join(process.cwd(), 'test/client/recipes');

const ENTRY = `
  import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
  import { createElement } from 'react';
  import { createRoot } from 'react-dom/client';
  import { createETagClient } from '../../../src/client/index.js';
  import { ArticlePage } from './tanstack-query-form.recipe.js';
  const client = createETagClient();
  const queries = new QueryClient();
  globalThis.refetch = () => queries.refetchQueries();
  const page = createElement(ArticlePage, { client, url: location.origin + '/article' });
  createRoot(document.querySelector('main')).render(
    createElement(QueryClientProvider, { client: queries }, page),
  );`;

describe('The React form of the TanStack Query recipe', () => {
  let browser: Browser;
  let server: Running;
  let page: Page;

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: ENTRY, resolveDir: RECIPES },
      bundle: true,
      write: false,
      format: 'esm',
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    script = outputFiles[0]?.text ?? '';
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    article = { title: 'Tags', text: 'Draft' };
    server = await startOn('express', { controllers: [ArticleController] });
    page = await browser.newPage();
    await page.clock.install();
    await page.goto(server.url);
    await page.getByLabel('Title').waitFor();
  });
  afterEach(async () => {
    await page.close();
    await server.close();
  });
  const save = async (title: string): Promise<void> => {
    await page.getByLabel('Title').fill(title);
    await page.getByRole('button', { name: 'Save' }).click();
  };

  it('type-checks, where there is a DOM', () => {
    const program = ts.createProgram([join(RECIPES, 'tanstack-query-form.recipe.tsx')], {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      jsx: ts.JsxEmit.ReactJSX,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      noEmit: true,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
      types: [],
    });
    const complaints = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(complaints).toEqual([]);
  });

  it('saves from its base, again and again', async () => {
    for (const title of ['Entity tags', 'Entity tags, again']) {
      const answered = page.waitForResponse((response) => response.request().method() === 'PATCH');
      await save(title);
      expect((await answered).status()).toBe(200);
      await page.getByRole('button', { name: 'Save', disabled: false }).waitFor();
    }
    expect(article).toEqual({ title: 'Entity tags, again', text: 'Draft' });
  });

  it('is told of a save before it saves', async () => {
    article = { title: 'Somebody else’s', text: 'Final' };
    await page.clock.runFor(6000);
    await page.getByRole('status').filter({ hasText: 'Somebody else’s' }).waitFor();
    expect(await page.getByLabel('Title').inputValue()).toBe('Tags');
  });

  it('merges what it can, and lets the person decide the rest', async () => {
    article = { title: 'Tags', text: 'Final' };
    await page.evaluate('refetch()');
    const answers: number[] = [];
    page.on('response', (response) => {
      if (response.request().method() === 'PATCH') answers.push(response.status());
    });
    await save('Entity tags');
    const merged = page.waitForResponse(
      (response) => response.ok() && response.request().method() === 'PATCH',
    );
    await page.clock.runFor(2000);
    await merged;
    expect(article).toEqual({ title: 'Entity tags', text: 'Final' });
    expect(answers).toEqual([412, 200]);
    await page.getByRole('button', { name: 'Save', disabled: false }).waitFor();
    article = { title: 'ETags', text: 'Final' };
    await save('Mine');
    await page.clock.runFor(2000);
    await page.getByRole('alert').filter({ hasText: 'ETags' }).waitFor();
    expect(article.title).toBe('ETags');
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(await page.getByRole('status').count()).toBe(0);
    const saved = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await page.getByRole('button', { name: 'Save' }).click();
    expect((await saved).status()).toBe(200);
    expect(article).toEqual({ title: 'Mine', text: 'Final' });
  });

  it('takes what somebody else has saved, and asks no more', async () => {
    article = { title: 'ETags', text: 'Draft' };
    await save('Mine');
    await page.clock.runFor(2000);
    await page.getByRole('button', { name: 'Take it' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Title').inputValue()).toBe('ETags');
    expect(article.title).toBe('ETags');
  });
});
