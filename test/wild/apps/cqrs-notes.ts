import { Body, Controller, Get, Param, ParseIntPipe, Put } from '@nestjs/common';
import { CommandBus, CommandHandler, CqrsModule, QueryBus, QueryHandler } from '@nestjs/cqrs';
import type { ICommandHandler, IQueryHandler } from '@nestjs/cqrs';
import { ETag, IfMatch } from 'nestjs-etag';
import type { MakeApplication } from './application.js';
import { NoteDto } from './note.dto.js';
import { NoteStore } from './note-store.js';
import type { Note } from './note-store.js';
import { DraftsController } from './notes.controllers.js';

class ShowNote {
  constructor(readonly id: number) {}
}

class ChangeNote {
  constructor(
    readonly id: number,
    readonly change: NoteDto,
  ) {}
}

@QueryHandler(ShowNote)
class ShowNoteHandler implements IQueryHandler<ShowNote, Note> {
  constructor(private readonly notes: NoteStore) {}

  async execute({ id }: ShowNote): Promise<Note> {
    return this.notes.find(id);
  }
}

@CommandHandler(ChangeNote)
class ChangeNoteHandler implements ICommandHandler<ChangeNote, Note> {
  constructor(private readonly notes: NoteStore) {}

  execute({ id, change }: ChangeNote): Promise<Note> {
    return this.notes.write(id, change);
  }
}

/** One controller for each use case. */
@Controller('notes')
class ShowNoteController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ETag()
  show(@Param('id', ParseIntPipe) id: number): Promise<Note> {
    return this.queries.execute(new ShowNote(id));
  }
}

@Controller('notes')
class ChangeNoteController {
  constructor(private readonly commands: CommandBus) {}

  @Put(':id')
  @IfMatch({ current: [ShowNoteController, 'show'] })
  change(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Note> {
    return this.commands.execute(new ChangeNote(id, change));
  }
}

/** What has passed through the bus. */
@Controller('commands')
class CommandsController {
  private readonly names: string[] = [];

  constructor(commands: CommandBus) {
    commands.subscribe(({ constructor: { name } }) => this.names.push(name));
  }

  @Get()
  read(): string[] {
    return this.names;
  }
}

export const application: MakeApplication = () => ({
  imports: [CqrsModule.forRoot()],
  controllers: [ChangeNoteController, ShowNoteController, CommandsController, DraftsController],
  providers: [NoteStore, ShowNoteHandler, ChangeNoteHandler],
});
