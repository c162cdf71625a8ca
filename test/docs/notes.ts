import { Injectable, NotFoundException } from '@nestjs/common';

/** What the profiles of docs/profiles.md store. */
export interface Note {
  readonly id: string;
  readonly text: string;
  readonly version: number;
}

/** A store whose every write raises the version. */
@Injectable()
export class Notes {
  private readonly rows = new Map<string, Note>([['1', { id: '1', text: 'first', version: 1 }]]);

  all(): Note[] {
    return [...this.rows.values()];
  }

  find(id: string): Note {
    const note = this.rows.get(id);
    if (note === undefined) throw new NotFoundException();
    return note;
  }

  create(text: string): Note {
    return this.save(String(this.rows.size + 1), text);
  }

  save(id: string, text: string): Note {
    const note = { id, text, version: (this.rows.get(id)?.version ?? 0) + 1 };
    this.rows.set(id, note);
    return note;
  }

  remove(id: string): void {
    this.rows.delete(id);
  }
}
