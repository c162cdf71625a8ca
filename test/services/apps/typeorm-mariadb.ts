import type { Precondition } from 'nestjs-etag';
import type { ArticleRow, Change, Store } from './store.js';
import { Article, Articles, Notes, connect } from './typeorm.js';

/** MariaDB has no UPDATE … RETURNING. */
class ArticlesOnMariaDB extends Articles {
  override update(id: number, change: Change, precondition: Precondition): Promise<ArticleRow> {
    return this.database.transaction(async (manager) => {
      precondition.settle(await manager.update(Article, precondition.where({ id }), change));
      return manager.findOneByOrFail(Article, { id }); // our own write has locked it: nobody was faster
    });
  }
}

export async function open(url: string): Promise<Store> {
  const database = await connect('mariadb', url);
  return {
    articles: new ArticlesOnMariaDB(database),
    notes: new Notes(database),
    close: () => database.destroy(),
  };
}
