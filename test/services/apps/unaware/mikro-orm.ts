import { RequestContext } from '@mikro-orm/core';
import type { MikroORM } from '@mikro-orm/postgresql';
import { Note, connect } from '../mikro-orm.js';
import type { Change, NoteRow } from '../store.js';
import { UnawareNotes } from './notes.js';

/** Loads the row and flushes it, in the context of its request: `@mikro-orm/nestjs` sets that up by default. */
class MikroOrmNotes extends UnawareNotes {
  constructor(private readonly orm: MikroORM) {
    super();
  }

  find(id: number): Promise<NoteRow | null> {
    return this.orm.em.findOne(Note, { id });
  }

  async save(id: number, change: Change): Promise<NoteRow> {
    const note = await this.orm.em.findOneOrFail(Note, { id });
    this.orm.em.assign(note, change);
    await this.orm.em.flush();
    return note;
  }

  async remove(id: number): Promise<void> {
    const note = await this.orm.em.findOneOrFail(Note, { id });
    await this.orm.em.remove(note).flush();
  }

  close(): Promise<void> {
    return this.orm.close();
  }

  override inRequest(next: () => void): void {
    RequestContext.create(this.orm.em, next);
  }
}

export async function open(url: string): Promise<UnawareNotes> {
  return new MikroOrmNotes(await connect(url));
}
