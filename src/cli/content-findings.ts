import { note } from './finding.js';
import type { Finding } from './finding.js';
import type { ReadDiagnosis } from './read-diagnosis.js';
import { isPage } from './refusal.js';

/** A page, where data was expected: of a login, or of an application in the browser, which answers any path. */
export function contentFindings(reads: readonly ReadDiagnosis[]): readonly Finding[] {
  return reads.every(({ answer }) => isPage(answer))
    ? [note('The answer is an HTML page: check that this is the URL of the resource.')]
    : [];
}
