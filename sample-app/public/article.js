/** @typedef {{ title: string, body: string, tags: string[] }} Article What of an article can be edited. */

/** Its properties, in the order in which they are shown. */
export const PROPERTIES = /** @type {const} */ ([
  { name: 'title', label: 'Title' },
  { name: 'body', label: 'Text' },
  { name: 'tags', label: 'Tags' },
]);

/** @typedef {keyof Article} PropertyName */

/**
 * The part of what the server sends that can be edited: the rest (id, version, dates) is the server's.
 *
 * @param {Article} sent
 * @returns {Article}
 */
export function editable({ title, body, tags }) {
  return { title, body, tags };
}

/**
 * A property as one edits it.
 *
 * @param {Article} article
 * @param {PropertyName} name
 */
export function textOf(article, name) {
  return name === 'tags' ? article.tags.join(', ') : article[name];
}

/**
 * An article whose properties are given as they were edited.
 *
 * @param {Record<PropertyName, string>} texts
 * @returns {Article}
 */
export function fromTexts({ title, body, tags }) {
  return {
    title: title.trim(),
    body,
    tags: tags
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  };
}

/**
 * Whether two articles say the same.
 *
 * @param {Article} a
 * @param {Article} b
 */
export function isSame(a, b) {
  return PROPERTIES.every(({ name }) => textOf(a, name) === textOf(b, name));
}
