import {
  Body,
  Controller,
  Get,
  Injectable,
  Param,
  ParseIntPipe,
  Post,
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

/** Holds whoever writes until the test opens it; open from the beginning unless the pool is small. */
@Injectable()
class Gate {
  open: () => void = () => {};
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

@Controller('gate')
class GateController {
  constructor(private readonly gate: Gate) {}

  @Get()
  look(): string {
    return 'closed or open';
  }

  @Post()
  open(): void {
    this.gate.open();
  }
}

@Controller('notes')
@ETag()
class GuardedController {
  constructor(
    private readonly notes: PostgresNotes,
    private readonly gate: Gate,
  ) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Row | undefined> {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch()
  @UseInterceptors(Transaction)
  async update(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: NoteDto,
  ): Promise<Row | undefined> {
    await this.gate.opened;
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
  constructor(
    private readonly notes: PostgresNotes,
    private readonly gate: Gate,
  ) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Row | undefined> {
    return this.notes.find(id);
  }

  @Put(':id')
  @UseInterceptors(Transaction)
  async update(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: NoteDto,
  ): Promise<Row | undefined> {
    await this.gate.opened;
    return this.notes.write(id, change.title);
  }
}

/** The pool of the variant `small` has five connections, and writers wait at the gate. */
export const application: MakeApplication = ({ variant }) => ({
  controllers: [GuardedController, InsideController, DraftsController, GateController],
  providers: [PostgresNotes, Gate, poolOf(variant === 'small' ? 5 : 12)],
  configure: (app) => {
    if (variant !== 'small') app.get(Gate).open();
  },
});
