/**
 * Why a member of `If-Match` or `If-None-Match` is no entity tag, told to the one who wrote it. RFC 9110 §8.8.3.
 *
 * The sentence goes back to the client, perhaps into its logs: whatever it quotes of the field is short and printable
 * ASCII.
 */
import { endOfEntityTag, isWeakAt, skipEtagc, skipOws } from './scanner.js';

const QUOTED_AT_MOST = 40;

/** The sentence about the member that begins at `at`, where {@link parseEntityTagList} could not go on. */
export function problemWithMember(text: string, at: number): string {
  const end = endOfEntityTag(text, at);
  if (end !== -1) return trailingCharacters(text, at, end);

  const prefix = isWeakAt(text, at) ? 'W/' : '';
  const quote = at + prefix.length;
  if (text[quote] === '"') return unfinishedTag(text, at, skipEtagc(text, quote + 1));
  return noQuote(text, at);
}

function trailingCharacters(text: string, at: number, end: number): string {
  const tag = excerpt(text, at, end);
  const next = skipOws(text, end);
  const rest = excerpt(text, next, text.length);
  return `${tag} is followed by ${rest}: entity tags end with their closing quote and are separated by commas`;
}

function unfinishedTag(text: string, at: number, stop: number): string {
  const begun = excerpt(text, at, stop);
  if (stop === text.length) return `${begun} has no closing quote: write ${begun}"`;
  return (
    `${begun} is followed by ${characterName(text.charCodeAt(stop))} before its closing quote: ` +
    'an entity tag holds no spaces, no control characters and nothing above U+00FF'
  );
}

function noQuote(text: string, at: number): string {
  const comma = text.indexOf(',', at);
  const member = excerpt(text, at, comma === -1 ? text.length : comma).trimEnd();

  if (member === '*') {
    return '* stands alone: send either * or a list of entity tags, not both';
  }
  if (member === 'null' || member === 'undefined') {
    return (
      `${member} is not an entity tag: the client had no ETag to send. ` +
      'Is ETag exposed by CORS (Access-Control-Expose-Headers)?'
    );
  }
  if (member.startsWith('w/"')) {
    return `${member} begins with a lower-case w: write W${member.slice(1)}`;
  }
  const quoted = quotedForm(member);
  return quoted === undefined
    ? `${member} is not a quoted entity tag: write it between double quotes, without spaces`
    : `${member} is not a quoted entity tag: write ${quoted}`;
}

/** The tag that was probably meant, where that can be guessed: `abc`, `W/abc`, `'abc'`, `\"abc\"`, `abc"`. */
function quotedForm(member: string): string | undefined {
  const weak = /^[Ww]\//.test(member) ? 'W/' : '';
  const bare = member.slice(weak.length).replace(/^[\\'"]+|[\\'"]+$/g, '');
  const isWhole = member.length <= QUOTED_AT_MOST && !member.includes('?');
  return isWhole && bare !== '' && skipEtagc(bare, 0) === bare.length
    ? `${weak}"${bare}"`
    : undefined;
}

function characterName(code: number): string {
  if (code === 0x20) return 'a space';
  if (code === 0x09) return 'a tab';
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function excerpt(text: string, from: number, to: number): string {
  const shown = text.slice(from, Math.min(to, from + QUOTED_AT_MOST)).replace(/[^ -~]/g, '?');
  return to - from > QUOTED_AT_MOST ? `${shown}...` : shown;
}
