import { MikroOrmModule } from '@mikro-orm/nestjs';
import {
  EntityManager,
  EntitySchema,
  MikroORM,
  PostgreSqlDriver,
  RequestContext,
} from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { ANSWERING_NOTES, AnsweringController, timeOfWrite } from './answering.controller.js';
import type { AnsweringNotes } from './answering.controller.js';
import type { MakeApplication } from './application.js';
import { POSTGRES_URL, TABLE } from './database.js';
import type { NoteDto } from './note.dto.js';

interface Note {
  id: number;
  title: string;
  updatedAt: Date;
}

const NoteSchema = new EntitySchema<Note>({
  name: 'Note',
  tableName: TABLE,
  properties: {
    id: { type: 'integer', primary: true },
    title: { type: 'string' },
    updatedAt: { type: 'datetime', length: 0 },
  },
});

@Injectable()
class Notes implements AnsweringNotes, OnApplicationShutdown {
  constructor(private readonly em: EntityManager) {}

  async prepare(): Promise<void> {
    await this.em
      .getConnection()
      .execute(
        `create table ${TABLE} (id serial primary key, title text, updated_at timestamptz(0))`,
      );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.em.getConnection().execute(`drop table ${TABLE}`);
  }

  async create({ title }: NoteDto): Promise<unknown> {
    const note = this.em.create(NoteSchema, { title, updatedAt: timeOfWrite() } as Note);
    await this.em.flush();
    return note;
  }

  find(id: number): Promise<unknown> {
    return this.em.findOneOrFail(NoteSchema, { id });
  }

  /** The entity of the unit of work still has the milliseconds that the column has cut off. */
  async save(id: number, { title }: NoteDto): Promise<unknown> {
    const note = await this.em.findOneOrFail(NoteSchema, { id });
    note.title = title;
    note.updatedAt = timeOfWrite();
    await this.em.flush();
    return note;
  }
}

/** The variant `aroundRead` gives each inner read a context of its own. */
export const application: MakeApplication = ({ variant }) => {
  let orm: MikroORM | undefined;
  return {
    imports: [
      MikroOrmModule.forRoot({
        clientUrl: POSTGRES_URL.replace(/^postgres:/, 'postgresql:'),
        driver: PostgreSqlDriver,
        entities: [NoteSchema],
      }),
    ],
    controllers: [AnsweringController],
    providers: [{ provide: ANSWERING_NOTES, useClass: Notes }],
    ...(variant === 'aroundRead' && {
      etag: { aroundRead: (read) => RequestContext.create((orm as MikroORM).em, read) },
    }),
    configure: (app) => {
      orm = app.get(MikroORM);
      return app.get<Notes>(ANSWERING_NOTES).prepare();
    },
  };
};
