import { createHash } from 'node:crypto';
import etag from 'etag';
import objectHash from 'object-hash';
import { SIZES, articleOfSize } from '../articles.mjs';
import { part } from '../library.mjs';

const { createDigest } = await part('representation/digest.js');
const ours = createDigest();

/** The digest of a text that is about to be sent. `object-hash` walks the object instead, and is left out where it takes long. */
export const digest = Object.entries(SIZES).map(([size, bytes]) => {
  const article = articleOfSize('1', bytes);
  const text = JSON.stringify(article);
  return {
    name: `digest: ${size}`,
    contestants: {
      'nestjs-etag': () => ours(text),
      "createHash('sha256')": () => createHash('sha256').update(text).digest('hex').slice(0, 32),
      'etag (sha1)': () => etag(text),
      ...(bytes <= 10_000 && { 'object-hash': () => objectHash(article) }),
      'JSON.stringify, for comparison': () => JSON.stringify(article),
    },
  };
});
