/**
 * Why a member of `If-Match` or `If-None-Match` is no entity tag, told to the one who wrote it. RFC 9110 §8.8.3.
 *
 * The sentence goes back to the client, and perhaps into its logs: what it quotes of the field is short and printable
 * ASCII, and it suggests a tag only where there can be no doubt which one was meant.
 */
import { endOfEntityTag, isWeakAt, skipEtagc, skipOws } from './scanner.js';

const QUOTED_AT_MOST = 40;

/** The sentence about the member that begins at `at`, where {@link parseEntityTagList} could not go on. */
export function problemWithMember(text: string, at: number): string {
  const end = endOfEntityTag(text, at);
  if (end !== -1) return goesOn(text.slice(at, endOfMember(text, end)));

  const quote = isWeakAt(text, at) ? at + 2 : at;
  if (text[quote] === '"') return breaksOff(text, at, skipEtagc(text, quote + 1));
  return isWildcardAt(text, at)
    ? '* stands alone: send either * or a list of entity tags, not both'
    : hasNoQuote(text.slice(at, endOfMember(text, at)).trimEnd());
}

function endOfMember(text: string, at: number): number {
  const comma = text.indexOf(',', at);
  return comma === -1 ? text.length : comma;
}

function isWildcardAt(text: string, at: number): boolean {
  if (text[at] !== '*') return false;
  const next = at + 1;
  return next === text.length || text[next] === ',' || skipOws(text, next) > next;
}

function goesOn(member: string): string {
  return `${excerpt(member)} goes on after its closing quote: separate entity tags by commas`;
}

function breaksOff(text: string, at: number, stop: number): string {
  const begun = excerpt(text.slice(at, stop));
  if (stop === text.length) return `${begun} has no closing quote: end the entity tag with "`;
  return (
    `${begun} breaks off at ${characterName(text.charCodeAt(stop))}: an entity tag ends with a double quote ` +
    'and holds no spaces, no control characters and nothing above U+00FF'
  );
}

function hasNoQuote(member: string): string {
  const shown = excerpt(member);
  if (member.startsWith('w/"')) {
    return `${shown} begins with a lower-case w: a weak entity tag begins with W/`;
  }

  const prefix = /^[Ww]\//.test(member) ? 'W/' : '';
  // People send 'abc', abc" and \"abc\" for "abc".
  const bare = member.slice(prefix.length, QUOTED_AT_MOST).replace(/^[\\'"]+|[\\'"]+$/g, '');
  if (bare === 'null' || bare === 'undefined') {
    return (
      `${shown} is not an entity tag: the client had none to send. ` +
      'Is ETag exposed by CORS (Access-Control-Expose-Headers)?'
    );
  }

  const canBeQuoted = member.length <= QUOTED_AT_MOST && /^[!#-~]+$/.test(bare);
  const advice = canBeQuoted ? `${prefix}"${bare}"` : 'it between double quotes, without spaces';
  return `${shown} is not a quoted entity tag: write ${advice}`;
}

function characterName(code: number): string {
  if (code === 0x20) return 'a space';
  if (code === 0x09) return 'a tab';
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function excerpt(quoted: string): string {
  const shown = quoted.slice(0, QUOTED_AT_MOST).replace(/[^ -~]/g, '?');
  return quoted.length > QUOTED_AT_MOST ? `${shown}...` : shown;
}
