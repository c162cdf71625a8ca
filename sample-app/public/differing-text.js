import { wordDifferences } from './word-differences.js';

const ELEMENTS = /** @type {const} */ ({ same: 'span', added: 'ins', removed: 'del' });

/**
 * A text in which what is different from another one is marked: `ins` for what came, `del` for what went.
 *
 * @param {string} before
 * @param {string} after
 * @returns {HTMLElement[]}
 */
export function differingText(before, after) {
  const stretches = wordDifferences(before, after).map(({ kind, text }) =>
    elementOf(ELEMENTS[kind], text),
  );
  return after === '' ? [...stretches, elementOf('em', 'nothing')] : stretches;
}

/**
 * @param {string} name
 * @param {string} text
 */
function elementOf(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
