import {
  EntityManager,
  EntitySchema,
  MikroORM,
  PostgreSqlDriver,
  RequestContext,
} from '@mikro-orm/postgresql';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import {
  Body,
  Controller,
  Get,
  Injectable,
  NotFoundException,
  Param,
  ParseIntPipe,
  Put,
  UseGuards,
} from '@nestjs/common';
import type { CanActivate, ExecutionContext, OnApplicationShutdown } from '@nestjs/common';
import { ETag, IfMatch } from 'nestjs-etag';
import type { MakeApplication } from './application.js';
import { NOTES, POSTGRES_URL, TABLE } from './database.js';
import { NoteDto } from './note.dto.js';

interface Note {
  id: number;
  title: string;
  owner: string;
}

const NoteSchema = new EntitySchema<Note>({
  name: 'Note',
  tableName: TABLE,
  properties: {
    id: { type: 'integer', primary: true },
    title: { type: 'string' },
    owner: { type: 'string' },
  },
});

/** Loads the row before anybody waits: from then on it is in the identity map of the request. */
@Injectable()
class OwnerGuard implements CanActivate {
  constructor(private readonly em: EntityManager) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { params } = context.switchToHttp().getRequest<{ params: { id: string } }>();
    const note = await this.em.findOne(NoteSchema, { id: Number(params.id) });
    return note?.owner === 'ann';
  }
}

/** What both controllers do; nothing in it knows of the library. */
@Injectable()
class Notes implements OnApplicationShutdown {
  constructor(
    private readonly em: EntityManager,
    private readonly orm: MikroORM,
  ) {}

  async prepare(): Promise<void> {
    const sql = this.orm.em.getConnection();
    await sql.execute(`create table ${TABLE} (id int primary key, title text, owner text)`);
    await sql.execute(
      `insert into ${TABLE} select id, 'untitled', 'ann' from generate_series(1, ${NOTES}) id`,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.orm.em.getConnection().execute(`drop table ${TABLE}`);
  }

  async find(id: number): Promise<Note> {
    const note = await this.em.findOne(NoteSchema, { id });
    if (note === null) throw new NotFoundException();
    return note;
  }

  async write(id: number, { title }: NoteDto): Promise<Note> {
    const note = await this.find(id);
    note.title = title;
    await this.em.flush();
    return note;
  }
}

@Controller('notes')
@ETag()
class NotesController {
  constructor(private readonly notes: Notes) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Note> {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}

@Controller('owned')
@ETag()
class OwnedController {
  constructor(private readonly notes: Notes) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Note> {
    return this.notes.find(id);
  }

  @Put(':id')
  @UseGuards(OwnerGuard)
  @IfMatch()
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}

@Controller('drafts')
class DraftsController {
  constructor(private readonly notes: Notes) {}

  @Get(':id')
  findOne(@Param('id', ParseIntPipe) id: number): Promise<Note> {
    return this.notes.find(id);
  }

  @Put(':id')
  update(@Param('id', ParseIntPipe) id: number, @Body() change: NoteDto): Promise<Note> {
    return this.notes.write(id, change);
  }
}

/** MikroORM as its Nest module sets it up. The variant `aroundRead` gives each inner read a context of its own. */
export const application: MakeApplication = ({ variant }) => {
  let orm: MikroORM | undefined;
  return {
    imports: [
      MikroOrmModule.forRoot({
        clientUrl: POSTGRES_URL.replace(/^postgres:/, 'postgresql:'),
        driver: PostgreSqlDriver,
        entities: [NoteSchema],
        pool: { max: 12 },
      }),
    ],
    controllers: [NotesController, OwnedController, DraftsController],
    providers: [Notes, OwnerGuard],
    ...(variant === 'aroundRead' && {
      etag: {
        aroundRead: (read: () => Promise<unknown>) =>
          RequestContext.create((orm as MikroORM).em, read),
      },
    }),
    configure: async (app) => {
      orm = app.get(MikroORM);
      await app.get(Notes).prepare();
    },
  };
};
