import { CODINGS } from './examination.js';
import type { Coding, Examination, Read } from './examination.js';
import { passageOf } from './passage.js';
import type { Passage } from './passage.js';
import { rewritingOf, suffixOf } from './rewriting.js';
import type { Rewriting } from './rewriting.js';

/** What became of the tag of one read; `removed` and `malformed` where none arrived. */
export type Fate = Rewriting | 'removed' | 'malformed';

/** A read, and what became of its tag. */
export interface ReadDiagnosis extends Read {
  readonly fate: Fate;
  /** What was appended to the tag: `-gzip`. */
  readonly suffix: string;
  /** Whether a save with this tag passes. */
  readonly passage: Passage;
}

/** Says what became of the tag of a read. */
export function diagnoseRead(read: Read, { origin }: Examination): ReadDiagnosis {
  const { answer, tag } = read;
  const passage = passageOf(read);
  if (tag === undefined || origin === undefined) {
    const fate = answer.fields.etag === undefined ? 'removed' : 'malformed';
    return { ...read, fate, suffix: '', passage };
  }
  return { ...read, fate: rewritingOf(tag, origin), suffix: suffixOf(tag, origin), passage };
}

/** Whether the answer of a read arrived compressed, by whomever. */
export function isCompressed({ answer }: Pick<Read, 'answer'>): boolean {
  return (answer.fields['content-encoding'] ?? 'identity') !== 'identity';
}

/** The clients that accept these content codings, as the subject of a sentence. */
export function clientsOf(reads: readonly { readonly asked: Coding }[]): string {
  if (reads.length === CODINGS.length) return 'All clients';
  const codings = reads.map(({ asked }) => (asked === 'identity' ? 'no compression' : asked));
  const listed =
    codings.length < 2
      ? codings.join('')
      : `${codings.slice(0, -1).join(', ')} or ${codings.at(-1)}`;
  return `Clients that accept ${listed}`;
}
