import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  ParseIntPipe,
  Patch,
  Put,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ETag, IfMatch } from 'nestjs-etag';
import { Arrivals } from '../arrivals.js';
import { Gate } from '../gate.js';
import type { Change, NoteRow } from '../store.js';
import { LateCommit } from './late-commit.js';
import { UnawareNotes } from './notes.js';

/** Handlers that know nothing of versions, locks or preconditions. */
@Controller('notes')
@ETag()
@UseGuards(Arrivals)
export class UnawareNotesController {
  constructor(private readonly notes: UnawareNotes) {}

  @Get(':id')
  async findOne(@Param('id', ParseIntPipe) id: number): Promise<NoteRow> {
    const note = await this.notes.find(id);
    if (note === null) throw new NotFoundException();
    return note;
  }

  @Put(':id')
  @IfMatch()
  @UseInterceptors(Gate)
  replace(@Param('id', ParseIntPipe) id: number, @Body() note: Required<Change>): Promise<NoteRow> {
    return this.notes.save(id, note);
  }

  @Patch(':id')
  @IfMatch()
  @UseInterceptors(Gate, LateCommit)
  change(@Param('id', ParseIntPipe) id: number, @Body() change: Change): Promise<NoteRow> {
    return this.notes.save(id, change);
  }

  @Delete(':id')
  @IfMatch()
  @HttpCode(204)
  @UseInterceptors(Gate)
  remove(@Param('id', ParseIntPipe) id: number): Promise<void> {
    return this.notes.remove(id);
  }
}
