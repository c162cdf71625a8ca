import { beforeAll, describe, expect, it } from '@jest/globals';
import { run } from '../../src/cli/run.js';
import { startOn } from '../support/each-adapter.js';
import { advisedProxies, mendedProxies } from './support/advised.js';
import type { Advised } from './support/advised.js';
import { articleOf, controllerOf } from './support/articles.js';
import { compress } from './support/deployment.js';
import { ASKED } from './support/proxies.js';
import { readerOf, tagIn } from './support/reader.js';

/** What was found through a proxy: what the doctor says, and what clients see. */
interface Seen {
  readonly code: number;
  readonly output: string;
  /** What reading again with the tag is answered, for each coding. */
  readonly again: readonly number[];
  /** What saving with the tag is answered, for each coding. */
  readonly saved: readonly number[];
}

/** Sends the doctor and clients through a proxy, before an application of its own. */
async function seenThrough(
  proxy: Advised,
  advised: readonly string[],
  compresses = proxy.compresses === true,
): Promise<Seen> {
  const articles = new Map(['examined', ...ASKED].map((id) => [id, articleOf('before')]));
  const { cacheControl } = proxy;
  const origin = await startOn('express', {
    controllers: [controllerOf(articles)],
    etag: cacheControl === undefined ? {} : { cacheControl },
    configure: async (app) => {
      if (compresses) await compress(app);
    },
  });
  const program = await proxy.start(origin.url, advised, compresses);
  try {
    let output = '';
    const write = (text: string): void => void (output += text);
    const code = await run(['doctor', `${program.url}/articles/examined`], { write }, { write });
    expect(articles.get('examined')).toEqual(articleOf('before'));
    const again: number[] = [];
    const saved: number[] = [];
    for (const asked of ASKED) {
      const reader = readerOf(`${program.url}/articles/${asked}`, asked);
      const etag = tagIn(await reader.get());
      again.push((await reader.get(etag)).status);
      saved.push((await reader.put(etag, articleOf('saved'))).status);
    }
    return { code, output, again, saved };
  } finally {
    await program.stop();
    await origin.close();
  }
}

/** The lines that the doctor advises to write at this proxy, as they stand in its report. */
function linesFor(name: string, output: string): readonly string[] {
  const lines = output.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`  - at ${name}, `));
  const head = lines[start] ?? '';
  if (!head.endsWith(':')) return head === '' ? [] : [head.slice(head.indexOf(': ') + 2)];
  const more = lines.slice(start + 1);
  const end = more.findIndex((line) => !line.startsWith('      '));
  return more.slice(0, end).map((line) => line.trim());
}

const ANSWERED_BY_CACHE = 'A cache on the way answered instead of the server';
const EVERY_READ_AGAIN = ASKED.map(() => 304);
const EVERY_SAVE = ASKED.map(() => 200);

for (const proxy of advisedProxies()) {
  describe(`the advice for ${proxy.name} ${proxy.version}, ${proxy.title}`, () => {
    const { cacheControl, isMendedByCompressing = false } = proxy;
    const isCached = cacheControl !== undefined;
    let broken: Seen;
    beforeAll(async () => {
      broken = await seenThrough(proxy, []);
    });

    it('is for something that fails', () => {
      expect(broken.code).toBe(1);
      if (isCached) expect(broken.output).toContain(ANSWERED_BY_CACHE);
      else expect([broken.again, broken.saved]).not.toEqual([EVERY_READ_AGAIN, EVERY_SAVE]);
    });

    it('is a line that mends it', async () => {
      const lines = linesFor(proxy.name, broken.output);
      expect(lines).not.toEqual([]);
      const mended = await seenThrough(proxy, lines);
      expect(linesFor(proxy.name, mended.output)).toEqual([]);
      expect(mended.output).not.toContain(ANSWERED_BY_CACHE);
      // That caches may answer at all is what the application says, and stays a finding.
      expect(mended.code).toBe(isCached ? 1 : 0);
      expect([mended.again, mended.saved]).toEqual([EVERY_READ_AGAIN, EVERY_SAVE]);
    });

    it(`is ${isMendedByCompressing ? '' : 'not '}to compress in the application`, async () => {
      expect(broken.output.includes('whose compressed answers')).toBe(isMendedByCompressing);
      const { code, again, saved } = await seenThrough(proxy, [], true);
      const isMended = code === 0 && !isCached;
      expect(isMended).toBe(isMendedByCompressing);
      if (isMended) expect([again, saved]).toEqual([EVERY_READ_AGAIN, EVERY_SAVE]);
    });
  });
}

describe.each(mendedProxies())('$name $version, $title', (proxy) => {
  it('rewrites tags, is mended already, and gets no advice', async () => {
    const { code, output, again, saved } = await seenThrough(proxy, []);
    expect(output).toContain('-gzip appended');
    expect([code, linesFor(proxy.name, output)]).toEqual([0, []]);
    expect([again, saved]).toEqual([EVERY_READ_AGAIN, EVERY_SAVE]);
  });
});
