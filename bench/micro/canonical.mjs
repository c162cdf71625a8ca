import assert from 'node:assert/strict';
import canonicalize from 'canonicalize';
import { configure } from 'safe-stable-stringify';
import { articleOfSize } from '../articles.mjs';
import { part } from '../library.mjs';

const { canonicalText } = await part('representation/canonical-text.js');
const stableStringify = configure({ circularValue: Error });

/** A text that does not depend on the order of the keys. */
export const canonical = ['1 KB', '10 KB'].map((size) => {
  const article = articleOfSize('1', size === '1 KB' ? 1_000 : 10_000);
  const reversed = Object.fromEntries(Object.entries(article).toReversed());
  assert.equal(canonicalText(article, '', ''), canonicalText(reversed, '', ''));
  assert.equal(canonicalize(article), canonicalize(reversed));
  return {
    name: `canonical text: ${size}`,
    contestants: {
      'nestjs-etag': () => canonicalText(article, '', ''),
      'canonicalize (RFC 8785)': () => canonicalize(article),
      'safe-stable-stringify': () => stableStringify(article),
      'JSON.stringify, which depends on it': () => JSON.stringify(article),
    },
  };
});
