import { formatEntityTag } from '../http/entity-tag.js';
import { mendedAt, problem } from './finding.js';
import type { Finding } from './finding.js';
import type { KnownProxy } from './known-proxies.js';
import { codingsOf } from './read-diagnosis.js';
import type { ReadDiagnosis } from './read-diagnosis.js';

/** Whether who has the representation gets it again. */
export function revalidationFindings(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
): readonly Finding[] {
  const asked = reads.filter(
    ({ again, fate }) => again !== undefined && fate !== 'malformed' && fate !== 'other',
  );
  const forgotten = asked.filter(({ again }) => again?.status !== 304);
  const renamed = asked.filter(
    ({ again, tag }) =>
      again?.status === 304 &&
      again.fields.etag !== undefined &&
      tag !== undefined &&
      again.fields.etag !== formatEntityTag(tag),
  );
  const findings: Finding[] = [];
  if (forgotten.length > 0) {
    const isSuffixed = forgotten.every(({ fate }) => fate === 'recoded');
    findings.push(
      problem(
        `Who takes ${codingsOf(forgotten)} and has the representation already gets all of it again, not 304.`,
        [
          ...(isSuffixed
            ? ["here: ETagModule.forRoot({ intermediaries: 'recoded' })"]
            : ['there: let If-None-Match through to the application']),
          ...mendedAt(proxies, 'forgotten'),
        ],
      ),
    );
  }
  if (renamed.length > 0) {
    findings.push({
      isProblem: false,
      what: `Who takes ${codingsOf(renamed)} gets another form of the tag with a 304 than it sent. Most clients do not mind.`,
      mending: [],
    });
  }
  return findings;
}
