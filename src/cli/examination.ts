import type { EntityTag } from '../http/entity-tag.js';
import type { Answer } from './ask.js';

/** The content codings that clients ask for. RFC 9110 §8.4.1, RFC 7932, RFC 8878. */
export const CODINGS = ['identity', 'gzip', 'br', 'zstd'] as const;

export type Coding = (typeof CODINGS)[number];

/** What a client that accepts one content coding gets. */
export interface Read {
  readonly asked: Coding;
  readonly answer: Answer;
  /** The tag in the answer; `undefined` if there is none, or if it is malformed. */
  readonly tag: EntityTag | undefined;
  /** The same read with the tag in `If-None-Match`. */
  readonly again: Answer | undefined;
  /** The same read with the tag in `If-Match`: it is answered as a save with this tag would be. */
  readonly matched: Answer | undefined;
  /** The control: the same read with a tag in `If-Match` that no version has; `undefined` if it was not sent. */
  readonly unmatched: Answer | undefined;
}

/** A write with a tag that no version has. */
export interface Save {
  readonly method: 'PUT' | 'PATCH';
  readonly sent: string;
  readonly answer: Answer;
}

/** What was seen of a resource. */
export interface Examination {
  readonly reads: readonly Read[];
  readonly save: Save | undefined;
  /** The tag as the server sent it, as far as that can be told. */
  readonly origin: EntityTag | undefined;
  /** Whether the server takes `"x;gzip"` for `"x"`, which tells `intermediaries: 'recoded'`. */
  readonly knowsSuffixes: boolean;
}
