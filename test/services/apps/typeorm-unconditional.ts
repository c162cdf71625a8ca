import type { ArticleRow, Change, Store } from './store.js';
import { Articles, Notes, connect } from './typeorm.js';

/** Writes that depend on nothing: one process is safe because each holds the lock of what it writes. */
class UnconditionalArticles extends Articles {
  override async update(id: number, change: Change): Promise<ArticleRow> {
    const written = await this.articles.update({ id }, change, { returning: '*' });
    return written.raw[0];
  }

  override async remove(id: number): Promise<void> {
    await this.articles.delete({ id });
  }
}

export async function open(url: string): Promise<Store> {
  const database = await connect('postgres', url);
  return {
    articles: new UnconditionalArticles(database),
    notes: new Notes(database),
    close: () => database.destroy(),
  };
}
