import { Body, Controller, Get, Inject, Param, ParseIntPipe, Post, Put } from '@nestjs/common';
import { ETag, IfMatch } from 'nestjs-etag';
import { NoteDto } from './note.dto.js';

/** Notes of one ORM; each answers to a write with what the ORM has in hand, which is not what it reads afterwards. */
export interface AnsweringNotes {
  create(change: NoteDto): Promise<unknown>;
  find(id: number): Promise<unknown>;
  save(id: number, change: NoteDto): Promise<unknown>;
}

export const ANSWERING_NOTES = 'ANSWERING_NOTES';

@Controller('notes')
@ETag()
export class AnsweringController {
  constructor(@Inject(ANSWERING_NOTES) private readonly notes: AnsweringNotes) {}

  @Post()
  create(@Body() change: NoteDto): Promise<unknown> {
    return this.notes.create(change);
  }

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<unknown> {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<unknown> {
    return this.notes.save(id, change);
  }
}

/** The time of the next write, with milliseconds that a column may cut off or round. */
export function timeOfWrite(): Date {
  const now = new Date();
  now.setMilliseconds(654);
  return now;
}
