import type { Change, NoteRow } from '../store.js';

/** A table as most applications have it: there is no version, and writes depend on nothing. */
export abstract class UnawareNotes {
  /** The pool that the ORM works with, which its locks may share. */
  get pool(): object {
    throw new Error(`${this.constructor.name} has no pool that locks can share`);
  }

  abstract find(id: number): Promise<NoteRow | null>;
  abstract save(id: number, change: Change): Promise<NoteRow>;
  abstract remove(id: number): Promise<void>;
  abstract close(): Promise<unknown>;

  /** What a middleware of the ORM does around each request. */
  inRequest(next: () => void): void {
    next();
  }

  /** Work that is committed when an interceptor has seen its result, and not before. */
  committedAfter<Result>(work: () => Promise<Result>): Promise<Result> {
    return work();
  }
}
