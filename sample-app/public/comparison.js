import { threeWayMerge } from '../client/index.js';
import { fromTexts, PROPERTIES, textOf } from './article.js';
import { difference } from './difference.js';
import { fromTemplate } from './template.js';

/** @typedef {import('./article.js').Article} Article */

/**
 * What a person started from, what they wrote, and what is there now.
 *
 * @typedef {{ base: Article, mine: Article, theirs: Article }} Sides
 */

/**
 * A form that shows what differs and lets a person choose, property by property. What only one side has changed is
 * chosen already, as a merge would; what both have changed is left open.
 *
 * @param {string} person
 * @param {Sides} sides
 * @param {{ title: string, explanation: string, isRejected: boolean }} words what has happened
 * @param {(resolved: Article) => void} onDecided
 */
export function comparison(person, sides, words, onDecided) {
  const { element, part } = fromTemplate('comparison');
  const { conflicts } = threeWayMerge(sides.base, sides.mine, sides.theirs);
  const inConflict = new Set(conflicts.map(({ pointer }) => pointer.slice(1)));
  const isDifferent = /** @param {{ name: import('./article.js').PropertyName }} property */ ({
    name,
  }) => textOf(sides.mine, name) !== textOf(sides.theirs, name);
  const differences = PROPERTIES.filter(isDifferent).map(({ name, label }) =>
    difference(person, sides, { name, label, isConflict: inConflict.has(name) }),
  );
  const agreed = PROPERTIES.filter((property) => !isDifferent(property));

  element.dataset['kind'] = words.isRejected ? 'rejected' : 'news';
  part('title').textContent = words.title;
  part('explanation').textContent = words.explanation;
  part('person').textContent = person;
  part('all-mine').textContent = `Take what ${person} wrote`;
  part('differences').append(...differences.map(({ element }) => element));
  part('agreed').textContent =
    agreed.length === 0
      ? ''
      : `The same on both sides: ${agreed.map(({ label }) => label).join(', ')}.`;

  /** @param {string} name @param {(row: (typeof differences)[number]) => void} act */
  const onClick = (name, act) =>
    part(name).addEventListener('click', () => differences.forEach((row) => act(row)));
  onClick('all-mine', ({ choose }) => choose('mine'));
  onClick('all-theirs', ({ choose }) => choose('theirs'));
  onClick('merge', ({ propose }) => propose());
  differences.forEach(({ propose }) => propose());

  element.addEventListener('submit', (event) => {
    event.preventDefault();
    const there = PROPERTIES.map(({ name }) => [name, textOf(sides.theirs, name)]);
    const decided = differences.map(({ name, decision }) => [name, decision()]);
    onDecided(fromTexts(Object.fromEntries([...there, ...decided])));
  });
  return element;
}
