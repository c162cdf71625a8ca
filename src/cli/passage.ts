import type { Read } from './examination.js';
import { isMadeBetween, refusalIn } from './refusal.js';

/**
 * What a GET with `If-Match` says of a save with the same tag.
 *
 * - `passes`, `refused`: the server compared the tag.
 * - `ignored`: a stale tag is answered like the current one: nobody compared, or the field did not arrive.
 * - `answered-between`: a proxy answered 412 by itself, whose tag is not the server's.
 * - `failed`: another answer came, such as 403.
 * - `untagged`: there is no tag to send, but a stale one is refused.
 * - `unasked`: the doctor did not send `If-Match`: a shared cache might store the 412.
 */
export type Passage =
  'passes' | 'refused' | 'ignored' | 'answered-between' | 'failed' | 'untagged' | 'unasked';

/** Whether a save with the tag of this read passes, as far as GET shows it. */
export function passageOf({ answer, matched, unmatched }: Read): Passage {
  if (unmatched === undefined) return 'unasked';
  if (refusalIn(unmatched) === undefined) return isSuccess(unmatched.status) ? 'ignored' : 'failed';
  if (isMadeBetween(unmatched, answer)) return 'answered-between';
  if (matched === undefined) return 'untagged';
  if (refusalIn(matched) !== undefined) return 'refused';
  return isSuccess(matched.status) ? 'passes' : 'failed';
}

/** Whether the server is known to compare `If-Match`, so that it has a tag, whatever arrives. */
export function isCompared(passage: Passage): boolean {
  return isSeen(passage) || passage === 'untagged';
}

/** Whether the answer to a GET with `If-Match` says what a save would be told. */
export function isSeen(passage: Passage): boolean {
  return passage === 'passes' || passage === 'refused';
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
