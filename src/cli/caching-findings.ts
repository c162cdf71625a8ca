import type { ReadDiagnosis } from './read-diagnosis.js';
import type { Finding } from './finding.js';
import { mendedAt, problem } from './finding.js';
import type { KnownProxy } from './known-proxies.js';
import type { Question } from './question.js';

const HERE =
  'here: Cache-Control: private, no-cache, which ETagModule sets where the handler sets none';

/** What caches make of the answers, of which somebody who saves must see the newest. */
export function cachingFindings(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  { method }: Question,
): readonly Finding[] {
  const findings: Finding[] = [];
  const stored = reads.find(isStored);
  if (stored !== undefined) {
    findings.push(
      problem(
        `An answer came from a cache between (${whereStored(stored)}): after a 412 everybody reads the old version again, and is refused again.`,
        [HERE, ...mendedAt(proxies, 'cached')],
      ),
    );
  }
  const [policy] = reads.map(({ answer }) => answer.fields['cache-control']);
  const seconds = freshFor(policy);
  if (seconds > 0 && method !== undefined) {
    findings.push(
      problem(
        `Cache-Control: ${policy} lets caches answer for ${seconds} seconds without asking: who has saved may read the old version, and is refused.`,
        [HERE],
      ),
    );
  }
  if (policy === undefined) {
    findings.push({
      isProblem: false,
      what: 'No Cache-Control: caches decide by themselves, and some give the answer of one person to another.',
      mending: [HERE],
    });
  }
  return findings;
}

/** Whether a cache answered. RFC 9111 §5.1; `X-Cache` and `CF-Cache-Status` are customs. */
function isStored(read: ReadDiagnosis): boolean {
  return whereStored(read) !== undefined;
}

function whereStored({ answer: { fields } }: ReadDiagnosis): string | undefined {
  for (const name of ['x-cache', 'cf-cache-status']) {
    const value = [fields[name]].flat().join(', ');
    if (/\bhit\b/i.test(value)) return `${name}: ${value}`;
  }
  return Number(fields.age) > 0 ? `age: ${fields.age}` : undefined;
}

/** For how long a cache may answer without asking. RFC 9111 §5.2.2. */
function freshFor(policy = ''): number {
  const directives = policy
    .toLowerCase()
    .split(',')
    .map((each) => each.trim());
  if (directives.includes('no-cache') || directives.includes('no-store')) return 0;
  const ages = directives.map((each) => /^(?:s-maxage|max-age)="?(\d+)/.exec(each)?.[1]);
  return Math.max(0, ...ages.map((age) => Number(age ?? 0)));
}
