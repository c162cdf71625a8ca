import { cachingFindings } from './caching-findings.js';
import { contentFindings } from './content-findings.js';
import type { Examination } from './examination.js';
import type { Finding } from './finding.js';
import { proxiesIn } from './known-proxies.js';
import type { KnownProxy } from './known-proxies.js';
import type { Question } from './question.js';
import { diagnoseRead } from './read-diagnosis.js';
import type { ReadDiagnosis } from './read-diagnosis.js';
import { revalidationFindings } from './revalidation-findings.js';
import { saveFindings } from './save-findings.js';
import { tagFindings } from './tag-findings.js';
import { trialFindings } from './trial-findings.js';
import { unseenFindings } from './unseen-findings.js';

/** What happens to entity tags on the way, and what follows from it. */
export interface Diagnosis extends Examination {
  readonly reads: readonly ReadDiagnosis[];
  readonly proxies: readonly KnownProxy[];
  readonly findings: readonly Finding[];
}

/** Says what the examination means. */
export function diagnose(examination: Examination, question: Question): Diagnosis {
  const { save, origin } = examination;
  const reads = examination.reads.map((read) => diagnoseRead(read, examination));
  const answers = [
    ...reads.map(({ answer }) => answer),
    ...(save === undefined ? [] : [save.answer]),
  ];
  const proxies = proxiesIn(answers);
  const findings = [
    ...tagFindings(reads, proxies, origin),
    ...saveFindings(reads, proxies, examination, question),
    ...revalidationFindings(reads, proxies),
    ...trialFindings(save, proxies),
    ...unseenFindings(reads, proxies, examination, question),
    ...cachingFindings(reads, proxies, question),
    ...contentFindings(reads),
  ];
  return { ...examination, reads, proxies, findings };
}
