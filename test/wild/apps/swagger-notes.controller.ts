import { Body, Controller, Get, Param, ParseIntPipe, Put } from '@nestjs/common';
import { ETag, IfMatch } from 'nestjs-etag';
import { NoteDto } from './note.dto.js';
import { NoteStore } from './note-store.js';
import type { Note } from './note-store.js';

/** As `notes.controllers.ts`, compiled with the plugin of `@nestjs/swagger`. */
@Controller('notes')
@ETag()
export class SwaggerNotesController {
  constructor(private readonly notes: NoteStore) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Note {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}
