import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { RawResponse } from '../support/raw-request.js';
import { itOnEachAdapter } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';
import { tokens } from './support/tokens.js';
import { ArticlesController } from './support/recipes/actions.js';
import { ReportsController, Sales } from './support/recipes/check-in-handler.js';
import { SettingsController } from './support/recipes/own-answer.js';
import {
  AppModule,
  ArticlesController as PlainController,
} from './support/recipes/tag-everything.js';

const page = readFileSync('docs/recipes.md', 'utf8');

it.each(['tag-everything', 'actions', 'own-answer', 'check-in-handler'])(
  'docs/recipes.md shows the code that is run here (%s)',
  (name) => {
    const shown = new RegExp(`<!-- ${name} -->\\n\\n\`\`\`ts\\n(.*?)^\`\`\`$`, 'ms').exec(
      page,
    )?.[1];
    const run = readFileSync(`test/docs/support/recipes/${name}.ts`, 'utf8');
    expect(tokens(shown ?? '')).toBe(tokens(run));
  },
);

itOnEachAdapter(
  'tag everything: controllers without decorators are tagged, and those with @SkipETag() are not',
  { imports: [AppModule], withoutModule: true },
  async ({ send }) => {
    expect((await send('GET /articles/1')).headers.etag).toBe(tagOf('{"title":"Tags"}'));
    expect((await send('GET /health')).headers.etag).toBeUndefined();
  },
);

itOnEachAdapter(
  '(control) without the interceptor the same controller is not tagged',
  { controllers: [PlainController] },
  async ({ send }) => {
    const { status, headers } = await send('GET /articles/1');
    expect([status, headers.etag]).toEqual([200, undefined]);
  },
);

itOnEachAdapter(
  'actions and DELETE: 428 without If-Match, 412 when it is stale',
  { controllers: [ArticlesController] },
  async ({ send }) => {
    const publish = (ifMatch?: string): Promise<RawResponse> =>
      send({ method: 'POST', path: '/articles/1/publish', headers: conditions(ifMatch) });
    const remove = (ifMatch?: string): Promise<RawResponse> =>
      send({ method: 'DELETE', path: '/articles/1', headers: conditions(ifMatch) });

    const { etag } = (await send('GET /articles/1')).headers;
    expect((await publish()).status).toBe(428);
    expect((await publish('"stale"')).status).toBe(412);
    const published = await publish(etag);
    expect(published.status).toBe(200);
    expect(published.headers.etag).toBe((await send('GET /articles/1')).headers.etag);
    expect([(await remove()).status, (await remove(etag)).status]).toEqual([428, 412]);
    expect((await remove(published.headers.etag)).status).toBe(204);
    expect((await send('GET /articles/1')).status).toBe(404);
  },
);

itOnEachAdapter(
  'a handler with @Res() is guarded, and its answer carries the tag that it sets',
  { controllers: [SettingsController] },
  async ({ send }) => {
    const put = (ifMatch?: string): Promise<RawResponse> =>
      send({
        method: 'PUT',
        path: '/settings',
        headers: conditions(ifMatch),
        body: { theme: 'dark' },
      });
    const { etag } = (await send('GET /settings')).headers;
    expect([(await put()).status, (await put('"stale"')).status]).toEqual([428, 412]);
    const saved = await put(etag);
    expect([saved.status, saved.text]).toEqual([200, '{"saved":true}']);
    expect(saved.headers.etag).toBe((await send('GET /settings')).headers.etag);
    expect(saved.headers.etag).not.toBe(etag);
  },
);

itOnEachAdapter(
  'a check inside a handler answers 304 before the expensive part',
  { controllers: [ReportsController], providers: [Sales] },
  async ({ app, send }) => {
    const first = await send('GET /reports/2026-01');
    expect([first.status, first.headers.etag]).toEqual([200, '"2026-01-4711"']);
    expect(first.json()).toEqual({ month: '2026-01', total: 1_000_000 });
    const read = (ifNoneMatch: string): Promise<RawResponse> =>
      send({ path: '/reports/2026-01', headers: { 'If-None-Match': ifNoneMatch } });

    const again = await read('"other", W/"2026-01-4711"');
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', '"2026-01-4711"']);
    expect(app.get(Sales).queries).toBe(1);
    expect((await read('"other"')).status).toBe(200);
    expect(app.get(Sales).queries).toBe(2);
  },
);

function conditions(ifMatch: string | undefined): Record<string, string> {
  return ifMatch === undefined ? {} : { 'If-Match': ifMatch };
}
