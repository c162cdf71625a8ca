import {
  Body,
  Controller,
  Get,
  Injectable,
  Param,
  ParseIntPipe,
  Put,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ETag, IfMatch } from 'nestjs-etag';
import type { Observable } from 'rxjs';
import { from, lastValueFrom } from 'rxjs';
import type { MakeApplication } from './application.js';
import { NoteDto } from './note.dto.js';
import { PostgresNotes, poolOf } from './postgres-notes.js';
import type { Row } from './postgres-notes.js';

/** Begins a transaction, calls the handler, commits: the pattern of many applications. */
@Injectable()
class Transaction implements NestInterceptor {
  constructor(private readonly notes: PostgresNotes) {}

  intercept(_context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    return from(this.notes.transaction(() => lastValueFrom(next.handle())));
  }
}

@Controller('notes')
@ETag()
class GuardedController {
  constructor(private readonly notes: PostgresNotes) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Row | undefined> {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch()
  @UseInterceptors(Transaction)
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Row | undefined> {
    return this.notes.write(id, change.title);
  }
}

/** The control: nothing is left to do when the handler is done. */
@Controller('inside')
@ETag()
class InsideController {
  constructor(private readonly notes: PostgresNotes) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Row | undefined> {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Row | undefined> {
    return this.notes.transaction(() => this.notes.write(id, change.title));
  }
}

/** The control without the library. */
@Controller('drafts')
class DraftsController {
  constructor(private readonly notes: PostgresNotes) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Row | undefined> {
    return this.notes.find(id);
  }

  @Put(':id')
  @UseInterceptors(Transaction)
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Row | undefined> {
    return this.notes.write(id, change.title);
  }
}

/** The variant is how many connections the pool has. */
export const application: MakeApplication = ({ variant }) => ({
  controllers: [GuardedController, InsideController, DraftsController],
  providers: [PostgresNotes, poolOf(Number(variant))],
});
