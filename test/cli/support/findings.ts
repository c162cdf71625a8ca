import { X } from './fake-deployment.js';
import type { Behaviour } from './fake-deployment.js';

/** A proxy that compresses with gzip and does this to the tag of what it compresses. */
export function gzipping(tag: string | undefined, behaviour: Behaviour = {}): Behaviour {
  return {
    coding: (asked) => (asked === 'gzip' ? 'gzip' : undefined),
    tag: (asked) => (asked === 'gzip' ? tag : `"${X}"`),
    ...behaviour,
  };
}

/** Whether a server with `intermediaries: 'recoded'` takes this tag for the current one. */
export function isAnyForm(tag: string): boolean {
  return /^(W\/)?"[0-9a-f]+((--?|;)\w+)*"$/.test(tag) && tag.includes(X);
}

/** Those findings of a report that contain this. */
export function among(findings: readonly string[], text: string): readonly string[] {
  return findings.filter((finding) => finding.includes(text));
}
