import { describe, expect, it } from '@jest/globals';
import { isLostAnswer } from '../../src/client/index.js';
import { type Article, type GatewayAnswer } from './support/article-store.js';
import { draft, PATH, rejection, withStore } from './support/with-store.js';

const atOnce = { backoff: () => 0 };
const addStar = (article: Article): Article => ({ ...article, stars: article.stars + 1 });
const rename = (article: Article): Article => ({ ...article, title: 'Entity tags' });
const json = { 'content-type': 'application/json' };

/** What gateways answer where the server's answer did not come. */
const GATEWAYS: [string, GatewayAnswer][] = [
  ...[502, 503, 504, 520, 524].map((status): [string, GatewayAnswer] => [`${status}`, status]),
  ['the 500 of lighttpd, which is a page', 500],
  ['502 without a media type', { status: 502, headers: { 'content-type': '' }, body: '' }],
  ['504 in JSON', { status: 504, headers: json, body: '{"message":"timed out"}' }],
  ['502 that looks like success', { status: 502, headers: json, body: JSON.stringify(draft) }],
  ['502 with the reason of a 412', { status: 502, headers: json, body: '{"reason":"changed"}' }],
];

/** What the server, or the application, answers itself. */
const ANSWERS: [string, GatewayAnswer][] = [
  ['500 in JSON', { status: 500, headers: json, body: '{"statusCode":500}' }],
  ['500 in plain text', { status: 500, headers: { 'content-type': 'text/plain' } }],
  ['501', 501],
  ['403', 403],
  ['429', 429],
];

describe('an answer that a gateway makes to a write', () => {
  const context = withStore();

  it.each(GATEWAYS)('is a lost answer: %s', async (_what, answer) => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext('PUT', { applied: true, answer });
    const error = await rejection(client.put(article, rename(draft)));
    const status = typeof answer === 'number' ? answer : answer.status;
    expect(error).toMatchObject({
      name: 'LostAnswerError',
      base: article,
      mine: rename(draft),
      theirs: undefined,
      cause: { status, bodyUsed: false },
      message: expect.stringMatching(`${status}.*Sending the same again is safe`),
    });
    expect(client.remembered(PATH)).toEqual(article);
  });

  it.each(ANSWERS)('is told apart from one that the server made: %s', async (_what, answer) => {
    const { store, newClient } = context;
    const client = newClient();
    store.loseNext('PUT', { applied: false, answer });
    const error = await rejection(client.update(PATH, rename, atOnce));
    expect(error).toMatchObject({
      name: 'ResponseError',
      status: typeof answer === 'number' ? answer : answer.status,
    });
    expect(store.requests('PUT')).toHaveLength(1);
  });

  it.each(['patch', 'delete', 'post'] as const)('is lost for %s, too', async (method) => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext(method.toUpperCase(), { applied: true, answer: 502 });
    const sent = method === 'post' ? client.post('/articles', draft) : client[method](article, {});
    expect(isLostAnswer(await rejection(sent))).toBe(true);
  });

  it('does not stay open, even if nobody reads it', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const body = 'x'.repeat(1_000_000);
    store.loseNext('PUT', { applied: false, answer: { status: 502, body } });
    const error = await rejection(client.put(article, rename(draft)));
    expect(await ((error as Error).cause as Response).text()).toBe(body);
  });

  it.each([true, false])('is healed by update() (carried out: %s)', async (applied) => {
    const { store, newClient } = context;
    for (const answer of [502, 503, 504]) {
      store.write(PATH, draft);
      const before = store.requests('PUT').length;
      store.loseNext('PUT', { applied, answer });
      expect((await newClient().update(PATH, rename, atOnce)).body).toEqual(rename(draft));
      expect(store.read(PATH)).toEqual(rename(draft));
      expect(store.requests('PUT').length - before).toBe(applied ? 1 : 2);
    }
  });

  it('is healed although the gateway has no server for a while', async () => {
    const { store, newClient } = context;
    const rename = (article: Article): Article => ({ ...article, title: 'Entity tags' });
    store.beforeNext('PUT', () => store.loseNext('GET', { applied: false, answer: 503 }));
    store.loseNext('PUT', { applied: true, answer: 502 });
    store.loseNext('PUT', { applied: false, answer: 503 });
    store.loseNext('PUT', { applied: false, answer: 503 });
    expect((await newClient().update(PATH, rename, atOnce)).body).toEqual(rename(draft));
    expect(store.etag(PATH)).toBe('"v2"');
    expect(new Set(store.requests('PUT').map(({ ifMatch }) => ifMatch))).toEqual(new Set(['"v1"']));
  });

  it('is the end of update() after its last attempt', async () => {
    const { store, newClient } = context;
    for (let time = 1; time <= 3; time += 1) {
      store.loseNext('PUT', { applied: false, answer: 502 });
    }
    const error = await rejection(newClient().update(PATH, rename, { ...atOnce, attempts: 3 }));
    expect(error).toMatchObject({ name: 'LostAnswerError', cause: { status: 502 } });
    expect(store.requests('PUT')).toHaveLength(3);
  });

  it('is not sent again and again where it is a page with 500, which may be the application’s', async () => {
    const { store, newClient } = context;
    for (let time = 1; time <= 3; time += 1) {
      store.loseNext('PUT', { applied: false, answer: 500 });
    }
    const error = await rejection(newClient().update(PATH, rename, atOnce));
    expect(error).toMatchObject({ name: 'LostAnswerError', cause: { status: 500 } });
    expect(store.requests('PUT')).toHaveLength(2);
  });

  it('never counts twice', async () => {
    const { store, newClient } = context;
    store.loseNext('PUT', { applied: true, answer: 504 });
    const error = await rejection(newClient().update(PATH, addStar, atOnce));
    expect(error).toMatchObject({
      name: 'LostAnswerError',
      theirs: { body: { stars: 6 } },
      cause: { status: 504 },
    });
    expect(store.read(PATH)).toMatchObject({ stars: 6 });
  });

  it('is merged with what others have saved since', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext('PUT', { applied: false, answer: 502 });
    store.beforeNext('PUT', () => store.write(PATH, { ...draft, text: 'Final' }));
    const saved = await client.update(article, rename, { ...atOnce, merge: true });
    expect(saved.body).toEqual({ ...rename(draft), text: 'Final' });
  });
});

describe('a server that is busy', () => {
  const context = withStore();
  const busy = (more: Record<string, string> = {}): GatewayAnswer => ({
    status: 503,
    headers: { ...json, ...more },
    body: JSON.stringify({ statusCode: 503, reason: 'busy' }),
  });

  it('has written nothing, and says so: it is no lost answer', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext('PUT', { applied: false, answer: busy() });
    expect(await rejection(client.put(article, rename(draft)))).toMatchObject({
      name: 'ResponseError',
      status: 503,
      body: { reason: 'busy' },
    });
  });

  it('is asked again by update(), which counts once', async () => {
    const { store, newClient } = context;
    for (let time = 1; time <= 3; time += 1) {
      store.loseNext('PUT', { applied: false, answer: busy({ 'retry-after': '0' }) });
    }
    expect((await newClient().update(PATH, addStar, atOnce)).body.stars).toBe(6);
    expect(store.requests('PUT')).toHaveLength(4);
  });

  it.each([
    ['seconds', () => '3600'],
    ['far too many seconds', () => '9'.repeat(400)],
    ['a date', () => new Date(Date.now() + 3_600_000).toUTCString()],
  ])('is not waited for if it asks for an hour: %s', async (_form, value) => {
    const { store, newClient } = context;
    for (const answer of [
      busy({ 'retry-after': value() }),
      { status: 503, headers: { 'retry-after': value() } },
    ]) {
      store.loseNext('PUT', { applied: false, answer });
      const error = await rejection(newClient().update(PATH, addStar, atOnce));
      expect((error as Error).name).toMatch(/^(ResponseError|LostAnswerError)$/);
    }
    expect(store.requests('PUT')).toHaveLength(2);
  });

  it.each(['', 'soon', '-5', '1.5', 'Wed, 21 Oct 2015 07:28:00 GMT'])(
    'is asked again soon where Retry-After is %j',
    async (value) => {
      const { store, newClient } = context;
      store.loseNext('PUT', { applied: false, answer: busy({ 'retry-after': value }) });
      expect((await newClient().update(PATH, addStar, atOnce)).body.stars).toBe(6);
    },
  );

  it('is left alone when the caller aborts', async () => {
    const { store, newClient } = context;
    const controller = new AbortController();
    store.loseNext('PUT', { applied: false, answer: busy({ 'retry-after': '30' }) });
    const backoff = (): number => {
      queueMicrotask(() => controller.abort(new Error('closed')));
      return 0;
    };
    const saving = newClient().update(PATH, addStar, { backoff, signal: controller.signal });
    expect(await rejection(saving)).toMatchObject({ message: 'closed' });
  });
});

describe('a reason of ours under another status', () => {
  const context = withStore();
  const refusal = (status: number, reason: string): GatewayAnswer => ({
    status,
    headers: json,
    body: JSON.stringify({ statusCode: status, reason }),
  });

  it.each([
    [409, 'changed'],
    [409, 'exists'],
    [404, 'missing-resource'],
    [400, 'weak-tag'],
    [428, 'changed'],
    [412, 'changed'],
    [412, 'something of the application’s'],
  ])('is a collision: %i %s', async (status, reason) => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext('PATCH', { applied: false, answer: refusal(status, reason) });
    expect(await rejection(client.patch(article, { stars: 6 }))).toMatchObject({
      name: 'MidAirCollision',
      reason,
      theirs: article,
      response: { status },
      message: expect.stringContaining(String(status)),
    });
  });

  it.each([
    [409, 'sold-out'],
    [404, 'no-such-user'],
    [400, 'malformed'],
    [401, 'changed'],
    [500, 'changed'],
    [412, 'missing-precondition'],
  ])('is none: %i %s', async (status, reason) => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext('PATCH', { applied: false, answer: refusal(status, reason) });
    const error = await rejection(client.patch(article, { stars: 6 }));
    expect(error).toMatchObject({ name: 'ResponseError', status, body: { reason } });
  });

  it('is none for a write without a precondition', async () => {
    const { store, newClient } = context;
    store.loseNext('POST', { applied: false, answer: refusal(409, 'exists') });
    expect(await rejection(newClient().post('/articles', draft))).toMatchObject({
      name: 'ResponseError',
      status: 409,
    });
  });

  it('is applied to again by update()', async () => {
    const { store, newClient } = context;
    store.loseNext('PUT', { applied: false, answer: refusal(409, 'changed') });
    expect((await newClient().update(PATH, addStar, atOnce)).body.stars).toBe(6);
  });

  it.each([400, 412])('explains a missing precondition as it explains 428: %i', async (status) => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext('PUT', { applied: false, answer: refusal(status, 'missing-precondition') });
    expect(await rejection(client.put(article, draft))).toMatchObject({
      name: 'ResponseError',
      message: expect.stringContaining('something on the way removes it'),
    });
  });
});
