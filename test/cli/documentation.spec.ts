import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { USAGE } from '../../src/cli/arguments.js';
import { ARTICLE, REFUSED, X } from './support/fake-deployment.js';
import { gzipping } from './support/findings.js';
import { examined } from './support/nestjs-etag.js';

const PAGE = readFileSync('docs/doctor.md', 'utf8');

/** The blocks of the page that are in no language: what the doctor prints. */
const [report = '', save = ''] = [...PAGE.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
  .filter(([, language]) => language === '')
  .map(([, , text = '']) => text);

/** The options that a text names. */
function optionsIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/--[a-z][a-z-]+/g));
}

describe('the page about the doctor', () => {
  it('names the options that the help has, and no other', () => {
    expect(optionsIn(PAGE)).toEqual(new Set([...optionsIn(USAGE)].filter((o) => o !== '--help')));
  });

  it('shows what the doctor prints', async () => {
    const behaviour = gzipping(`W/"${X}"`, {
      fields: { Server: 'nginx' },
      compared: (sent) => {
        if (sent === `"${X}"`) return undefined;
        const reason = sent.includes(X) ? 'weak-tag' : 'changed';
        return { ...REFUSED, content: JSON.stringify({ reason }) };
      },
    });
    const { output, url } = await examined(behaviour);
    const shown = report
      .replace('https://example.com/articles/1', url)
      .replaceAll(/[0-9a-f]{32}/g, X);
    expect(output).toBe(shown);
  });

  it('shows what it prints before it writes', async () => {
    const { output, url } = await examined({}, '--save');
    const [sent] = /"[0-9a-f]{32}"/.exec(output) ?? [];
    const shown = save
      .replace('https://example.com/articles/1', url)
      .replace(/"[0-9a-f]{32}"/, String(sent))
      .replace('2908', String(ARTICLE.length));
    expect(output).toContain(shown);
  });
});
