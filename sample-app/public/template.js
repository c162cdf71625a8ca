/**
 * A copy of the template with this id: its only element, and the elements in it that have a `data-part`, by that
 * name.
 *
 * @param {string} id
 * @returns {{ element: HTMLElement, part: (name: string) => HTMLElement }}
 */
export function fromTemplate(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const element = /** @type {HTMLElement} */ (copy.firstElementChild);
  return { element, part: (name) => find(element, `[data-part="${name}"]`) };
}

/**
 * The first element that a selector finds.
 *
 * @param {ParentNode} within
 * @param {string} selector
 * @returns {HTMLElement}
 * @throws {Error} if there is none
 */
export function find(within, selector) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`There is no ${selector}`);
  return found;
}
