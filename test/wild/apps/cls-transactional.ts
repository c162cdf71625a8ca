import { ClsPluginTransactional, Transactional, TransactionHost } from '@nestjs-cls/transactional';
import { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
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
import type {
  CallHandler,
  ExecutionContext,
  NestInterceptor,
  OnApplicationShutdown,
} from '@nestjs/common';
import { TypeOrmModule, getDataSourceToken } from '@nestjs/typeorm';
import { ClsModule } from 'nestjs-cls';
import { ETag, IfMatch } from 'nestjs-etag';
import type { Observable } from 'rxjs';
import { from, lastValueFrom } from 'rxjs';
import { EntitySchema } from 'typeorm';
import type { MakeApplication } from './application.js';
import { NOTES, POSTGRES_URL, TABLE } from './database.js';
import { NoteDto } from './note.dto.js';

interface Note {
  id: number;
  title: string;
}

const NoteSchema = new EntitySchema<Note>({
  name: 'Note',
  tableName: TABLE,
  columns: { id: { type: 'int', primary: true }, title: { type: 'text' } },
});

/** Notes through whatever transaction the plugin knows of. */
@Injectable()
class Notes implements OnApplicationShutdown {
  constructor(private readonly host: TransactionHost<TransactionalAdapterTypeOrm>) {}

  async prepare(): Promise<void> {
    await this.host.tx.query(`CREATE TABLE ${TABLE} (id int PRIMARY KEY, title text)`);
    await this.host.tx.query(
      `INSERT INTO ${TABLE} SELECT id, 'untitled' FROM generate_series(1, ${NOTES}) id`,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.host.tx.query(`DROP TABLE ${TABLE}`);
  }

  find(id: number): Promise<Note | null> {
    return this.host.tx.getRepository(NoteSchema).findOneBy({ id });
  }

  async write(id: number, { title }: NoteDto): Promise<Note> {
    const notes = this.host.tx.getRepository(NoteSchema);
    const note = await notes.findOneByOrFail({ id });
    return notes.save({ ...note, title });
  }
}

/** The plugin around the handler and whatever interceptors are further in. */
@Injectable()
class TransactionInterceptor implements NestInterceptor {
  constructor(private readonly host: TransactionHost<TransactionalAdapterTypeOrm>) {}

  intercept(_context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    return from(this.host.withTransaction(() => lastValueFrom(next.handle())));
  }
}

/** The handler itself is decorated: its method is replaced on the prototype. */
@Controller('notes')
@ETag()
class NotesController {
  constructor(private readonly notes: Notes) {}

  @Get(':id')
  @Transactional()
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Note | null> {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch()
  @Transactional()
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}

@Controller('around')
@ETag()
class AroundController {
  constructor(private readonly notes: Notes) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Note | null> {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch()
  @UseInterceptors(TransactionInterceptor)
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}

@Controller('drafts')
class DraftsController {
  constructor(private readonly notes: Notes) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Note | null> {
    return this.notes.find(id);
  }

  @Put(':id')
  @Transactional()
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}

export const application: MakeApplication = () => ({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: POSTGRES_URL, entities: [NoteSchema] }),
    ClsModule.forRoot({
      global: true,
      middleware: { mount: true },
      plugins: [
        new ClsPluginTransactional({
          imports: [TypeOrmModule],
          adapter: new TransactionalAdapterTypeOrm({ dataSourceToken: getDataSourceToken() }),
        }),
      ],
    }),
  ],
  controllers: [NotesController, AroundController, DraftsController],
  providers: [Notes, TransactionInterceptor],
  configure: (app) => app.get(Notes).prepare(),
});
