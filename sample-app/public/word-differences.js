/** @typedef {{ kind: 'same' | 'added' | 'removed', text: string }} Stretch */

/** Beyond this many comparisons a difference is not looked for, word by word. */
const LARGEST_TABLE = 1_000_000;

/**
 * What has to be done to one text to make it another: stretches that stay, go, and come, in their order. By words
 * (longest common subsequence), with blanks and punctuation between them.
 *
 * @param {string} before
 * @param {string} after
 * @returns {Stretch[]}
 */
export function wordDifferences(before, after) {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  const start = commonLength(a, b);
  const end = commonLength(a.slice(start).toReversed(), b.slice(start).toReversed());
  return joined([
    ...a.slice(0, start).map(same),
    ...between(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ]);
}

/**
 * @param {string[]} a
 * @param {string[]} b
 * @returns {Stretch[]}
 */
function between(a, b) {
  if (a.length * b.length > LARGEST_TABLE) return [...a.map(removed), ...b.map(added)];
  const lengths = commonLengths(a, b);
  /** @type {Stretch[]} */
  const stretches = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      stretches.push(same(a[i]));
      i += 1;
      j += 1;
    } else if (lengths[i + 1][j] >= lengths[i][j + 1]) {
      stretches.push(removed(a[i]));
      i += 1;
    } else {
      stretches.push(added(b[j]));
      j += 1;
    }
  }
  return [...stretches, ...a.slice(i).map(removed), ...b.slice(j).map(added)];
}

/**
 * How long the longest common subsequence is from `a[i]` and `b[j]` on.
 *
 * @param {string[]} a
 * @param {string[]} b
 */
function commonLengths(a, b) {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i][j] =
        a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

/** @param {string} text */
function wordsOf(text) {
  return text.match(/\s+|[\p{L}\p{N}\p{M}_'’-]+|[^\s\p{L}\p{N}]/gu) ?? [];
}

/**
 * @param {string[]} a
 * @param {string[]} b
 */
function commonLength(a, b) {
  const different = a.findIndex((word, index) => word !== b[index]);
  return different === -1 ? a.length : different;
}

/**
 * One stretch of each kind at a time. Words that change one after the other change together, with the blanks between.
 *
 * @param {Stretch[]} words
 */
function joined(words) {
  /** @type {Stretch[]} */
  const result = [];
  let [stays, goes, comes] = ['', '', ''];
  const close = () => {
    const blank = /\s*$/.exec(goes)?.[0] ?? '';
    if (blank !== '' && comes.endsWith(blank)) {
      goes = goes.slice(0, -blank.length);
      comes = comes.slice(0, -blank.length);
      stays = blank + stays;
    }
    const stretches = [removed(goes), added(comes), same(stays)];
    result.push(...stretches.filter(({ text }) => text !== ''));
    [stays, goes, comes] = ['', '', ''];
  };
  for (const { kind, text } of words) {
    const isChanging = goes !== '' || comes !== '';
    if (kind === 'same') {
      stays += text;
    } else if (stays.trim() === '' && isChanging) {
      goes += stays;
      comes += stays;
      stays = '';
    } else {
      close();
    }
    if (kind === 'removed') goes += text;
    if (kind === 'added') comes += text;
  }
  close();
  return result;
}

/**
 * @param {string} text
 * @returns {Stretch}
 */
const same = (text) => ({ kind: 'same', text });
/**
 * @param {string} text
 * @returns {Stretch}
 */
const added = (text) => ({ kind: 'added', text });
/**
 * @param {string} text
 * @returns {Stretch}
 */
const removed = (text) => ({ kind: 'removed', text });
