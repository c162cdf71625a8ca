import { textOf } from './article.js';
import { differingText } from './differing-text.js';
import { fromTemplate } from './template.js';

/** @typedef {'mine' | 'theirs' | 'other'} Choice */

/**
 * One property in which two articles differ, and the choice that a person has: what they wrote, what is there now,
 * or something else.
 *
 * @param {string} person
 * @param {import('./comparison.js').Sides} sides
 * @param {{ name: import('./article.js').PropertyName, label: string, isConflict: boolean }} property
 */
export function difference(person, { base, mine, theirs }, { name, label, isConflict }) {
  const { element, part } = fromTemplate('difference');
  const inputs = element.querySelectorAll('input');
  const other = /** @type {HTMLTextAreaElement} */ (part('other'));
  const started = textOf(base, name);
  const texts = { mine: textOf(mine, name), theirs: textOf(theirs, name) };
  const isMineOnly = !isConflict && started === texts.theirs;

  /** @returns {Choice | undefined} */
  const chosen = () =>
    /** @type {Choice | undefined} */ ([...inputs].find(({ checked }) => checked)?.value);

  /** @param {Choice | undefined} choice */
  const choose = (choice) => {
    for (const input of inputs) input.checked = input.value === choice;
    other.hidden = choice !== 'other';
  };

  part('label').textContent = label;
  part('note').textContent = whoChanged(person, isConflict, isMineOnly);
  part('mine-name').textContent = `${person} wrote`;
  part('mine').append(...differingText(started, texts.mine));
  part('theirs').append(...differingText(started, texts.theirs));
  // Read out, what went could not be told from what came.
  part('choose-mine').setAttribute('aria-label', `${person} wrote: ${texts.mine}`);
  part('choose-theirs').setAttribute('aria-label', `There now: ${texts.theirs}`);
  other.setAttribute('aria-label', `${label}: something else`);
  other.value = texts.mine;
  for (const input of inputs) {
    input.name = name;
    input.addEventListener('change', () => choose(chosen()));
  }

  return {
    name,
    element,
    choose,
    /** What a merge takes; nothing, if both have changed it. */
    propose: () => choose(isConflict ? undefined : isMineOnly ? 'mine' : 'theirs'),
    /** The text that was chosen. */
    decision: () => {
      const choice = chosen();
      return choice === 'mine' || choice === 'theirs' ? texts[choice] : other.value;
    },
  };
}

/**
 * @param {string} person
 * @param {boolean} isConflict
 * @param {boolean} isMineOnly
 */
function whoChanged(person, isConflict, isMineOnly) {
  if (isConflict) return 'changed by both: decide';
  return isMineOnly ? `changed by ${person} only` : 'changed there only';
}
