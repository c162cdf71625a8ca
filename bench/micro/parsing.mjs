import assert from 'node:assert/strict';
import fresh from 'fresh';
import { part } from '../library.mjs';

const { evaluatePreconditions } = await part('http/index.js');

const OPAQUE = '77bc43ac22bb2f5a9fbab5a32554a5d3';
const etag = `"${OPAQUE}"`;
const current = { exists: true, etag: { weak: false, opaque: OPAQUE } };

const others = (count) =>
  Array.from({ length: count }, (_, number) => `"${String(number).padStart(32, '0')}"`);
const filledWith = (text) => text.repeat(Math.ceil(65_536 / text.length)).slice(0, 65_536);

/** The values of If-None-Match, and whether they name the current tag. */
const FIELDS = {
  'one tag, the current one': [etag, true],
  'one tag, another': [others(1)[0], false],
  '50 tags, the current one last': [[...others(49), etag].join(', '), true],
  '64 KB of spaces between two tags': [`"x"${filledWith(' ')}, ${etag}`, true],
  '64 KB of commas': [filledWith(','), false],
  '64 KB of quotes': [filledWith('"'), false],
  '64 KB without an end': [`"${filledWith('a')}`, false],
};

/** Reading If-None-Match and comparing it, beside what Express and Koa do it with. */
export const parsing = Object.entries(FIELDS).map(([name, [field, matches]]) => {
  const ours = () => evaluatePreconditions('GET', { ifNoneMatch: field }, current);
  assert.equal(ours().outcome, matches ? 'not-modified' : 'proceed', name);
  const request = { 'if-none-match': field };
  const response = { etag };
  return {
    name: `parsing: ${name}`,
    contestants: { 'nestjs-etag': ours, fresh: () => fresh(request, response) },
  };
});
