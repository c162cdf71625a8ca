import { afterEach, beforeEach } from '@jest/globals';
import {
  createETagClient,
  type ETagClient,
  type ETagClientOptions,
} from '../../../src/client/index.js';
import { type Article, ArticleStore } from './article-store.js';

export const PATH = '/articles/1';
export const draft: Article = { title: 'Tags', text: 'Draft', stars: 5 };

/** Gives every test a fresh server with one article; what it returns is filled in before each test. */
export function withStore(): {
  store: ArticleStore;
  newClient(options?: ETagClientOptions): ETagClient;
} {
  const context = {
    store: new ArticleStore(),
    newClient: (options?: ETagClientOptions) =>
      createETagClient({ baseUrl: context.store.origin, ...options }),
  };
  beforeEach(async () => {
    context.store = await ArticleStore.start();
    context.store.write(PATH, draft);
  });
  afterEach(() => context.store.stop());
  return context;
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('The promise was expected to be rejected, but it was fulfilled.');
}
