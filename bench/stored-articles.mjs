import { Pool } from 'pg';
import { COMPARED_SIZES, articleOfSize, idOf, SIZES } from './articles.mjs';
import { CONNECTIONS } from './load.mjs';

/** The articles once more, in a table of PostgreSQL that belongs to this process. */
export class StoredArticles {
  #pool;
  #table = `articles_${process.pid}`;

  /** @param url where PostgreSQL is. */
  static async open(url) {
    const articles = new StoredArticles(new Pool({ connectionString: url, max: CONNECTIONS }));
    await articles.#create();
    return articles;
  }

  constructor(pool) {
    this.#pool = pool;
  }

  async find(id) {
    const { rows } = await this.#run('find', 'SELECT * FROM articles WHERE id = $1', [id]);
    return rows.length === 0 ? undefined : articleIn(rows[0]);
  }

  async versionOf(id) {
    const text = 'SELECT version FROM articles WHERE id = $1';
    const { rows } = await this.#run('version', text, [id]);
    return rows[0]?.version ?? null;
  }

  async update({ id, version }, { name }) {
    const text = 'UPDATE articles SET name = $1, version = version + 1 WHERE id = $2';
    const { rowCount } =
      version === undefined
        ? await this.#run('update', text, [name, id])
        : await this.#run('narrow', `${text} AND version = $3`, [name, id, version]);
    return { affected: rowCount };
  }

  #run(name, text, values) {
    return this.#pool.query({ name, text: text.replace('articles', this.#table), values });
  }

  async #create() {
    await this.#run('drop', 'DROP TABLE IF EXISTS articles', []);
    await this.#run(
      'create',
      'CREATE UNLOGGED TABLE articles (id text PRIMARY KEY, version int, name text, rest json)',
      [],
    );
    for (const size of COMPARED_SIZES) {
      for (let number = 0; number < CONNECTIONS; number++) {
        const id = idOf(size, number);
        const { version, name, ...rest } = articleOfSize(id, SIZES[size]);
        const values = [id, version, name, rest];
        await this.#run('insert', 'INSERT INTO articles VALUES ($1, $2, $3, $4)', values);
      }
    }
  }
}

function articleIn({ id, version, name, rest }) {
  return { ...rest, id, version, name };
}
