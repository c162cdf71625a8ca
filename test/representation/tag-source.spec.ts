import { describe, expect, it } from '@jest/globals';
import { createDigest } from '../../src/representation/digest.js';
import { compileSelection } from '../../src/representation/selection.js';
import {
  isWeakSource,
  tagOfContent,
  tagOfRevision,
  tagOfValue,
} from '../../src/representation/tag-source.js';
import type { FieldValue, TagSource } from '../../src/representation/tag-source.js';
import type { Revision } from '../../src/representation/revision.js';

const digest = createDigest();

const CONTENT: TagSource = { kind: 'content', fields: [] };
const SELECTION: TagSource = { kind: 'selection', selection: compileSelection(['name']) };
const REVISION: TagSource = {
  kind: 'revision',
  scope: 'users/:id',
  name: 'version',
  revisionOf: (value) => (value as { version?: Revision | null }).version,
};

const user = { name: 'Shaun', version: 3 };

/** No header field is set. */
function noField(): FieldValue {
  return undefined;
}

describe('tagOfValue', () => {
  it('knows nothing of a value whose bytes make the tag', () => {
    expect(tagOfValue(CONTENT, user, digest)).toBeUndefined();
  });

  it('makes a weak tag of the selected properties', () => {
    expect(tagOfValue(SELECTION, user, digest)).toEqual({
      weak: true,
      opaque: digest('["name"]{"name":"Shaun"}'),
    });
  });

  it('makes a weak tag of a list, element by element', () => {
    expect(tagOfValue(SELECTION, [user], digest)).toEqual({
      weak: true,
      opaque: digest('["name"][{"name":"Shaun"}]'),
    });
  });

  it('makes a strong tag of a revision', () => {
    expect(tagOfValue(REVISION, user, digest)).toEqual({
      weak: false,
      opaque: digest('revision "users/:id" "3"'),
    });
  });

  it('leaves a list, which has no revision of its own, to its bytes', () => {
    const list = Object.assign([user], { version: 3 });
    expect(tagOfValue(REVISION, list, digest)).toBeUndefined();
  });

  it.each([undefined, null])('leaves a value whose revision is %s to its bytes', (version) => {
    expect(tagOfValue(REVISION, { version }, digest)).toBeUndefined();
  });

  it('throws for a revision that tells nothing', () => {
    expect(() => tagOfValue(REVISION, { version: '' }, digest)).toThrow(TypeError);
  });
});

describe('tagOfRevision', () => {
  it('is strong, or weak where its route says so', () => {
    expect(tagOfRevision('users/:id', 3, digest).weak).toBe(false);
    expect(tagOfRevision('users/:id', 3, digest, true).weak).toBe(true);
  });

  it('is another in another scope', () => {
    expect(tagOfRevision('users/:id', 3, digest)).not.toEqual(
      tagOfRevision('drafts/:id', 3, digest),
    );
  });
});

describe('tagOfContent', () => {
  const text = '{"name":"Shaun"}';

  it('is the digest of the text or of its bytes', () => {
    const tag = { weak: false, opaque: digest(text) };
    expect(tagOfContent(CONTENT, text, digest, noField)).toEqual(tag);
    expect(tagOfContent(CONTENT, Buffer.from(text), digest, noField)).toEqual(tag);
  });

  it.each([
    ['a selection', SELECTION, true],
    ['a revision', REVISION, false],
  ])('is as weak as the other tags of its route (%s)', (_, source, weak) => {
    expect(tagOfContent(source, text, digest, noField)).toEqual({ weak, opaque: digest(text) });
    expect(isWeakSource(source)).toBe(weak);
  });

  describe('with header fields that count as content', () => {
    const source: TagSource = { kind: 'content', fields: ['Link', 'X-Total-Count'] };
    const tagWith = (fields: Record<string, FieldValue>): string =>
      tagOfContent(source, text, digest, (name) => fields[name]).opaque;

    it('is a digest of the content and of them', () => {
      expect(tagWith({ Link: '</2>; rel="next"', 'X-Total-Count': 7 })).toBe(
        digest(`${digest(text)}\nLink: </2>; rel="next"\nX-Total-Count: 7`),
      );
    });

    it('changes with each of them, and with the content', () => {
      const other = tagOfContent(source, '{}', digest, noField).opaque;
      const tags = [tagWith({}), tagWith({ Link: 'a' }), tagWith({ 'X-Total-Count': 'a' }), other];
      expect(new Set(tags).size).toBe(4);
    });

    it('takes a field in several lines for the same field in one', () => {
      expect(tagWith({ Link: ['a', 'b'] })).toBe(tagWith({ Link: 'a, b' }));
    });

    it('takes a field that is not set for an empty one', () => {
      expect(tagWith({})).toBe(tagWith({ Link: '', 'X-Total-Count': '' }));
    });
  });
});
