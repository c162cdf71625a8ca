import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../../src/cli/run.js';
import { describeOnEachAdapter } from '../../support/each-adapter.js';
import type { RawResponse } from '../../support/raw-request.js';
import { tagOf } from '../../support/tag-of.js';
import { articleOf } from './articles.js';
import { Deployment } from './deployment.js';
import type { Setup } from './deployment.js';
import { isForgotten, isRestored, refusalIn, refusalOf, tagAfter } from './expectation.js';
import { ASKED } from './proxies.js';
import type { Asked, Proxy } from './proxies.js';
import { contentOf, readerOf, tagIn } from './reader.js';

/** Reading and saving through a proxy, with either adapter behind it and with every option. */
export function describeBehind(proxy: Proxy): void {
  const { usual, mended, noTransform, compressedBefore } = proxy.outcomes;

  describe(`behind ${proxy.title} (${proxy.version})`, () => {
    for (const mode of ['strict', 'weakened', 'recoded'] as const) {
      specify(`with intermediaries: '${mode}'`, { proxy, mode, outcomes: usual });
    }
    const strict = { proxy, mode: 'strict' } as const;
    if (mended !== undefined) {
      specify('with a setting of its own', { ...strict, outcomes: mended, isMended: true });
    }
    specify('with no-transform', { ...strict, outcomes: noTransform, noTransform: true });
    specify('with an application that compresses', {
      ...strict,
      outcomes: compressedBefore,
      compresses: true,
    });
  });
}

function specify(title: string, setup: Setup): void {
  describeOnEachAdapter(title, (startOrigin) => {
    const deployment = new Deployment(setup);
    beforeAll(() => deployment.start(startOrigin));
    afterAll(() => deployment.stop());

    for (const asked of ASKED) {
      describe(`to a client that takes ${asked}`, () => {
        specifyReading(deployment, setup, asked);
        if (refusalOf(setup.outcomes[asked], setup.mode) === undefined) {
          specifySaving(deployment, asked);
        } else {
          specifyRefusal(deployment, setup, asked);
        }
      });
    }

    specifyLog(deployment, setup);
    specifyDoctor(deployment, setup);
  });
}

function specifyReading(
  deployment: Deployment,
  { proxy, outcomes, mode }: Setup,
  asked: Asked,
): void {
  const outcome = outcomes[asked];
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

function specifyRefusal(deployment: Deployment, { outcomes, mode }: Setup, asked: Asked): void {
  const reason = refusalOf(outcomes[asked], mode)?.reason;

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

function specifyLog(deployment: Deployment, { outcomes, mode }: Setup): void {
  const refused = refusalIn(outcomes, mode);
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
      handler: line.split(' ')[0],
      option: /intermediaries: '(\w+)'/.exec(line)?.[1],
    }));
    const due = (refused === undefined ? [] : ['change', 'replace']).map((handler) => ({
      handler: `ArticlesController.${handler}`,
      option: refused?.option,
    }));
    expect(advice).toHaveLength(due.length);
    expect(new Set(advice)).toEqual(new Set(due));
  });
}

function specifyDoctor(deployment: Deployment, { proxy, outcomes, mode }: Setup): void {
  const needed = refusalIn(outcomes, 'strict')?.option;
  const refused = refusalIn(outcomes, mode)?.option;
  // Varnish removes If-Match from a GET, so that the doctor cannot see what the option of the application does.
  const isHealthy = proxy.revalidates ? needed === undefined : refused === undefined;

  it(`makes the doctor advise ${isHealthy ? 'nothing' : needed}`, async () => {
    deployment.articles.set('examined', articleOf('before'));
    const { code, output } = await doctor(deployment.urlOf('examined'));
    const ours = tagOf(JSON.stringify(articleOf('before')));
    for (const asked of ASKED) {
      const { coding = 'identity' } = outcomes[asked];
      const row = `^${asked} +${coding} +${tagAfter(outcomes[asked], ours)} `;
      expect(output).toMatch(new RegExp(row, 'm'));
    }
    const advised = /in the application: ETagModule\.forRoot\(\{ intermediaries: '(\w+)' \}\)/.exec(
      output,
    )?.[1];
    expect([code, advised]).toEqual(isHealthy ? [0, undefined] : [1, needed]);
    expect(output.includes('could not see whether saves pass')).toBe(proxy.revalidates);
    expect(deployment.articles.get('examined')).toEqual(articleOf('before'));
  });

  it('shows the doctor that a write with a stale tag is refused, with --save', async () => {
    deployment.articles.set('examined', articleOf('before'));
    const { output } = await doctor(deployment.urlOf('examined'), '--save');
    expect(output).toMatch(/^PUT with a stale If-Match: 412 changed, ETag: /m);
    expect(deployment.articles.get('examined')).toEqual(articleOf('before'));
  });

  if (mode !== 'strict') {
    it(`lets the doctor advise ${refused ?? 'nothing'} to who says that ${mode} tags are accepted`, async () => {
      deployment.articles.set('examined', articleOf('before'));
      const { code } = await doctor(deployment.urlOf('examined'), '--accepted', mode);
      expect(code).toBe(refused === undefined ? 0 : 1);
    });
  }
}

/** What `npx nestjs-etag doctor` says. */
async function doctor(...given: string[]): Promise<{ code: number; output: string }> {
  let output = '';
  const write = (text: string): void => void (output += text);
  return { code: await run(['doctor', ...given], { write }, { write }), output };
}

function reasonIn(answer: RawResponse): unknown {
  return (contentOf(answer) as { reason?: unknown }).reason;
}
