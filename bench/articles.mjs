/**
 * What every server sends: articles of a known size, kept in memory, found and written asynchronously as in a database
 * that takes no time. So nothing hides what the framework and its tags cost.
 */

/** Sizes of entities, as JSON, in bytes. */
export const SIZES = {
  '200 B': 200,
  '1 KB': 1_000,
  '10 KB': 10_000,
  '100 KB': 100_000,
  '1 MB': 1_000_000,
};

/** Those at which this library and its peers are compared. */
export const COMPARED_SIZES = ['1 KB', '10 KB', '100 KB'];

/** Long enough that it keeps its digits, so that a write does not change the size. */
const FIRST_VERSION = 1_000_000;

/** What articles are written in. V8 keeps, measures and encodes each of them in a way of its own. */
export const ALPHABETS = {
  ASCII:
    'The quick brown fox jumps over the lazy dog, and nobody overwrites what it has not seen. ',
  'Latin-1':
    'Zwölf Boxkämpfer jagen Viktor über den Sylter Deich, und niemand überschreibt ungesehen. ',
  Unicode:
    'Pchnąć w tę łódź jeża lub ośm skrzyń fig — nikt nie nadpisuje tego, czego nie widział. ',
};

/** An article whose JSON is of this size, to the byte. */
export function articleOfSize(id, size, sentence = ALPHABETS.ASCII) {
  const article = {
    id,
    version: FIRST_VERSION,
    name: 'Keep what others wrote',
    author: { name: 'Shaun', city: 'Leeds' },
    published: true,
    tags: ['http', 'caching'],
    paragraphs: [],
    end: '',
  };
  let missing = size - lengthOf(article);
  for (let number = 1; missing > 300; number++) {
    const paragraph = { number, words: number * 7, text: sentence.repeat(2) };
    missing -= lengthOf(paragraph) + (number === 1 ? 0 : 1);
    article.paragraphs.push(paragraph);
  }
  article.end = '.'.repeat(Math.max(0, missing));
  return article;
}

function lengthOf(value) {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * The path segment of an article of a size: each connection has one of its own to write to.
 *
 * @param size `'10 KB'`, or `'10 KB Latin-1'` for one of the {@link ALPHABETS}.
 */
export function idOf(size, number) {
  return `${size.replaceAll(' ', '_')}_${number}`;
}

function articleOfId(id) {
  const [, number, unit, alphabet = 'ASCII'] =
    /^(\d+)_([KM]?B)(?:_([A-Z][\w-]+))?_\d+$/.exec(id) ?? [];
  const size = SIZES[`${number} ${unit}`];
  return size === undefined ? undefined : articleOfSize(id, size, ALPHABETS[alphabet]);
}

/** The table of articles that a server has. */
export class Articles {
  #rows = new Map();

  /** `SELECT * FROM articles WHERE id = …` */
  async find(id) {
    return this.#row(id);
  }

  /** `SELECT version FROM articles WHERE id = …` */
  async versionOf(id) {
    return this.#row(id)?.version ?? null;
  }

  /** `UPDATE articles SET …, version = version + 1 WHERE id = … AND version = …` */
  async update({ id, version }, { name }) {
    const row = this.#row(id);
    if (row === undefined || (version !== undefined && row.version !== version)) {
      return { affected: 0 };
    }
    row.name = name;
    row.version += 1;
    return { affected: 1 };
  }

  /** Every article of a known size is there, from the moment somebody asks for it. */
  #row(id) {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const row = articleOfId(id);
    if (row === undefined) return undefined;
    this.#rows.set(id, row);
    return row;
  }
}
