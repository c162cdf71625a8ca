import type { EntityTag } from '../http/entity-tag.js';
import type { Examination } from './doctor.js';
import { mendedAt, problem } from './finding.js';
import type { Finding } from './finding.js';
import type { KnownProxy } from './known-proxies.js';
import type { Question } from './question.js';
import { codingsOf } from './read-diagnosis.js';
import type { Fate, ReadDiagnosis } from './read-diagnosis.js';

/** What the tags themselves say. */
export function tagFindings(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  examination: Examination,
  question: Question,
): readonly Finding[] {
  const of = (fate: Fate): readonly ReadDiagnosis[] => reads.filter((read) => read.fate === fate);
  const [malformed] = of('malformed');
  if (malformed !== undefined) {
    const text = String(malformed.answer.fields.etag);
    return [
      problem(`ETag: ${text} is no entity tag, and proxies mangle or remove it.`, [
        `in the application: write it with its quotes, as "${text.replace(/^W\//, '').replaceAll('"', '')}"`,
      ]),
    ];
  }
  if (reads.every(isExpressOwn)) {
    return [
      problem(
        'The tag is one that Express makes by itself: it is weak, so that no save can name it.',
        ['in the application: @ETag() on the controller or the handler'],
      ),
    ];
  }
  const removed = of('removed');
  return [
    ...(removed.length > 0 ? [removedTags(removed, proxies, examination)] : []),
    ...(of('other').length > 0 ? [otherTags(of('other'))] : []),
    ...(question.method === undefined ? [] : rewrittenTags(reads, proxies, examination, question)),
  ];
}

/** The length in hex and a SHA-1 in Base64 without padding, as the package `etag` writes them. */
function isExpressOwn({ tag }: ReadDiagnosis): boolean {
  return tag?.weak === true && /^[\da-f]+-[\w+/]{27}$/.test(tag.opaque);
}

function removedTags(
  removed: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  { origin, reads }: Examination,
): Finding {
  const who = removed.length === reads.length ? 'Nobody' : `Who takes ${codingsOf(removed)}`;
  const gets = who === 'Nobody' ? 'gets an entity tag' : 'gets no entity tag';
  const header = removed.map((read) => repeatedIn(read, origin)).find((name) => name !== undefined);
  if (header !== undefined) {
    return {
      isProblem: false,
      what: `${who} ${gets}, so there is no 304. ${header} repeats it: a save sends that instead of If-Match.`,
      mending: mendedAt(proxies, 'removed'),
    };
  }
  const here = "ETagModule.forRoot({ tagHeader: 'X-Resource-Version' })";
  return problem(
    `${who} ${gets}: no 304, and nothing to send in If-Match.`,
    origin === undefined
      ? [
          'in the application: @ETag() on the controller or the handler',
          `or, if it sends a tag to who asks it past the proxies: ${here}`,
          ...mendedAt(proxies, 'removed'),
        ]
      : [`here: ${here}`, ...mendedAt(proxies, 'removed')],
  );
}

/** The name of the field that repeats the opaque tag, as the option `tagHeader` makes it. */
function repeatedIn({ answer }: ReadDiagnosis, origin: EntityTag | undefined): string | undefined {
  if (origin === undefined) {
    return answer.fields['x-resource-version'] === undefined ? undefined : 'x-resource-version';
  }
  return Object.entries(answer.fields).find(([, value]) => value === origin.opaque)?.[0];
}

function otherTags(others: readonly ReadDiagnosis[]): Finding {
  return problem(
    `Who takes ${codingsOf(others)} gets a tag that was made of another: the resource changed meanwhile (examine it again), something in it differs each time, or something between makes tags of its own.`,
    [
      'in the application: leave out of the answer what differs each time (a timestamp, a random id), or tag it by what matters, @ETag({ version }) or @WeakETag([…])',
      'there: let the application alone make entity tags',
    ],
  );
}

/** Tags that come back to the server as they left it for nobody. */
function rewrittenTags(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  { knowsSuffixes }: Examination,
  { accepted = knowsSuffixes ? 'recoded' : undefined }: Question,
): readonly Finding[] {
  const isSuffixed = reads.some(({ fate }) => fate === 'recoded');
  const needed = isSuffixed ? 'recoded' : 'weakened';
  if (accepted === 'recoded' || accepted === needed) return [];
  const mending = [
    `here: ETagModule.forRoot({ intermediaries: '${needed}' })`,
    ...mendedAt(proxies, 'rewritten'),
    'or: compress in the application; nginx, Apache and Caddy leave alone what is compressed already',
    `or, if the server accepts them already, which cannot always be seen from outside: --accepted ${needed}`,
  ];
  return (['weak', 'weakened', 'recoded'] as const).flatMap((fate) => {
    const rewritten = reads.filter((read) => read.fate === fate);
    return rewritten.length === 0 ? [] : [problem(SENTENCES[fate](codingsOf(rewritten)), mending)];
  });
}

const SENTENCES = {
  weak: () =>
    'Every tag is weak: the route has @WeakETag(), or a proxy weakens all of them. In that case every save is refused (412, reason weak-tag), though nobody else has written.',
  weakened: (who: string) =>
    `Who takes ${who} gets a weakened tag, and a save with it is refused (412, reason weak-tag), though nobody else has written.`,
  recoded: (who: string) =>
    `Who takes ${who} gets a tag with a suffix, and a save with it is refused (412, reason recoded-tag), though nobody else has written.`,
} as const;
