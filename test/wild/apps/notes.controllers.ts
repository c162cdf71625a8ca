import { Body, Controller, Get, Param, ParseIntPipe, Put } from '@nestjs/common';
import { ETag, IfMatch } from 'nestjs-etag';
import { NoteDto } from './note.dto.js';
import { NoteStore } from './note-store.js';
import type { Note } from './note-store.js';

/** The contract's resource: tagged and guarded. */
@Controller('notes')
@ETag()
export class NotesController {
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

/** The same without a decorator of ours. */
@Controller('drafts')
export class DraftsController {
  constructor(private readonly notes: NoteStore) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Note {
    return this.notes.find(id);
  }

  @Put(':id')
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}
