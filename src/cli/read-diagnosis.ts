import type { Coding, Examination, Read } from './doctor.js';
import { rewritingOf, suffixOf } from './rewriting.js';
import type { Rewriting } from './rewriting.js';

/** What became of the tag of one read; `removed` and `malformed` where none arrived. */
export type Fate = Rewriting | 'removed' | 'malformed';

/** A read, and what became of its tag. */
export interface ReadDiagnosis extends Read {
  readonly fate: Fate;
  /** What was appended to the tag: `-gzip`. */
  readonly suffix: string;
}

/** Says what became of the tag of a read. */
export function diagnoseRead(read: Read, { origin }: Examination): ReadDiagnosis {
  const { answer, tag } = read;
  if (tag === undefined || origin === undefined) {
    return {
      ...read,
      fate: answer.fields.etag === undefined ? 'removed' : 'malformed',
      suffix: '',
    };
  }
  return { ...read, fate: rewritingOf(tag, origin), suffix: suffixOf(tag, origin) };
}

/** Who takes these content codings, in a sentence. */
export function codingsOf(reads: readonly { readonly asked: Coding }[]): string {
  const codings = reads.map(({ asked }) => (asked === 'identity' ? 'no compression' : asked));
  return codings.length < 2
    ? codings.join('')
    : `${codings.slice(0, -1).join(', ')} or ${codings.at(-1)}`;
}
