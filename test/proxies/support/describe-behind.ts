import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import { describeOnEachAdapter } from '../../support/each-adapter.js';
import type { Running } from '../../support/each-adapter.js';
import type { RawResponse } from '../../support/raw-request.js';
import { tagOf } from '../../support/tag-of.js';
import { articleOf, controllerOf } from './articles.js';
import type { Article } from './articles.js';
import { isForgotten, isRestored, refusalOf, tagAfter } from './expectation.js';
import type { Mode } from './expectation.js';
import type { RunningProgram } from './program.js';
import type { Asked, Proxy } from './proxies.js';
import { contentOf, readerOf, tagIn } from './reader.js';
import type { Reader } from './reader.js';

const MODES: readonly Mode[] = ['strict', 'weakened', 'recoded'];
const ASKED: readonly Asked[] = ['identity', 'gzip', 'br'];

/** An application behind a proxy. */
class Deployment {
  readonly articles = new Map<string, Article>();
  readonly warnings: string[] = [];
  private origin: Running | undefined;
  private proxy: RunningProgram | undefined;

  async start(on: (deployment: Deployment) => Promise<Running>, proxy: Proxy): Promise<void> {
    this.origin = await on(this);
    this.proxy = await proxy.start(this.origin.url);
  }

  async stop(): Promise<void> {
    await this.proxy?.stop();
    await this.origin?.close();
  }

  /** The public address of an article. */
  urlOf(id: string): string {
    return `${this.proxy?.url}/articles/${id}`;
  }

  /** Puts an article there, and answers who reads and writes it through the proxy. */
  publish(id: string, asked: Asked, article = articleOf('before')): Reader {
    this.articles.set(id, article);
    return readerOf(this.urlOf(id), asked);
  }
}

/** Reading and saving through a proxy, with either adapter behind it and with every option. */
export function describeBehind(proxy: Proxy): void {
  describe(`behind ${proxy.title} (${proxy.version})`, () => {
    for (const mode of MODES) {
      describeOnEachAdapter(`with intermediaries: '${mode}'`, (startOrigin) => {
        const deployment = new Deployment();

        beforeAll(() =>
          deployment.start(
            ({ articles, warnings }) =>
              startOrigin({
                controllers: [controllerOf(articles)],
                etag: { intermediaries: mode },
                configure: (app) => app.useLogger(recorderOf(warnings)),
              }),
            proxy,
          ),
        );

        afterAll(() => deployment.stop());

        for (const asked of ASKED) {
          describe(`to a client that takes ${asked}`, () => {
            specifyReading(deployment, proxy, asked, mode);
            if (refusalOf(proxy.outcomes[asked], mode) === undefined) {
              specifySaving(deployment, asked);
            } else {
              specifyRefusal(deployment, proxy, asked, mode);
            }
          });
        }

        specifyLog(deployment, proxy, mode);
      });
    }
  });
}

function specifyReading(deployment: Deployment, proxy: Proxy, asked: Asked, mode: Mode): void {
  const outcome = proxy.outcomes[asked];
  const ours = tagOf(JSON.stringify(articleOf('before')));

  it(`sends ${outcome.coding ?? 'identity'} and ${outcome.tag}`, async () => {
    const answer = await deployment.publish(`${asked}-read`, asked).get();
    expect(answer.status).toBe(200);
    expect(answer.headers['content-encoding']).toBe(outcome.coding);
    expect(contentOf(answer)).toEqual(articleOf('before'));
    expect(tagIn(answer)).toBe(tagAfter(outcome, ours));
  });

  if (isForgotten(proxy, outcome, mode)) {
    it('sends all of it again to who has it', async () => {
      const reader = deployment.publish(`${asked}-again`, asked);
      const again = await reader.get(tagIn(await reader.get()));
      expect([again.status, contentOf(again)]).toEqual([200, articleOf('before')]);
      expect(tagIn(again)).toBe(tagAfter(outcome, ours));
    });
  } else {
    const isOurs = isRestored(proxy, outcome);
    it(`answers 304 to who has it, with the tag as ${isOurs ? 'we sent it' : 'the client has it'}`, async () => {
      const reader = deployment.publish(`${asked}-again`, asked);
      const again = await reader.get(tagIn(await reader.get()));
      expect([again.status, again.text]).toEqual([304, '']);
      expect(tagIn(again)).toBe(isOurs ? ours : tagAfter(outcome, ours));
    });
  }
}

function specifySaving(deployment: Deployment, asked: Asked): void {
  it('saves, saves again with the tag of the answer, and reads what was saved', async () => {
    const reader = deployment.publish(`${asked}-saved`, asked);
    const saved = await reader.put(tagIn(await reader.get()), articleOf('saved'));
    expect([saved.status, contentOf(saved)]).toEqual([200, articleOf('saved')]);
    const again = await reader.patch(tagIn(saved), { title: 'saved again' });
    expect([again.status, contentOf(again)]).toEqual([200, articleOf('saved again')]);
    const read = await reader.get();
    expect(contentOf(read)).toEqual(articleOf('saved again'));
    expect(tagIn(read)).toBe(tagIn(again));
  });

  it('refuses who was slower, and nobody else', async () => {
    const alice = deployment.publish(`${asked}-collision`, asked);
    const bob = readerOf(deployment.urlOf(`${asked}-collision`), asked);
    const seenByAlice = tagIn(await alice.get());
    const seenByBob = tagIn(await bob.get());
    const saved = await alice.put(seenByAlice, articleOf('by Alice'));
    expect(saved.status).toBe(200);

    const slower = await bob.put(seenByBob, articleOf('by Bob'));
    expect([slower.status, reasonIn(slower)]).toEqual([412, 'changed']);
    expect(contentOf(await bob.get())).toEqual(articleOf('by Alice'));

    const informed = await bob.put(tagIn(await bob.get()), articleOf('by Bob'));
    expect(informed.status).toBe(200);
    const late = await alice.put(tagIn(saved), articleOf('by Alice again'));
    expect([late.status, reasonIn(late)]).toEqual([412, 'changed']);
    expect(contentOf(await alice.get())).toEqual(articleOf('by Bob'));
  });

  it('lets one of ten save who do it at once', async () => {
    const reader = deployment.publish(`${asked}-race`, asked);
    const etag = tagIn(await reader.get());
    const titles = Array.from({ length: 10 }, (_, index) => `by ${index}`);
    const answers = await Promise.all(titles.map((title) => reader.put(etag, articleOf(title))));
    const saved = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 412);
    expect([saved.length, refused.length]).toEqual([1, 9]);
    expect(new Set(refused.map(reasonIn))).toEqual(new Set(['changed']));
    expect(saved.map(contentOf)).toEqual([contentOf(await reader.get())]);
  });
}

function specifyRefusal(deployment: Deployment, proxy: Proxy, asked: Asked, mode: Mode): void {
  const reason = refusalOf(proxy.outcomes[asked], mode)?.reason;

  it(`refuses to save with ${reason}, though nobody was faster`, async () => {
    const reader = deployment.publish(`${asked}-refused`, asked);
    const answer = await reader.put(tagIn(await reader.get()), articleOf('saved'));
    expect([answer.status, reasonIn(answer)]).toEqual([412, reason]);
    expect(contentOf(await reader.get())).toEqual(articleOf('before'));
  });

  it('refuses who was slower with changed', async () => {
    const bob = deployment.publish(`${asked}-collision`, asked);
    const seenByBob = tagIn(await bob.get());
    deployment.articles.set(`${asked}-collision`, articleOf('by Alice'));
    const answer = await bob.put(seenByBob, articleOf('by Bob'));
    expect([answer.status, reasonIn(answer)]).toEqual([412, 'changed']);
    expect(contentOf(await bob.get())).toEqual(articleOf('by Alice'));
  });
}

function specifyLog(deployment: Deployment, proxy: Proxy, mode: Mode): void {
  const [refused] = ASKED.flatMap((asked) => refusalOf(proxy.outcomes[asked], mode) ?? []);
  const title = refused === undefined ? 'nothing' : `once a route to set '${refused.option}'`;

  it(`advises ${title}`, async () => {
    for (const asked of ASKED) {
      for (const id of [`${asked}-logged`, `${asked}-logged-too`]) {
        const reader = deployment.publish(id, asked, articleOf(id));
        const etag = tagIn(await reader.get());
        await reader.patch(etag, { title: id });
        await reader.put(etag, articleOf(id));
      }
    }
    const advice = deployment.warnings.map((line) => ({
      place: line.split(' ')[0],
      option: /intermediaries: '(\w+)'/.exec(line)?.[1],
    }));
    const due = (refused === undefined ? [] : ['change', 'replace']).map((handler) => ({
      place: `ArticlesController.${handler}`,
      option: refused?.option,
    }));
    expect(advice).toHaveLength(due.length);
    expect(new Set(advice)).toEqual(new Set(due));
  });
}

function reasonIn(answer: RawResponse): unknown {
  return (contentOf(answer) as { reason?: unknown }).reason;
}

/** Keeps the warnings and errors of an application, and shows none. */
function recorderOf(warnings: string[]): LoggerService {
  const nothing = (): void => undefined;
  return {
    log: nothing,
    warn: (message: string) => void warnings.push(message),
    error: (message: string) => void warnings.push(message),
  };
}
