import { Body, Controller, Get, Param, ParseIntPipe, Put } from '@nestjs/common';
import { ETag, IfMatch } from 'nestjs-etag';
import { NoteStore } from '../note-store.js';
import type { Note } from '../note-store.js';
import { SwaggerNoteDto } from './swagger-note.dto.js';

/** As in `notes.controllers.ts`; the plugin adds its decorators to the handlers. */
@Controller('notes')
@ETag()
export class SwaggerNotesController {
  constructor(private readonly notes: NoteStore) {}

  /** Shows a note. */
  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Note {
    return this.notes.find(id);
  }

  /** Changes a note. */
  @Put(':id')
  @IfMatch()
  update(@Param('id', ParseIntPipe) id: number, @Body() change: SwaggerNoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}
