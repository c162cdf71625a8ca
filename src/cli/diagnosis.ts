import { cachingFindings } from './caching-findings.js';
import type { Examination } from './doctor.js';
import type { Finding } from './finding.js';
import { proxiesIn } from './known-proxies.js';
import type { KnownProxy } from './known-proxies.js';
import type { Question } from './question.js';
import { diagnoseRead } from './read-diagnosis.js';
import type { ReadDiagnosis } from './read-diagnosis.js';
import { revalidationFindings } from './revalidation-findings.js';
import { saveFindings } from './save-findings.js';
import { tagFindings } from './tag-findings.js';

/** What the path between does to entity tags, and what comes of it. */
export interface Diagnosis extends Examination {
  readonly reads: readonly ReadDiagnosis[];
  readonly proxies: readonly KnownProxy[];
  readonly findings: readonly Finding[];
}

/** Says what the things that were seen mean. */
export function diagnose(examination: Examination, question: Question): Diagnosis {
  const reads = examination.reads.map((read) => diagnoseRead(read, examination));
  const answers = [
    ...reads.map(({ answer }) => answer),
    ...(examination.save === undefined ? [] : [examination.save.answer]),
  ];
  const proxies = proxiesIn(answers);
  const findings = [
    ...tagFindings(reads, proxies, examination, question),
    ...revalidationFindings(reads, proxies),
    ...saveFindings(examination.save, proxies),
    ...cachingFindings(reads, proxies, question),
  ];
  return { ...examination, reads, proxies, findings };
}
