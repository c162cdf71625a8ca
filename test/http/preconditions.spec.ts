import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  evaluatePreconditions,
  formatEntityTag,
  type ConditionalFields,
  type CurrentRepresentation,
  type EntityTag,
  type PreconditionOutcome,
} from '../../src/http/index.js';
import { anyText, entityTag } from './arbitraries.js';

const READS = ['GET', 'HEAD'];
const WRITES = ['PUT', 'PATCH', 'POST', 'DELETE', 'PROPPATCH'];
const NEITHER = ['CONNECT', 'OPTIONS', 'TRACE'];
const METHODS = [...READS, ...WRITES];

const BEFORE = 'Sun, 06 Nov 1994 08:49:36 GMT';
const MODIFIED = 'Sun, 06 Nov 1994 08:49:37 GMT';
const AFTER = 'Sun, 06 Nov 1994 08:49:38 GMT';

const STRONG: EntityTag = { weak: false, opaque: 'v1' };
const WEAK: EntityTag = { weak: true, opaque: 'v1' };
const LAST_MODIFIED = new Date('1994-11-06T08:49:37.999Z');

/** Representations by name, for titles. */
const STATES = {
  'strong tag': { exists: true, etag: STRONG, lastModified: LAST_MODIFIED },
  'weak tag': { exists: true, etag: WEAK, lastModified: LAST_MODIFIED },
  'no tag': { exists: true, lastModified: LAST_MODIFIED },
  'no date': { exists: true, etag: STRONG },
  'no validator': { exists: true, etag: undefined, lastModified: undefined },
  missing: { exists: false },
  'missing, with the validators it had': {
    exists: false,
    etag: STRONG,
    lastModified: LAST_MODIFIED,
  },
} as const satisfies Record<string, CurrentRepresentation>;
type State = keyof typeof STATES;

/** An outcome in a word: `proceed`, `304 If-None-Match`, `412 If-Match changed`. */
function outcome(
  method: string,
  fields: ConditionalFields,
  current: CurrentRepresentation,
  comparison?: 'strong' | 'weak',
): string {
  const result = evaluatePreconditions(method, fields, current, comparison && { comparison });
  if (result.outcome === 'proceed') return 'proceed';
  return result.outcome === 'not-modified'
    ? `304 ${result.field}`
    : `412 ${result.field} ${result.reason}`;
}

/** What every comparison says of a field, given the current tag. */
function verdicts(field: string, etag: EntityTag): PreconditionOutcome[] {
  const current = { exists: true, etag };
  return ['GET', 'PUT'].flatMap((method) => [
    evaluatePreconditions(method, { ifMatch: field }, current),
    evaluatePreconditions(method, { ifMatch: field }, current, { comparison: 'weak' }),
    evaluatePreconditions(method, { ifNoneMatch: field }, current),
  ]);
}

describe('evaluatePreconditions', () => {
  describe('If-Match (§13.1.1)', () => {
    const changed = '412 If-Match changed';
    const missing = '412 If-Match missing-resource';
    const weakTag = '412 If-Match weak-tag';
    const malformed = '412 If-Match malformed';

    const table: [field: string, state: State, strong: string, weak: string][] = [
      ['"v1"', 'strong tag', 'proceed', 'proceed'],
      [' "v1" ', 'strong tag', 'proceed', 'proceed'],
      ['"v0", "v1"', 'strong tag', 'proceed', 'proceed'],
      ['W/"v1", "v1"', 'strong tag', 'proceed', 'proceed'],
      ['W/"v1"', 'strong tag', weakTag, 'proceed'],
      ['"v0", W/"v1"', 'strong tag', weakTag, 'proceed'],
      ['"v0"', 'strong tag', changed, changed],
      ['W/"v0"', 'strong tag', changed, changed],
      ['"V1"', 'strong tag', changed, changed],
      ['""', 'strong tag', changed, changed],
      ['"v0,"v1"', 'strong tag', malformed, malformed],
      ['*', 'strong tag', 'proceed', 'proceed'],
      ['', 'strong tag', malformed, malformed],
      [' , ', 'strong tag', malformed, malformed],
      ['v1', 'strong tag', malformed, malformed],
      ['"v1"x', 'strong tag', malformed, malformed],
      ['"v1", v1', 'strong tag', malformed, malformed],
      ['*, "v1"', 'strong tag', malformed, malformed],
      ['null', 'strong tag', malformed, malformed],
      ['W/"v1"', 'weak tag', weakTag, 'proceed'],
      ['"v1"', 'weak tag', weakTag, 'proceed'],
      ['"v0", "v1"', 'weak tag', weakTag, 'proceed'],
      ['W/"v0"', 'weak tag', changed, changed],
      ['*', 'weak tag', 'proceed', 'proceed'],
      ['"v1"', 'no tag', changed, changed],
      ['W/"v1"', 'no tag', changed, changed],
      ['*', 'no tag', 'proceed', 'proceed'],
      ['"v1"', 'missing', missing, missing],
      ['*', 'missing', missing, missing],
      ['', 'missing', malformed, malformed],
      ['v1', 'missing', malformed, malformed],
      ['"v1"', 'missing, with the validators it had', missing, missing],
      ['*', 'missing, with the validators it had', missing, missing],
    ];

    describe.each(METHODS)('%s', (method) => {
      it.each(table)('%j, %s: %s, by weak comparison %s', (ifMatch, state, strong, weak) => {
        expect(outcome(method, { ifMatch }, STATES[state])).toBe(strong);
        expect(outcome(method, { ifMatch }, STATES[state], 'strong')).toBe(strong);
        expect(outcome(method, { ifMatch }, STATES[state], 'weak')).toBe(weak);
      });
    });

    it('takes repeated field lines for one list', () => {
      expect(outcome('PUT', { ifMatch: ['"v0"', '"v1"'] }, STATES['strong tag'])).toBe('proceed');
      expect(outcome('PUT', { ifMatch: ['"v0"', '"v2"'] }, STATES['strong tag'])).toBe(changed);
      expect(outcome('PUT', { ifMatch: ['*', '"v1"'] }, STATES['strong tag'])).toBe(malformed);
      expect(outcome('PUT', { ifMatch: [''] }, STATES['strong tag'])).toBe(malformed);
    });

    it('is absent when there is no line of it', () => {
      expect(outcome('PUT', { ifMatch: [] }, STATES['strong tag'])).toBe('proceed');
    });
  });

  describe('If-None-Match (§13.1.2)', () => {
    const table: [field: string, state: State, matches: boolean][] = [
      ['"v1"', 'strong tag', true],
      ['W/"v1"', 'strong tag', true],
      ['"v0", W/"v1"', 'strong tag', true],
      ['"v0"', 'strong tag', false],
      ['"V1"', 'strong tag', false],
      ['*', 'strong tag', true],
      ['', 'strong tag', false],
      [',', 'strong tag', false],
      ['v1', 'strong tag', false],
      ['"v1", v1', 'strong tag', false],
      ['*, "v1"', 'strong tag', false],
      ['"v1"', 'weak tag', true],
      ['W/"v1"', 'weak tag', true],
      ['W/"v0"', 'weak tag', false],
      ['*', 'weak tag', true],
      ['"v1"', 'no tag', false],
      ['*', 'no tag', true],
      ['"v1"', 'missing', false],
      ['*', 'missing', false],
      ['"v1"', 'missing, with the validators it had', false],
      ['*', 'missing, with the validators it had', false],
    ];

    describe.each(READS)('%s', (method) => {
      it.each(table)('%j, %s: matches %s', (ifNoneMatch, state, matches) => {
        const expected = matches ? '304 If-None-Match' : 'proceed';
        expect(outcome(method, { ifNoneMatch }, STATES[state])).toBe(expected);
      });
    });

    describe.each(WRITES)('%s', (method) => {
      it.each(table)('%j, %s: matches %s', (ifNoneMatch, state, matches) => {
        const expected = matches ? '412 If-None-Match exists' : 'proceed';
        expect(outcome(method, { ifNoneMatch }, STATES[state])).toBe(expected);
      });
    });

    it('takes repeated field lines for one list', () => {
      expect(outcome('GET', { ifNoneMatch: ['"v0"', '"v1"'] }, STATES['strong tag'])).toBe(
        '304 If-None-Match',
      );
    });
  });

  describe('If-Modified-Since (§13.1.3)', () => {
    const notModified = '304 If-Modified-Since';
    const table: [field: string, state: State, onRead: string][] = [
      [BEFORE, 'strong tag', 'proceed'],
      [MODIFIED, 'strong tag', notModified],
      [AFTER, 'strong tag', notModified],
      ['Sunday, 06-Nov-94 08:49:37 GMT', 'strong tag', notModified],
      ['Sun Nov  6 08:49:37 1994', 'strong tag', notModified],
      [`${AFTER}, ${AFTER}`, 'strong tag', 'proceed'],
      ['1994-11-06T08:49:38Z', 'strong tag', 'proceed'],
      ['', 'strong tag', 'proceed'],
      [AFTER, 'no tag', notModified],
      [AFTER, 'no date', 'proceed'],
      [AFTER, 'no validator', 'proceed'],
      [AFTER, 'missing', 'proceed'],
      [AFTER, 'missing, with the validators it had', 'proceed'],
    ];

    describe.each(READS)('%s', (method) => {
      it.each(table)('%j, %s: %s', (ifModifiedSince, state, expected) => {
        expect(outcome(method, { ifModifiedSince }, STATES[state])).toBe(expected);
      });
    });

    describe.each(WRITES)('%s', (method) => {
      it.each(table)('%j, %s: ignored', (ifModifiedSince, state) => {
        expect(outcome(method, { ifModifiedSince }, STATES[state])).toBe('proceed');
      });
    });

    it('is ignored when the modification date is invalid', () => {
      const current = { exists: true, lastModified: new Date(Number.NaN) };
      expect(outcome('GET', { ifModifiedSince: AFTER }, current)).toBe('proceed');
    });
  });

  describe('If-Unmodified-Since (§13.1.4)', () => {
    const modified = '412 If-Unmodified-Since unmodified-since';
    const table: [field: string, state: State, expected: string][] = [
      [BEFORE, 'strong tag', modified],
      [MODIFIED, 'strong tag', 'proceed'],
      [AFTER, 'strong tag', 'proceed'],
      ['Sunday, 06-Nov-94 08:49:36 GMT', 'strong tag', modified],
      ['Sun Nov  6 08:49:36 1994', 'strong tag', modified],
      [`${BEFORE}, ${BEFORE}`, 'strong tag', 'proceed'],
      ['1994-11-06T08:49:36Z', 'strong tag', 'proceed'],
      ['', 'strong tag', 'proceed'],
      [BEFORE, 'no tag', modified],
      [BEFORE, 'no date', 'proceed'],
      [BEFORE, 'no validator', 'proceed'],
      [BEFORE, 'missing', 'proceed'],
      [BEFORE, 'missing, with the validators it had', 'proceed'],
    ];

    describe.each(METHODS)('%s', (method) => {
      it.each(table)('%j, %s: %s', (ifUnmodifiedSince, state, expected) => {
        expect(outcome(method, { ifUnmodifiedSince }, STATES[state])).toBe(expected);
      });
    });

    it('is ignored when the modification date is invalid', () => {
      const current = { exists: true, lastModified: new Date(Number.NaN) };
      expect(outcome('PUT', { ifUnmodifiedSince: BEFORE }, current)).toBe('proceed');
    });
  });

  describe('precedence (§13.2.2)', () => {
    // Each field once true and once false, of the representation with the strong tag.
    const ifMatch = { true: '"v1"', false: '"v0"', absent: undefined };
    const ifUnmodifiedSince = { true: AFTER, false: BEFORE, absent: undefined };
    const ifNoneMatch = { true: '"v0"', false: '"v1"', absent: undefined };
    const ifModifiedSince = { true: BEFORE, false: AFTER, absent: undefined };
    const conditions = ['true', 'false', 'absent'] as const;
    type Condition = (typeof conditions)[number];

    const combinations = conditions.flatMap((im) =>
      conditions.flatMap((ius) =>
        conditions.flatMap((inm) => conditions.map((ims) => [im, ius, inm, ims] as const)),
      ),
    );

    /** The steps of §13.2.2, as the RFC numbers them. */
    function expected(method: string, [im, ius, inm, ims]: readonly Condition[]): string {
      const isGetOrHead = method === 'GET' || method === 'HEAD';
      // 1. and 2.
      if (im === 'false') return '412 If-Match changed';
      if (im === 'absent' && ius === 'false') return '412 If-Unmodified-Since unmodified-since';
      // 3.
      if (inm === 'false') return isGetOrHead ? '304 If-None-Match' : '412 If-None-Match exists';
      // 4.
      if (isGetOrHead && inm === 'absent' && ims === 'false') return '304 If-Modified-Since';
      // 6.
      return 'proceed';
    }

    describe.each(METHODS)('%s', (method) => {
      it.each(combinations)(
        'If-Match %s, If-Unmodified-Since %s, If-None-Match %s, If-Modified-Since %s',
        (im, ius, inm, ims) => {
          const fields = {
            ifMatch: ifMatch[im],
            ifUnmodifiedSince: ifUnmodifiedSince[ius],
            ifNoneMatch: ifNoneMatch[inm],
            ifModifiedSince: ifModifiedSince[ims],
          };
          expect(outcome(method, fields, STATES['strong tag'])).toBe(
            expected(method, [im, ius, inm, ims]),
          );
        },
      );
    });

    describe.each(NEITHER)('%s', (method) => {
      it('ignores every precondition (§13.2.1)', () => {
        for (const [im, ius, inm, ims] of combinations) {
          for (const state of Object.values(STATES)) {
            const fields = {
              ifMatch: ifMatch[im],
              ifUnmodifiedSince: ifUnmodifiedSince[ius],
              ifNoneMatch: ifNoneMatch[inm],
              ifModifiedSince: ifModifiedSince[ims],
            };
            expect(outcome(method, fields, state)).toBe('proceed');
          }
        }
      });
    });

    it('goes on to If-None-Match after an If-Match that passed', () => {
      const fields = { ifMatch: '*', ifNoneMatch: '*' };
      expect(outcome('PUT', fields, STATES['strong tag'])).toBe('412 If-None-Match exists');
      expect(outcome('GET', fields, STATES['strong tag'])).toBe('304 If-None-Match');
    });

    it('goes on to If-Modified-Since after an If-Unmodified-Since that passed', () => {
      const fields = { ifUnmodifiedSince: MODIFIED, ifModifiedSince: MODIFIED };
      expect(outcome('GET', fields, STATES['strong tag'])).toBe('304 If-Modified-Since');
    });

    it.each(['', 'v1', '*, "v1"'])(
      'ignores If-Modified-Since next to If-None-Match %j: the field was sent',
      (ifNoneMatch) => {
        const fields = { ifNoneMatch, ifModifiedSince: AFTER };
        expect(outcome('GET', fields, STATES['strong tag'])).toBe('proceed');
      },
    );

    it('ignores If-Unmodified-Since next to an If-Match that passed', () => {
      const fields = { ifMatch: '"v1"', ifUnmodifiedSince: BEFORE };
      expect(outcome('PUT', fields, STATES['strong tag'])).toBe('proceed');
    });

    it('heeds the date fields when the tag fields have no line', () => {
      expect(outcome('PUT', { ifMatch: [], ifUnmodifiedSince: BEFORE }, STATES['strong tag'])).toBe(
        '412 If-Unmodified-Since unmodified-since',
      );
      expect(
        outcome('GET', { ifNoneMatch: [], ifModifiedSince: AFTER }, STATES['strong tag']),
      ).toBe('304 If-Modified-Since');
    });

    it('proceeds without any precondition', () => {
      for (const method of [...METHODS, ...NEITHER]) {
        for (const state of Object.values(STATES)) {
          expect(outcome(method, {}, state)).toBe('proceed');
        }
      }
    });
  });

  describe('a field that equals the current tag', () => {
    it('is judged as it is in a list', () => {
      fc.assert(
        fc.property(entityTag(), (etag) => {
          const text = formatEntityTag(etag);
          expect(verdicts(text, etag)).toEqual(verdicts(`${text},`, etag));
        }),
      );
    });

    it('is judged as it is in a list, also when the letters only coincide', () => {
      fc.assert(
        fc.property(anyText(), fc.boolean(), fc.boolean(), (opaque, weak, sentWeak) => {
          const text = `${sentWeak ? 'W/' : ''}"${opaque}"`;
          expect(verdicts(text, { weak, opaque })).toEqual(verdicts(`${text},`, { weak, opaque }));
        }),
      );
    });

    it.each([
      ['"ab1"', { weak: true, opaque: '1' }],
      ['W/"1"', { weak: false, opaque: '/"1' }],
      ['"a", "b"', { weak: false, opaque: 'a", "b' }],
      ['"a b"', { weak: false, opaque: 'a b' }],
    ])('is no match when %s only looks like it', (field, etag) => {
      expect(outcome('PUT', { ifNoneMatch: field }, { exists: true, etag })).toBe('proceed');
      expect(outcome('PUT', { ifMatch: field }, { exists: true, etag }, 'weak')).toMatch(/^412/);
    });
  });

  describe('on any text', () => {
    const request = fc.record(
      {
        ifMatch: fc.oneof(anyText(), fc.array(anyText())),
        ifNoneMatch: fc.oneof(anyText(), fc.array(anyText())),
        ifModifiedSince: fc.oneof(anyText(), fc.constantFrom(BEFORE, AFTER)),
        ifUnmodifiedSince: fc.oneof(anyText(), fc.constantFrom(BEFORE, AFTER)),
      },
      { requiredKeys: [] },
    );
    const method = fc.oneof(fc.constantFrom(...METHODS, ...NEITHER), fc.string());
    const state = fc.constantFrom(...Object.values(STATES));

    it('throws nothing, answers 304 to reads only, and 412 or 304 only for a field that was sent', () => {
      fc.assert(
        fc.property(method, request, state, (method, fields, current) => {
          const result = evaluatePreconditions(method, fields, current);
          const sent: Record<string, unknown> = {
            'If-Match': fields.ifMatch,
            'If-None-Match': fields.ifNoneMatch,
            'If-Modified-Since': fields.ifModifiedSince,
            'If-Unmodified-Since': fields.ifUnmodifiedSince,
          };
          expect(result.outcome === 'not-modified' && !READS.includes(method)).toBe(false);
          expect(result.outcome === 'proceed' || sent[result.field] !== undefined).toBe(true);
        }),
      );
    });

    it('lets no write through whose If-Match names neither * nor the current tag', () => {
      fc.assert(
        fc.property(anyText(), (ifMatch) => {
          fc.pre(ifMatch.trim() !== '*' && !ifMatch.includes('v1'));
          expect(outcome('PUT', { ifMatch }, STATES['strong tag'])).toMatch(/^412 If-Match/);
        }),
      );
    });
  });

  it('finds the current tag among ten thousand', () => {
    const ifMatch = Array.from({ length: 10_000 }, (_, index) => `"v${10_000 - index}"`).join(', ');
    expect(outcome('PUT', { ifMatch }, STATES['strong tag'])).toBe('proceed');
  });
});
