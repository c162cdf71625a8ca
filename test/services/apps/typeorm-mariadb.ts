import type { Store } from './store.js';
import { Articles, Notes, connect } from './typeorm.js';

export async function open(url: string): Promise<Store> {
  const database = await connect('mariadb', url);
  return {
    articles: new Articles(database),
    notes: new Notes(database),
    close: () => database.destroy(),
  };
}
