import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { documentETags } from 'nestjs-etag/swagger';
import type { MakeApplication } from './application.js';
import { NoteStore } from './note-store.js';
import { DraftsController } from './notes.controllers.js';
import { SwaggerNotesController } from './swagger/notes.controller.js';

export const application: MakeApplication = ({ library }) => ({
  controllers: [SwaggerNotesController, DraftsController],
  providers: [NoteStore],
  configure: (app) => {
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    SwaggerModule.setup('api', app, library ? documentETags(document, app) : document, {
      ui: false,
    });
  },
});
