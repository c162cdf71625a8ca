import { Body, Controller, Get, Param, ParseIntPipe, Put } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Throttle, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { ETag, IfMatch, isPreconditionRead } from 'nestjs-etag';
import type { MakeApplication } from './application.js';
import { NoteDto } from './note.dto.js';
import { NoteStore } from './note-store.js';
import type { Note } from './note-store.js';

/** Writes have a limit of their own: the decorators of the two handlers differ. */
@Controller('notes')
@ETag()
class ThrottledNotesController {
  constructor(private readonly notes: NoteStore) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Note {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch()
  @Throttle({ default: { limit: 1_000 } })
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}

/** With the variant `skipIf`, the throttler leaves the reads out that reach no client. */
export const application: MakeApplication = ({ variant }) => ({
  imports: [
    ThrottlerModule.forRoot({
      throttlers: [{ ttl: 600_000, limit: 10_000 }],
      ...(variant === 'skipIf' && {
        skipIf: (context) => isPreconditionRead(context.switchToHttp().getRequest()),
      }),
    }),
  ],
  controllers: [ThrottledNotesController],
  providers: [NoteStore, { provide: APP_GUARD, useClass: ThrottlerGuard }],
});
