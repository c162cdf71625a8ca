import { Body, Controller, Get, Param, ParseIntPipe, Put } from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ETag, IfMatch } from 'nestjs-etag';
import {
  ZodSerializerDto,
  ZodSerializerInterceptor,
  ZodValidationPipe,
  createZodDto,
} from 'nestjs-zod';
import { z } from 'zod';
import type { MakeApplication } from './application.js';
import { NoteStore } from './note-store.js';
import type { Note } from './note-store.js';
import { DraftsController } from './notes.controllers.js';

class ZodNoteDto extends createZodDto(z.object({ title: z.string().min(1) })) {}
/** Leaves the secret out. */
class ShownNoteDto extends createZodDto(z.object({ id: z.number(), title: z.string() })) {}

@Controller('notes')
@ETag()
class ZodNotesController {
  constructor(private readonly notes: NoteStore) {}

  @Get(':id')
  @ZodSerializerDto(ShownNoteDto)
  findOne(@Param('id', ParseIntPipe) id: number): Note {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch()
  @ZodSerializerDto(ShownNoteDto)
  update(@Param('id', ParseIntPipe) id: number, @Body() change: ZodNoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}

export const application: MakeApplication = () => ({
  controllers: [ZodNotesController, DraftsController],
  providers: [
    NoteStore,
    { provide: APP_PIPE, useClass: ZodValidationPipe },
    { provide: APP_INTERCEPTOR, useClass: ZodSerializerInterceptor },
  ],
});
