import { VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import type { DecoratedHandler } from './decorated-handlers.js';

/** What a handler says of its API versions, and what the application makes of that. */
export type Versioned = Pick<DecoratedHandler, 'apiVersions' | 'versioning'>;

/** Stands for every version that no handler names. */
const NEUTRAL = String(VERSION_NEUTRAL);

/**
 * Those of some reads that answer where a write answers, in any of its API versions: one, where the versions of the write
 * share it; none, where the write has a version to itself.
 *
 * @param samePath the reads of the write's path, in the order in which Nest registers them.
 * @param versionedOf what each says of its versions.
 */
export function readsInVersionsOf<Read>(
  write: Versioned,
  samePath: readonly Read[],
  versionedOf: (read: Read) => Versioned,
): readonly Read[] {
  const answered = samePath.map((read) => versionsOf(versionedOf(read)));
  const isInPath = write.versioning?.type === VersioningType.URI;
  const own = versionsOf(write);
  const isForAll = !isInPath && own.includes(NEUTRAL);
  const asked = isForAll ? [NEUTRAL, ...answered.flat()] : own;
  const answering = asked.flatMap((version) => {
    const exact = answered.findIndex((versions) => versions.includes(version));
    const neutral = isInPath ? -1 : answered.findIndex((versions) => versions.includes(NEUTRAL));
    // Express asks them in their order, Fastify the exact one first: where that differs, it cannot be told here.
    const found = exact >= 0 && (neutral < 0 || exact < neutral) ? [exact] : [neutral, exact];
    return found.filter((index) => index >= 0);
  });
  return samePath.filter((_, index) => answering.includes(index));
}

/** The versions that a handler answers in: its own, or those of the application. */
function versionsOf({ apiVersions, versioning }: Versioned): readonly string[] {
  if (versioning === undefined) return [NEUTRAL];
  if (apiVersions.length > 0) return apiVersions;
  return [versioning.defaultVersion ?? VERSION_NEUTRAL].flat().map(String);
}
