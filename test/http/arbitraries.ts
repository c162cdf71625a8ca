import * as fc from 'fast-check';
import type { EntityTag } from '../../src/http/index.js';

const ETAGC = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)).filter(
  (character) => /[!#-~\u0080-\u00ff]/.test(character),
);

/** Any entity tag: every octet that RFC 9110 §8.8.3 allows between its quotes, in any order. */
export function entityTag(): fc.Arbitrary<EntityTag> {
  const opaque = fc.string({ unit: fc.constantFrom(...ETAGC) });
  return fc.record({ weak: fc.boolean(), opaque });
}

/** Two tags that often have something in common, as independent ones never would. */
export function twoEntityTags(): fc.Arbitrary<readonly [EntityTag, EntityTag]> {
  const opaque = fc.constantFrom('', 'a', 'A', 'b');
  const tag = fc.record({ weak: fc.boolean(), opaque });
  return fc.tuple(tag, tag);
}

/** Text that is sometimes nearly a list of tags, sometimes arbitrary Unicode with lone surrogates. */
export function anyText(): fc.Arbitrary<string> {
  const pieces = '" W/ w/ , * \\ a "a" W/"a" \u00e9 \0 \ud83d \u0100'.split(' ');
  const piece = fc.constantFrom(...pieces, ' ', '\t');
  return fc.oneof(
    fc.string({ unit: piece, maxLength: 12 }),
    fc.string({ unit: 'binary' }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
  );
}
