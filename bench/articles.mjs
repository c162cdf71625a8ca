/**
 * What every server sends: articles of a known size, kept in memory, found and written asynchronously as in a database
 * that takes no time. So nothing hides what the framework and its tags cost.
 */

/** The sizes of the entities, as JSON, in bytes. */
export const SIZES = { '1 KB': 1_000, '10 KB': 10_000, '100 KB': 100_000 };

/** Articles of each size, so that every connection has one of its own to write to. */
export const ARTICLES_OF_A_SIZE = 16;

/** Long enough that it keeps its digits, so that a write does not change the size. */
const FIRST_VERSION = 1_000_000;

const SENTENCE =
  'The quick brown fox jumps over the lazy dog, and nobody overwrites what it has not seen. ';

/** An article whose JSON is of this size, to the byte. */
export function articleOfSize(id, size) {
  const article = {
    id,
    version: FIRST_VERSION,
    name: 'How to keep what others wrote',
    author: { name: 'Shaun', city: 'Leeds' },
    published: true,
    tags: ['http', 'caching', 'concurrency'],
    paragraphs: [],
    end: '',
  };
  for (let number = 1; lengthOf(article) < size - 250; number++) {
    article.paragraphs.push({ number, words: number * 7, text: SENTENCE.repeat(2) });
  }
  article.end = '.'.repeat(Math.max(0, size - lengthOf(article)));
  return article;
}

function lengthOf(value) {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The path segment of an article. */
export function idOf(size, number) {
  return `${size.replace(' ', '')}-${number}`;
}

/** The table of articles that a server has. */
export class Articles {
  #rows = new Map();

  constructor() {
    for (const [size, bytes] of Object.entries(SIZES)) {
      for (let number = 0; number < ARTICLES_OF_A_SIZE; number++) {
        const id = idOf(size, number);
        this.#rows.set(id, articleOfSize(id, bytes));
      }
    }
  }

  /** `SELECT * FROM articles WHERE id = …` */
  async find(id) {
    return this.#rows.get(id);
  }

  /** `SELECT version FROM articles WHERE id = …` */
  async versionOf(id) {
    return this.#rows.get(id)?.version ?? null;
  }

  /** `UPDATE articles SET …, version = version + 1 WHERE id = … AND version = …` */
  async update({ id, version }, { name }) {
    const row = this.#rows.get(id);
    if (row === undefined || (version !== undefined && row.version !== version)) {
      return { affected: 0 };
    }
    row.name = name;
    row.version += 1;
    return { affected: 1 };
  }
}
