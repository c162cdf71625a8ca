import { describe, expect, it } from '@jest/globals';
import { isLostAnswer, isMidAirCollision, isMissingEntityTag } from '../../src/client/index.js';
import { type Article } from './support/article-store.js';
import { draft, PATH, rejection, withStore } from './support/with-store.js';

const atOnce = { backoff: () => 0 };
const addStar = (article: Article): Article => ({ ...article, stars: article.stars + 1 });
const rename = (article: Article): Article => ({ ...article, title: 'Entity tags' });

describe('update', () => {
  const context = withStore();

  it('reads, applies the change, saves and gives back what was saved', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const saved = await client.update(PATH, addStar);
    expect(saved).toEqual({ url: store.url(PATH), etag: '"v2"', body: { ...draft, stars: 6 } });
    expect(store.seen.map(({ method, ifMatch }) => [method, ifMatch])).toEqual([
      ['GET', undefined],
      ['PUT', '"v1"'],
    ]);
    expect(client.remembered(PATH)).toEqual(saved);
  });

  it('reads what is there now, not what it remembers', async () => {
    const { store, newClient } = context;
    const client = newClient();
    await client.get(PATH);
    store.write(PATH, { ...draft, stars: 50 });
    expect((await client.update(PATH, addStar)).body.stars).toBe(51);
    expect(store.requests('PUT')).toHaveLength(1);
  });

  it('starts from a representation without reading it again', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    await client.update(article, addStar);
    expect(store.seen.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  });

  it('applies the change again to what somebody else saved meanwhile', async () => {
    const { store, newClient } = context;
    store.beforeNext('PUT', () => {
      store.write(PATH, { ...draft, stars: 50 });
    });
    const saved = await newClient().update(PATH, addStar, atOnce);
    expect(saved).toMatchObject({ etag: '"v3"', body: { stars: 51 } });
    expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v2"']);
  });

  it.each([
    ['one client', 1],
    ['twenty clients', 20],
  ])('makes 20 of 20 concurrent increments by %s', async (_case, clients) => {
    const { store, newClient } = context;
    const all = Array.from({ length: clients }, () => newClient());
    const saved = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (all[index % clients] ?? newClient()).update(PATH, addStar, atOnce),
      ),
    );
    expect(store.read(PATH)).toEqual({ ...draft, stars: draft.stars + 20 });
    expect(saved.map(({ body }) => body.stars).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => draft.stars + index + 1),
    );
  });

  it('saves with PATCH what the change returns, if asked to', async () => {
    const { store, newClient } = context;
    store.beforeNext('PATCH', () => {
      store.write(PATH, { ...draft, stars: 50, text: 'Final' });
    });
    const saved = await newClient().update<Article>(PATH, ({ stars }) => ({ stars: stars + 1 }), {
      ...atOnce,
      method: 'PATCH',
    });
    expect(saved.body).toEqual({ title: 'Tags', text: 'Final', stars: 51 });
    expect(store.requests('PATCH').map(({ body }) => body)).toEqual([{ stars: 6 }, { stars: 51 }]);
  });

  it('waits between attempts as long as the backoff says', async () => {
    const { store, newClient } = context;
    const asked: number[] = [];
    for (let time = 1; time <= 3; time += 1) {
      store.beforeNext('PUT', () => {
        store.write(PATH, { ...draft, stars: 10 * time });
      });
    }
    await newClient().update(PATH, addStar, {
      backoff: (attempt) => {
        asked.push(attempt);
        return 0;
      },
    });
    expect(asked).toEqual([1, 2, 3]);
    expect(store.read(PATH)).toMatchObject({ stars: 31 });
  });

  it('gives up after the attempts it was given, with the collision', async () => {
    const { store, newClient } = context;
    for (let time = 1; time <= 5; time += 1) {
      store.beforeNext('PUT', () => {
        store.write(PATH, { ...draft, stars: 10 * time });
      });
    }
    const error = await rejection(newClient().update(PATH, addStar, { ...atOnce, attempts: 3 }));
    expect(isMidAirCollision(error)).toBe(true);
    expect(error).toMatchObject({
      base: { body: { stars: 20 } },
      mine: { stars: 21 },
      theirs: { body: { stars: 30 } },
    });
    expect(store.requests('PUT')).toHaveLength(3);
  });

  it('leaves no tag behind by which a blind write could overwrite what it collided with', async () => {
    const { store, newClient } = context;
    const client = newClient();
    store.beforeNext('PUT', () => {
      store.write(PATH, { ...draft, stars: 50 });
    });
    await rejection(client.update(PATH, addStar, { attempts: 1 }));
    expect(isMissingEntityTag(await rejection(client.put(PATH, draft)))).toBe(true);
  });

  it('sends nothing if there is nothing to change', async () => {
    const { store, newClient } = context;
    const article = await newClient().update<Article>(PATH, ({ stars, text, title }) => ({
      title,
      text,
      stars,
    }));
    expect(article).toEqual({ url: store.url(PATH), etag: '"v1"', body: draft });
    await newClient().update<Article>(PATH, () => ({ title: 'Tags' }), { method: 'PATCH' });
    expect(store.seen.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('is done if somebody else has made the same change meanwhile', async () => {
    const { store, newClient } = context;
    store.beforeNext('PUT', () => {
      store.write(PATH, { ...draft, title: 'Entity tags', text: 'Final' });
    });
    const article = await newClient().update(PATH, rename, atOnce);
    expect(article).toMatchObject({ etag: '"v2"', body: { title: 'Entity tags', text: 'Final' } });
    expect(store.requests('PUT')).toHaveLength(1);
  });

  it('notices a change that works in place', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    await client.update(article, (current) => {
      current.stars += 1;
      return current;
    });
    expect(store.read(PATH)).toEqual({ ...draft, stars: 6 });
    expect(article.body).toEqual(draft);
  });

  it('refuses a change that returns nothing', async () => {
    const { store, newClient } = context;
    const forgotten = (() => undefined) as unknown as () => Article;
    expect(await rejection(newClient().update(PATH, forgotten))).toMatchObject({
      name: 'TypeError',
      message: expect.stringContaining('returned nothing'),
    });
    expect(store.requests('PUT')).toEqual([]);
  });

  it('refuses a change that returns what is no JSON', async () => {
    const { store, newClient } = context;
    const client = newClient();
    expect(await rejection(client.update(PATH, () => new FormData()))).toMatchObject({
      name: 'TypeError',
      message: 'FormData is not JSON',
    });
    expect(store.requests('PUT')).toEqual([]);
  });

  it('takes a change that needs time, and passes on what it throws', async () => {
    const { newClient } = context;
    const client = newClient();
    const saved = await client.update(PATH, async (article: Article) => {
      await client.get(PATH);
      return addStar(article);
    });
    expect(saved.body.stars).toBe(6);
    const soldOut = new Error('sold out');
    expect(await rejection(client.update(PATH, () => Promise.reject(soldOut)))).toBe(soldOut);
  });

  it('stops waiting when it is aborted', async () => {
    const { store, newClient } = context;
    const controller = new AbortController();
    store.beforeNext('PUT', () => {
      store.write(PATH, { ...draft, stars: 50 });
    });
    const aborted = newClient().update(PATH, addStar, {
      signal: controller.signal,
      backoff: () => {
        queueMicrotask(() => {
          controller.abort(new Error('closed'));
        });
        return 1e9;
      },
    });
    expect(await rejection(aborted)).toMatchObject({ message: 'closed' });
    expect(store.requests('PUT')).toHaveLength(1);
  });

  it('does not try again when it was aborted before', async () => {
    const { store, newClient } = context;
    const signal = AbortSignal.abort(new Error('closed'));
    expect(await rejection(newClient().update(PATH, addStar, { signal }))).toMatchObject({
      message: 'closed',
    });
    expect(store.seen).toEqual([]);
  });

  it.each(['weak-tag', 'recoded-tag'])(
    'does not insist when the server says %s',
    async (reason) => {
      const { store, newClient } = context;
      store.tagOnTheWay = (etag) => `W/${etag}`;
      store.knowsRewrittenTags = false;
      store.refusalReason = reason;
      const error = await rejection(newClient().update(PATH, addStar, atOnce));
      expect(error).toMatchObject({
        name: 'MidAirCollision',
        reason,
        message: expect.stringContaining('intermediaries'),
      });
      expect(store.requests('PUT')).toHaveLength(1);
    },
  );

  it('does not insist when the tag that is refused is the one that GET sends', async () => {
    const { store, newClient } = context;
    store.tagOnTheWay = (etag) => `W/${etag}`;
    store.knowsRewrittenTags = false;
    const error = await rejection(newClient().update(PATH, addStar, atOnce));
    expect(isMidAirCollision(error)).toBe(true);
    expect(store.requests('PUT')).toHaveLength(2);
  });

  it('passes on whatever is no collision', async () => {
    const { store, newClient } = context;
    store.beforeNext('PUT', () => {
      store.remove(PATH);
    });
    const error = await rejection(newClient().update(PATH, addStar, atOnce));
    expect(error).toMatchObject({ name: 'ResponseError', status: 404, method: 'PUT' });
    expect(await rejection(newClient().update('/articles/9', addStar))).toMatchObject({
      method: 'GET',
    });
  });

  it('ends with a collision without theirs when what it collided with is gone', async () => {
    const { store, newClient } = context;
    store.beforeNext('PUT', () => {
      store.write(PATH, { ...draft, stars: 50 });
      store.beforeNext('GET', () => {
        store.remove(PATH);
      });
    });
    const error = await rejection(newClient().update(PATH, addStar, atOnce));
    expect(error).toMatchObject({ name: 'MidAirCollision', theirs: undefined });
  });

  it('refuses to save what it read without a tag', async () => {
    const { store, newClient } = context;
    store.tagOnTheWay = () => undefined;
    expect(await rejection(newClient().update(PATH, addStar))).toMatchObject({
      name: 'MissingEntityTagError',
      message: expect.stringContaining('Access-Control-Expose-Headers'),
    });
    expect(store.requests('PUT')).toEqual([]);
  });

  describe('after an answer was lost', () => {
    it('sends the write again if it did not take effect', async () => {
      const { store, newClient } = context;
      store.loseNext('PUT', { applied: false });
      const saved = await newClient().update(PATH, addStar, atOnce);
      expect(saved).toMatchObject({ etag: '"v2"', body: { stars: 6 } });
      expect(store.read(PATH)).toMatchObject({ stars: 6 });
    });

    it('is done if the change leaves nothing to do', async () => {
      const { store, newClient } = context;
      store.loseNext('PUT', { applied: true });
      const saved = await newClient().update(PATH, rename, atOnce);
      expect(saved).toMatchObject({ etag: '"v2"', body: { title: 'Entity tags' } });
      expect(store.requests('PUT')).toHaveLength(1);
    });

    it('is done even if others have changed something else since', async () => {
      const { store, newClient } = context;
      store.loseNext('PUT', { applied: true });
      store.beforeNext('PUT', () => {
        store.beforeNext('GET', () => {
          store.write(PATH, { ...draft, title: 'Entity tags', text: 'Final' });
        });
      });
      const saved = await newClient().update(PATH, rename, atOnce);
      expect(saved.body).toEqual({ ...draft, title: 'Entity tags', text: 'Final' });
    });

    it('never counts twice: whether an increment took effect cannot be known', async () => {
      const { store, newClient } = context;
      store.loseNext('PUT', { applied: true });
      const error = await rejection(newClient().update(PATH, addStar, atOnce));
      expect(isLostAnswer(error)).toBe(true);
      expect(error).toMatchObject({
        name: 'LostAnswerError',
        method: 'PUT',
        base: { etag: '"v1"', body: { stars: 5 } },
        mine: { stars: 6 },
        theirs: { etag: '"v2"', body: { stars: 6 } },
        cause: { name: 'TypeError' },
        message: expect.stringContaining('may have been carried out or not'),
      });
      expect(store.read(PATH)).toMatchObject({ stars: 6 });
    });

    it('does not take somebody else’s equal increment for its own', async () => {
      const { store, newClient } = context;
      store.loseNext('PUT', { applied: false });
      store.beforeNext('PUT', () => {
        store.write(PATH, { ...draft, stars: 6 });
      });
      expect(isLostAnswer(await rejection(newClient().update(PATH, addStar, atOnce)))).toBe(true);
    });

    it('does not count twice either if the lost write arrives after all', async () => {
      const { store, newClient } = context;
      store.loseNext('PUT', { applied: false });
      store.beforeNext('PUT', () => {
        store.beforeNext('PUT', () => {
          store.write(PATH, { ...draft, stars: 6 });
        });
      });
      const error = await rejection(newClient().update(PATH, addStar, atOnce));
      expect(isLostAnswer(error)).toBe(true);
      expect(store.read(PATH)).toMatchObject({ stars: 6 });
      expect(store.requests('PUT').map(({ ifMatch }) => ifMatch)).toEqual(['"v1"', '"v1"']);
    });

    it('gives up when it is lost again', async () => {
      const { store, newClient } = context;
      store.loseNext('PUT', { applied: false });
      store.loseNext('PUT', { applied: false });
      const error = await rejection(newClient().update(PATH, addStar, atOnce));
      expect(error).toMatchObject({ name: 'LostAnswerError', theirs: undefined });
      expect(store.requests('PUT')).toHaveLength(2);
    });

    it('gives up when it cannot read what is there', async () => {
      const { store, newClient } = context;
      store.loseNext('PUT', { applied: true });
      store.beforeNext('PUT', () => {
        store.loseNext('GET', { applied: false });
      });
      const error = await rejection(newClient().update(PATH, rename, atOnce));
      expect(error).toMatchObject({ name: 'LostAnswerError', theirs: undefined });
    });
  });

  describe('with merge: true', () => {
    const merging = { ...atOnce, merge: true };
    const form = { ...draft, title: 'Entity tags' };

    it('merges a form with what somebody else saved meanwhile', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      const saved = await client.update(article, () => form, merging);
      expect(saved.body).toEqual({ ...form, text: 'Final' });
      expect(store.read(PATH)).toEqual({ ...form, text: 'Final' });
    });

    it('starts from what the person saw, also if only the URL is given', async () => {
      const { store, newClient } = context;
      const client = newClient();
      await client.get(PATH);
      store.write(PATH, { ...draft, text: 'Final' });
      await client.update<Article>(PATH, () => form, merging);
      expect(store.read(PATH)).toEqual({ ...form, text: 'Final' });
    });

    it('reads first if nothing was seen', async () => {
      const { store, newClient } = context;
      await newClient().update<Article>(PATH, () => form, merging);
      expect(store.seen.map(({ method }) => method)).toEqual(['GET', 'PUT']);
    });

    it('merges with every later version from what it was started from', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      store.beforeNext('PUT', () => {
        store.write(PATH, { ...draft, text: 'Final' });
      });
      store.beforeNext('PUT', () => {
        store.write(PATH, { ...draft, text: 'Final', stars: 7 });
      });
      const saved = await client.update(article, () => form, merging);
      expect(saved.body).toEqual({ title: 'Entity tags', text: 'Final', stars: 7 });
    });

    it('applies the change only once', async () => {
      const { store, newClient } = context;
      let calls = 0;
      store.beforeNext('PUT', () => {
        store.write(PATH, { ...draft, text: 'Final' });
      });
      await newClient().update<Article>(
        PATH,
        (article) => {
          calls += 1;
          return { ...article, title: 'Entity tags' };
        },
        merging,
      );
      expect(calls).toBe(1);
    });

    it('throws the conflicts when both changed the same property', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      store.write(PATH, { title: 'ETags', text: 'Final', stars: 5 });
      const error = await rejection(client.update(article, () => form, merging));
      expect(isMidAirCollision(error)).toBe(true);
      expect(error).toMatchObject({
        name: 'MergeConflict',
        base: article,
        mine: form,
        theirs: { etag: '"v2"' },
        reason: 'changed',
        response: { status: 412 },
        conflicts: [{ pointer: '/title', base: 'Tags', mine: 'Entity tags', theirs: 'ETags' }],
        merged: { title: 'ETags', text: 'Final', stars: 5 },
        message: expect.stringContaining('/title'),
      });
      expect(store.read(PATH)).toMatchObject({ title: 'ETags' });
    });

    it('sends nothing more if everything is there already', async () => {
      const { store, newClient } = context;
      const client = newClient();
      const article = await client.get<Article>(PATH);
      store.write(PATH, { ...form, text: 'Final' });
      expect(await client.update(article, () => form, merging)).toMatchObject({ etag: '"v2"' });
      expect(store.requests('PUT')).toHaveLength(1);
    });

    it('patches only what the form has, and leaves what the server keeps to it', async () => {
      const { store, newClient } = context;
      store.write(PATH, { ...draft, version: 1 });
      const client = newClient();
      const article = await client.get<Article & { version: number }>(PATH);
      store.write(PATH, { ...draft, text: 'Final', version: 2 });
      await client.update(article, () => ({ title: 'Entity tags', text: 'Draft' }), {
        ...merging,
        method: 'PATCH',
      });
      expect(store.requests('PATCH').map(({ body }) => body)).toEqual([
        { title: 'Entity tags', text: 'Draft' },
        { title: 'Entity tags', text: 'Final' },
      ]);
    });

    it('is done after a lost answer that did take effect, and merges one that did not', async () => {
      const { store, newClient } = context;
      store.loseNext('PUT', { applied: true });
      expect((await newClient().update<Article>(PATH, () => form, merging)).body).toEqual(form);
      expect(store.requests('PUT')).toHaveLength(1);

      store.loseNext('PUT', { applied: false });
      store.beforeNext('PUT', () => {
        store.write(PATH, { ...form, text: 'Final' });
      });
      const saved = await newClient().update<Article>(PATH, () => ({ ...form, stars: 9 }), merging);
      expect(saved.body).toEqual({ ...form, text: 'Final', stars: 9 });
    });

    it('is not for computed values: two who count 5 up to 6 wanted the same 6', async () => {
      const { store, newClient } = context;
      store.beforeNext('PUT', () => {
        store.write(PATH, { ...draft, stars: 6 });
      });
      const saved = await newClient().update(PATH, addStar, merging);
      expect(saved.body.stars).toBe(6);
    });
  });
});

describe('a write whose answer is lost', () => {
  const context = withStore();
  const changed = { ...draft, title: 'Entity tags' };

  it('says that nobody knows, and that sending it again is safe', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext('PUT', { applied: true });
    expect(await rejection(client.put(article, changed))).toMatchObject({
      name: 'LostAnswerError',
      base: article,
      mine: changed,
      theirs: undefined,
      message: expect.stringContaining('Sending the same again is safe'),
    });
  });

  it('is told apart from a collision when it is sent again', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext('PUT', { applied: true });
    await rejection(client.put(article, changed));
    expect(await rejection(client.put(article, changed))).toMatchObject({
      name: 'MidAirCollision',
      alreadyApplied: true,
    });
  });

  it('is saved when it is sent again, if it had not arrived', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    store.loseNext('PUT', { applied: false });
    await rejection(client.put(article, changed));
    expect(await client.put(article, changed)).toMatchObject({ etag: '"v2"', body: changed });
  });

  it('does not call sending a POST again safe', async () => {
    const { store, newClient } = context;
    store.loseNext('POST', { applied: true });
    expect(await rejection(newClient().post('/articles', changed))).toMatchObject({
      name: 'LostAnswerError',
      message: expect.stringContaining('may carry it out twice'),
    });
  });

  it('is no lost answer if the caller aborted it', async () => {
    const { store, newClient } = context;
    const client = newClient();
    const article = await client.get<Article>(PATH);
    const controller = new AbortController();
    store.beforeNext('PUT', () => {
      controller.abort(new Error('closed'));
    });
    const aborted = client.put(article, changed, { signal: controller.signal });
    expect(await rejection(aborted)).toMatchObject({ message: 'closed' });
  });

  it('is lost, too, if it breaks off in the middle', async () => {
    const { newClient } = context;
    const client = newClient({
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (init?.method !== 'PUT') return response;
        const brokenOff = new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"title":'));
            controller.error(new TypeError('terminated'));
          },
        });
        return new Response(brokenOff, response);
      },
    });
    const article = await client.get<Article>(PATH);
    expect(await rejection(client.put(article, changed))).toMatchObject({
      name: 'LostAnswerError',
      cause: { message: 'terminated' },
    });
    expect(client.remembered(PATH)).toBeUndefined();
  });
});
