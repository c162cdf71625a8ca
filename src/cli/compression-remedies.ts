import type { Remedy } from './finding.js';
import type { KnownProxy } from './known-proxies.js';
import { isCompressed } from './read-diagnosis.js';
import type { ReadDiagnosis } from './read-diagnosis.js';

/**
 * What else keeps a tag whole that is rewritten because something compresses: that nothing does, or that the
 * application does. The latter is said only where it helps: not where it compresses already, nor for a client that got its
 * answer uncompressed, nor before a proxy that opens what is compressed.
 */
export function compressionRemedies(
  harmed: readonly ReadDiagnosis[],
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
): readonly Remedy[] {
  if (!harmed.every(isCompressed)) return [];
  const isCompressedBefore = reads.some((read) => read.fate === 'kept' && isCompressed(read));
  const isUnnamed = proxies.length === 0;
  const helps = isUnnamed || proxies.every(({ leavesCompressed }) => leavesCompressed);
  return [
    ...(isUnnamed && harmed.every(({ fate }) => fate === 'weakened')
      ? [haproxy(isCompressedBefore)]
      : []),
    ...(helps && !isCompressedBefore ? [compressHere(proxies)] : []),
  ];
}

/** HAProxy never names itself. */
function haproxy(isCompressedBefore: boolean): Remedy {
  return {
    where: 'at HAProxy (which does not name itself), in the backend of the application',
    lines: [
      isCompressedBefore
        ? 'remove: compression offload'
        : 'remove: compression algo, compression type, compression offload',
    ],
  };
}

function compressHere(proxies: readonly KnownProxy[]): Remedy {
  const who =
    proxies.length === 0
      ? 'most proxies leave alone (HAProxy only without compression offload, Varnish never)'
      : `${proxies.map(({ name }) => name).join(' and ')} leave${proxies.length === 1 ? 's' : ''} alone`;
  return {
    where: `in the application, whose compressed answers ${who}`,
    lines: ['app.use(compression()), or with Fastify app.register(fastifyCompress)'],
  };
}
