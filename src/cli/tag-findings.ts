import type { EntityTag } from '../http/entity-tag.js';
import { parseEntityTag } from '../http/entity-tag.js';
import { compressionRemedies } from './compression-remedies.js';
import { inApplication, note, problem } from './finding.js';
import type { Finding } from './finding.js';
import { remediesAt } from './known-proxies.js';
import type { KnownProxy } from './known-proxies.js';
import { isCompared } from './passage.js';
import { clientsOf } from './read-diagnosis.js';
import type { ReadDiagnosis } from './read-diagnosis.js';

/** What the tags themselves say, or that there are none. */
export function tagFindings(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  origin: EntityTag | undefined,
): readonly Finding[] {
  const malformed = reads.find(({ fate }) => fate === 'malformed');
  if (malformed !== undefined) return [malformedTag(malformed)];
  if (reads.every(isExpressOwn)) return [EXPRESS_OWN];
  const removed = reads.filter(({ fate }) => fate === 'removed');
  if (removed.length === 0) return [];
  const isIgnored = reads.every(({ passage }) => passage === 'ignored');
  return removed.length === reads.length && origin === undefined && isIgnored
    ? [UNPROTECTED]
    : [removedTags(removed, reads, proxies, origin)];
}

/** The tag that Express adds to every answer: the length in hex and a SHA-1 in Base64, as the package `etag` writes it. */
export function isExpressOwn({ tag }: Pick<ReadDiagnosis, 'tag'>): boolean {
  return tag?.weak === true && /^[\da-f]+-[\w+/]{27}$/.test(tag.opaque);
}

const EXPRESS_OWN = problem(
  'The ETag is the one that Express adds to every answer. It is weak, so no save can send it in If-Match, and Express never compares If-Match.',
  [inApplication('@ETag() on the controller, @IfMatch() on its PUT and PATCH handlers')],
);

const UNPROTECTED = problem(
  'The application is not protected: it sends no ETag and ignores If-Match (a GET with a stale tag is answered 200). Whoever saves last overwrites what others saved before.',
  [inApplication('@ETag() on the controller, @IfMatch() on its PUT and PATCH handlers')],
);

function malformedTag({ answer }: ReadDiagnosis): Finding {
  const text = String(answer.fields.etag);
  const opaque = text.replace(/^W\//, '').replaceAll('"', '');
  return problem(`ETag: ${text} is not an entity tag; proxies change or remove it.`, [
    inApplication(`put it in quotes: "${opaque}"`),
  ]);
}

function removedTags(
  removed: readonly ReadDiagnosis[],
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  origin: EntityTag | undefined,
): Finding {
  const who =
    removed.length === reads.length
      ? 'No client receives an ETag'
      : `${clientsOf(removed)} receive no ETag`;
  const atProxies = [
    ...remediesAt(proxies, 'removed', { harmed: removed, reads }),
    ...compressionRemedies(removed, reads, proxies),
  ];
  const header = removed.map((read) => repeatedIn(read, origin)).find((name) => name !== undefined);
  if (header !== undefined) {
    return note(
      `${who}, so there is no 304. ${header} repeats it: a save can send that field instead of If-Match.`,
      atProxies,
    );
  }
  const what = `${who}: there is no 304, and nothing to send in If-Match.`;
  const repeat = inApplication("ETagModule.forRoot({ tagHeader: 'X-Resource-Version' })");
  if (origin !== undefined || reads.some(({ passage }) => isCompared(passage))) {
    return problem(what, [repeat, ...atProxies]);
  }
  return problem(what, [
    inApplication('@ETag() on the controller or the handler'),
    { ...repeat, where: 'in the application, if it sends an ETag and a proxy removes it' },
    ...atProxies,
  ]);
}

/** The name of the field that repeats the tag, as the option `tagHeader` makes it. */
function repeatedIn({ answer }: ReadDiagnosis, origin: EntityTag | undefined): string | undefined {
  if (origin === undefined) {
    return answer.fields['x-resource-version'] === undefined ? undefined : 'x-resource-version';
  }
  const isOrigin = (value: unknown): boolean =>
    typeof value === 'string' && (parseEntityTag(value)?.opaque ?? value) === origin.opaque;
  return Object.entries(answer.fields).find(
    ([name, value]) => name !== 'etag' && isOrigin(value),
  )?.[0];
}
