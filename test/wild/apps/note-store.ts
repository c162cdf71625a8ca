import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Exclude } from 'class-transformer';

export class Note {
  readonly id: number;
  readonly title: string;
  @Exclude()
  readonly secret: string;

  constructor({ id, title, secret }: Pick<Note, 'id' | 'title' | 'secret'>) {
    this.id = id;
    this.title = title;
    this.secret = secret;
  }
}

/** Notes in memory; every id has one. Between the read and the write of a change others have their turn. */
@Injectable()
export class NoteStore {
  readonly #notes = new Map<number, Note>();

  find(id: number): Note {
    return this.#notes.get(id) ?? new Note({ id, title: 'untitled', secret: 'none' });
  }

  async write(id: number, change: Partial<Note>): Promise<Note> {
    const seen = this.find(id);
    await setImmediate();
    const written = new Note({
      id,
      title: change.title ?? seen.title,
      secret: change.secret ?? seen.secret,
    });
    this.#notes.set(id, written);
    return written;
  }
}
