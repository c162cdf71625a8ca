import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { EntitySchema, Repository } from 'typeorm';
import { ANSWERING_NOTES, AnsweringController, timeOfWrite } from './answering.controller.js';
import type { AnsweringNotes } from './answering.controller.js';
import type { MakeApplication, Settings } from './application.js';
import { MARIADB_URL, POSTGRES_URL, TABLE } from './database.js';
import type { NoteDto } from './note.dto.js';

interface Note {
  id: number;
  owner: string;
  title: string;
  updatedAt: Date;
}

const NoteSchema = new EntitySchema<Note>({
  name: 'Note',
  tableName: TABLE,
  columns: {
    id: { type: 'int', primary: true, generated: true },
    owner: { type: 'varchar', default: 'ann' },
    title: { type: 'varchar' },
    updatedAt: {
      type: process.argv[2]?.includes('mariadb') ? 'datetime' : 'timestamptz',
      precision: 0,
    },
  },
});

@Injectable()
class Notes implements AnsweringNotes, OnModuleInit, OnApplicationShutdown {
  constructor(@InjectRepository(NoteSchema) private readonly notes: Repository<Note>) {}

  async onModuleInit(): Promise<void> {
    await this.notes.manager.connection.synchronize();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.notes.query(`DROP TABLE ${TABLE}`);
  }

  /** `save()` answers in the order of what it was given, and with the milliseconds. */
  create({ title }: NoteDto): Promise<unknown> {
    return this.notes.save({ updatedAt: timeOfWrite(), title });
  }

  find(id: number): Promise<unknown> {
    return this.notes.findOneByOrFail({ id });
  }

  /** `save()` answers with a partial entity. */
  save(id: number, { title }: NoteDto): Promise<unknown> {
    return this.notes.save({ title, id, updatedAt: timeOfWrite() });
  }
}

export const application: MakeApplication = ({ variant }: Settings) => ({
  imports: [
    TypeOrmModule.forRoot({
      ...(variant === 'mariadb'
        ? { type: 'mariadb', url: MARIADB_URL }
        : { type: 'postgres', url: POSTGRES_URL }),
      entities: [NoteSchema],
    }),
    TypeOrmModule.forFeature([NoteSchema]),
  ],
  controllers: [AnsweringController],
  providers: [{ provide: ANSWERING_NOTES, useClass: Notes }],
});
