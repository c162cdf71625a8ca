import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager } from 'typeorm';
import type { Change, NoteRow } from '../store.js';
import { Note, connect } from '../typeorm.js';
import { UnawareNotes } from './notes.js';

/** Loads the row and saves it, as Nest's own documentation does. */
export class TypeOrmNotes extends UnawareNotes {
  private readonly transaction = new AsyncLocalStorage<EntityManager>();

  constructor(private readonly database: DataSource) {
    super();
  }

  override get pool(): DataSource {
    return this.database;
  }

  find(id: number): Promise<NoteRow | null> {
    return this.manager.findOneBy(Note, { id });
  }

  async save(id: number, change: Change): Promise<NoteRow> {
    const note = await this.manager.findOneByOrFail(Note, { id });
    return this.manager.save(Object.assign(note, change));
  }

  async remove(id: number): Promise<void> {
    await this.manager.delete(Note, { id });
  }

  close(): Promise<void> {
    return this.database.destroy();
  }

  override committedAfter<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.database.transaction((manager) => this.transaction.run(manager, work));
  }

  private get manager(): EntityManager {
    return this.transaction.getStore() ?? this.database.manager;
  }
}

export async function open(url: string): Promise<UnawareNotes> {
  return new TypeOrmNotes(await connect('postgres', url));
}
