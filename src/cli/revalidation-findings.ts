import { formatEntityTag } from '../http/entity-tag.js';
import { inApplication, note, problem } from './finding.js';
import type { Finding, Remedy } from './finding.js';
import { remediesAt } from './known-proxies.js';
import type { KnownProxy } from './known-proxies.js';
import { clientsOf } from './read-diagnosis.js';
import type { ReadDiagnosis } from './read-diagnosis.js';

/** Whether clients that have the representation get it again. */
export function revalidationFindings(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
): readonly Finding[] {
  const asked = reads.filter(
    ({ again, fate }) => again !== undefined && fate !== 'malformed' && fate !== 'other',
  );
  const forgotten = asked.filter(({ again }) => again?.status !== 304);
  const renamed = asked.filter(isRenamed);
  return [
    ...(forgotten.length === 0 ? [] : [forgottenTags(forgotten, reads, proxies)]),
    ...(renamed.length === 0 ? [] : [renamedTags(renamed)]),
  ];
}

/** Whether the 304 has another form of the tag than the client sent. */
function isRenamed({ again, tag }: ReadDiagnosis): boolean {
  const etag = again?.status === 304 ? again.fields.etag : undefined;
  return etag !== undefined && tag !== undefined && etag !== formatEntityTag(tag);
}

function forgottenTags(
  harmed: readonly ReadDiagnosis[],
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
): Finding {
  return problem(
    `${clientsOf(harmed)} download the whole representation again, although they have it: If-None-Match is not answered 304.`,
    [...generalRemedies(harmed), ...remediesAt(proxies, 'forgotten', { harmed, reads })],
  );
}

/** Where something on the way compares tags itself, the application's option does not bring a 304. */
function generalRemedies(harmed: readonly ReadDiagnosis[]): readonly Remedy[] {
  if (!harmed.every(({ fate }) => fate === 'recoded')) {
    return [{ where: 'on the way', lines: ['let If-None-Match through to the application'] }];
  }
  return harmed.some(({ passage }) => passage === 'answered-between')
    ? []
    : [inApplication("ETagModule.forRoot({ intermediaries: 'recoded' })")];
}

function renamedTags(renamed: readonly ReadDiagnosis[]): Finding {
  return note(
    `${clientsOf(renamed)} get a 304 with another form of the ETag than they sent. Most clients ignore that.`,
  );
}
