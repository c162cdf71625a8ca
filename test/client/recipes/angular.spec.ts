// Compiles what Angular's packages leave to the application's build.
import '@angular/compiler';
import {
  HttpClient,
  provideHttpClient,
  withFetch,
  withInterceptors,
  withNoXsrfProtection,
} from '@angular/common/http';
import {
  createEnvironmentInjector,
  type EnvironmentInjector,
  provideZonelessChangeDetection,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core';
import { describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import type { Article } from '../support/article-store.js';
import { draft, PATH, rejection, withStore } from '../support/with-store.js';
import { entityTags } from './angular.recipe.js';

describe('Angular’s HttpClient with entity tags', () => {
  const context = withStore();
  const changed = { ...draft, stars: 6 };

  it('saves what it read, and saves again', async () => {
    const { store } = context;
    const http = httpClient();
    const url = store.url(PATH);
    await firstValueFrom(http.get<Article>(url));
    await firstValueFrom(http.put(url, changed));
    await firstValueFrom(http.patch(url, { stars: 7 }));
    await firstValueFrom(http.delete(url));
    const writes = store.seen.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v2"', '"v3"']);
  });

  it('shows a collision', async () => {
    const { store } = context;
    const http = httpClient();
    const url = store.url(PATH);
    await firstValueFrom(http.get<Article>(url));
    store.write(PATH, { ...draft, text: 'Final' });
    const saving = firstValueFrom(
      http.put(url, changed, { headers: { Authorization: 'Bearer x' } }),
    );
    expect(await rejection(saving)).toMatchObject({
      name: 'MidAirCollision',
      base: { body: draft },
      mine: changed,
      theirs: { body: { ...draft, text: 'Final' } },
      reason: 'changed',
    });
    expect(store.requests('GET').at(-1)?.headers.authorization).toBe('Bearer x');
  });

  it('refuses to overwrite what it has not seen, and creates', async () => {
    const { store } = context;
    const http = httpClient();
    expect(await rejection(firstValueFrom(http.put(store.url(PATH), changed)))).toMatchObject({
      name: 'MissingEntityTagError',
    });
    await firstValueFrom(http.post(store.url('/articles'), changed));
    await firstValueFrom(
      http.put(store.url('/articles/9'), changed, { headers: { 'If-None-Match': '*' } }),
    );
    expect(store.seen.map(({ method }) => method)).toEqual(['POST', 'PUT']);
  });

  it.each([true, false])(
    'saves once where a gateway lost the answer, or the request (carried out: %s)',
    async (applied) => {
      const { store } = context;
      const http = httpClient();
      await firstValueFrom(http.get(store.url(PATH)));
      store.loseNext('PUT', { applied, answer: 502 });
      // What something else reads meanwhile does not move the tag of what is sent again.
      store.beforeNext('PUT', () => {
        store.beforeNext('PUT', async () => {
          await firstValueFrom(http.get(store.url(PATH)));
        });
      });
      expect(await firstValueFrom(http.put(store.url(PATH), changed))).toEqual(changed);
      expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v1"']);
      expect(store.etag(PATH)).toBe('"v2"');
      expect(await firstValueFrom(http.put(store.url(PATH), changed))).toEqual(changed);
    },
  );

  it('says that the answer was lost where that goes on', async () => {
    const { store } = context;
    const http = httpClient();
    await firstValueFrom(http.get(store.url(PATH)));
    for (let time = 1; time <= 2; time += 1) store.loseNext('PUT', { applied: false, answer: 502 });
    expect(await rejection(firstValueFrom(http.put(store.url(PATH), changed)))).toMatchObject({
      name: 'LostAnswerError',
      mine: changed,
    });
    expect(store.requests('PUT')).toHaveLength(2);
  });

  it('leaves other errors as they are', async () => {
    const reading = firstValueFrom(httpClient().get(context.store.url('/articles/9')));
    expect(await rejection(reading)).toMatchObject({ name: 'HttpErrorResponse', status: 404 });
  });

  function httpClient(): HttpClient {
    const interceptors = withInterceptors([entityTags(context.newClient())]);
    const injector = createEnvironmentInjector(
      [
        { provide: INJECTOR_SCOPE, useValue: 'root' },
        provideZonelessChangeDetection(),
        provideHttpClient(withFetch(), withNoXsrfProtection(), interceptors),
      ],
      null as unknown as EnvironmentInjector,
    );
    return injector.get(HttpClient);
  }
});
