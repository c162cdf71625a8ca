import { compressionRemedies } from './compression-remedies.js';
import type { Examination } from './examination.js';
import { inApplication, problem } from './finding.js';
import type { Finding, Remedy } from './finding.js';
import { remediesAt } from './known-proxies.js';
import type { KnownProxy } from './known-proxies.js';
import { isSeen } from './passage.js';
import type { Question } from './question.js';
import { clientsOf } from './read-diagnosis.js';
import type { Fate, ReadDiagnosis } from './read-diagnosis.js';
import { isExpressOwn } from './tag-findings.js';

/** Whether clients can save with the tag that they received: as seen, or concluded from the tag where it was not. */
export function saveFindings(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  examination: Examination,
  question: Question,
): readonly Finding[] {
  if (question.isReadOnly || reads.every(isExpressOwn)) return [];
  const accepted = acceptedBy(examination, question);
  const refused = reads.filter((read) =>
    isSeen(read.passage) ? read.passage === 'refused' : isConcluded(read.fate, accepted),
  );
  const changed = refused.filter(({ fate }) => fate === 'kept' || fate === 'other');
  return [
    ...rewrittenTags(refused, reads, proxies),
    ...(changed.length === 0 ? [] : [changingTags(changed)]),
  ];
}

type Accepted = 'weakened' | 'recoded' | undefined;

function acceptedBy({ knowsSuffixes }: Examination, { accepted }: Question): Accepted {
  return accepted ?? (knowsSuffixes ? 'recoded' : undefined);
}

/** Whether a save with such a tag is refused, of which nothing was seen. */
function isConcluded(fate: Fate, accepted: Accepted): boolean {
  if (fate === 'other') return true;
  if (fate === 'recoded') return accepted !== 'recoded';
  return (fate === 'weak' || fate === 'weakened') && accepted === undefined;
}

/** Tags that come back to the server in another form than it sent. */
function rewrittenTags(
  refused: readonly ReadDiagnosis[],
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
): readonly Finding[] {
  const needed = refused.some(({ fate }) => fate === 'recoded') ? 'recoded' : 'weakened';
  return (['weak', 'weakened', 'recoded'] as const).flatMap((fate) => {
    const harmed = refused.filter((read) => read.fate === fate);
    if (harmed.length === 0) return [];
    return [
      problem(SENTENCES[fate](clientsOf(harmed)), [
        ...(fate === 'weak' ? WEAK_ON_PURPOSE : []),
        inApplication(`ETagModule.forRoot({ intermediaries: '${needed}' })`),
        ...remediesAt(proxies, 'rewritten', { harmed, reads }),
        ...compressionRemedies(harmed, reads, proxies),
        ...(harmed.every(({ passage }) => isSeen(passage)) ? [] : [acceptedAlready(needed)]),
      ]),
    ];
  });
}

const NOBODY_WROTE = 'although nobody else has written';

const SENTENCES = {
  weak: () =>
    `Every ETag is weak, so saves with it are rejected (412, reason weak-tag), ${NOBODY_WROTE}. Either the route makes weak tags, or a proxy weakens all of them.`,
  weakened: (who: string) =>
    `${who} receive a weakened ETag, and saves with it are rejected (412, reason weak-tag), ${NOBODY_WROTE}.`,
  recoded: (who: string) =>
    `${who} receive an ETag with a suffix, and saves with it are rejected (412, reason recoded-tag), ${NOBODY_WROTE}.`,
} as const;

const WEAK_ON_PURPOSE: readonly Remedy[] = [
  {
    where: 'in the application, if the route makes weak tags',
    lines: ["@IfMatch({ comparison: 'weak' }), or @ETag() instead of @WeakETag()"],
  },
];

function acceptedAlready(form: 'weakened' | 'recoded'): Remedy {
  return {
    where: 'for the doctor, if the application has this option already',
    lines: [`--accepted ${form}`],
  };
}

function changingTags(reads: readonly ReadDiagnosis[]): Finding {
  return problem(
    `${clientsOf(reads)} receive an ETag that the next request does not find current, so saves with it are rejected (412, reason changed). Either the resource changed during the examination (examine it again), or GET returns something else each time, or something on the way makes its own ETags.`,
    [
      inApplication(
        'leave out of the answer what differs each time (a time, a random value), or tag only what matters: @ETag({ version: … }) or @WeakETag([…])',
      ),
      { where: 'on the way', lines: ['let only the application make ETags'] },
    ],
  );
}
