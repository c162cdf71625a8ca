import type { MakeApplication } from './application.js';
import { NoteStore } from './note-store.js';
import { DraftsController, NotesController } from './notes.controllers.js';

/** Notes in memory, the application that companions are added to. */
export const application: MakeApplication = () => ({
  controllers: [NotesController, DraftsController],
  providers: [NoteStore],
});
