import { membersOf } from './directives.js';
import { inApplication, note, problem } from './finding.js';
import type { Finding, Remedy } from './finding.js';
import { freshnessIn } from './freshness.js';
import type { Freshness } from './freshness.js';
import { remediesAt } from './known-proxies.js';
import type { KnownProxy } from './known-proxies.js';
import type { Question } from './question.js';
import type { ReadDiagnosis } from './read-diagnosis.js';
import { storedBy } from './stored-answer.js';

const DEFAULT = 'Cache-Control: private, no-cache (the default where the handler sets none)';

/** What caches do with the answers; a client that saves must see the newest. */
export function cachingFindings(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  { isReadOnly }: Question,
): readonly Finding[] {
  const fields = reads[0]?.answer.fields ?? {};
  const lasting = isReadOnly ? [] : freshnessIn(fields);
  return [
    ...storedAnswers(reads, proxies, isReadOnly),
    ...lasting.map(lastingAnswer),
    ...(fields['cache-control'] === undefined && lasting.length === 0 ? [NO_POLICY] : []),
  ];
}

function storedAnswers(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  isReadOnly: boolean,
): readonly Finding[] {
  const harmed = reads.filter(({ answer }) => storedBy(answer) !== undefined);
  const stored = harmed.map(({ answer }) => storedBy(answer)).at(0);
  if (stored === undefined) return [];
  if (harmed.every(mayHaveAsked)) return [note(`${SQUID} (${stored}).`)];
  const what = `A cache on the way answered instead of the server (${stored}).`;
  if (isReadOnly) return [note(what)];
  return [
    problem(
      `${what} After a 412, clients read the old version again, and their next save is rejected again.`,
      [...harmed.slice(0, 1).map(policyFor), ...remediesAt(proxies, 'cached', { harmed, reads })],
    ),
  ];
}

/** What keeps such an answer out of caches that obey; where it says so already, the cache does not. */
function policyFor({ answer: { fields } }: ReadDiagnosis): Remedy {
  const targeted = freshnessIn(fields).find(({ name }) => !OVERRIDDEN.has(name));
  if (targeted !== undefined) return withoutField(targeted.name);
  const said = membersOf(fields['cache-control'] ?? '').map(({ name }) => name);
  return said.includes('no-cache') || said.includes('no-store')
    ? { where: 'at the cache', lines: ['store nothing of this application'] }
    : inApplication(DEFAULT);
}

const SQUID =
  'A cache on the way says that it had the answer, but it must ask the server first, and has probably done so: Squid says this of an answer that the server has confirmed';

/** Whether it is only the word of a cache that had to ask (RFC 9111 §4.3), and whose answer has no age. */
function mayHaveAsked({ answer: { fields } }: ReadDiagnosis): boolean {
  return (
    fields.age === '0' &&
    /^hit from /i.test(String(fields['x-cache'])) &&
    fields['cache-control'] !== undefined &&
    freshnessIn(fields).length === 0
  );
}

function lastingAnswer({ name, field, seconds, isStale }: Freshness): Finding {
  const how = isStale
    ? `with the old version for ${seconds} seconds while they ask`
    : `for ${seconds} seconds without asking`;
  return problem(
    `${field} lets caches answer ${how}: after a save, clients may read the old version, and their next save is rejected.`,
    [OVERRIDDEN.has(name) ? inApplication(DEFAULT) : withoutField(name)],
  );
}

/** The fields that `Cache-Control: no-cache` overrides; a targeted one overrides it (RFC 9213 §2.2). */
const OVERRIDDEN: ReadonlySet<string> = new Set(['Cache-Control', 'Expires']);

function withoutField(name: string): Remedy {
  return { where: 'in the application, or where this field is added', lines: [`send no ${name}`] };
}

const NO_POLICY = note(
  'There is no Cache-Control: caches decide for themselves, and some give the answer of one person to another.',
  [inApplication(DEFAULT)],
);
