import { Crud } from '@dataui/crud';
import type { CrudController } from '@dataui/crud';
import { TypeOrmCrudService } from '@dataui/crud-typeorm';
import { Controller, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { IsOptional, IsString } from 'class-validator';
import { ETag, IfMatch } from 'nestjs-etag';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import type { MakeApplication } from './application.js';
import { NOTES, POSTGRES_URL, TABLE } from './database.js';

@Entity(TABLE)
class Note {
  @PrimaryColumn('int')
  id!: number;

  @IsOptional({ always: true })
  @IsString({ always: true })
  @Column('text')
  title!: string;
}

@Injectable()
class NotesService extends TypeOrmCrudService<Note> implements OnModuleInit, OnApplicationShutdown {
  constructor(@InjectRepository(Note) private readonly notes: Repository<Note>) {
    super(notes);
  }

  async onModuleInit(): Promise<void> {
    await this.notes.manager.connection.synchronize();
    await this.notes.query(
      `INSERT INTO ${TABLE} SELECT id, 'untitled' FROM generate_series(1, ${NOTES}) id`,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.notes.query(`DROP TABLE ${TABLE}`);
  }
}

/** No handler is written here: the generator makes them, with their routes, pipes and interceptors. */
@Crud({
  model: { type: Note },
  routes: { only: ['getOneBase', 'updateOneBase', 'replaceOneBase'] },
})
@Controller('notes')
@ETag()
@IfMatch()
class NotesController implements CrudController<Note> {
  constructor(readonly service: NotesService) {}
}

export const application: MakeApplication = () => ({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: POSTGRES_URL, entities: [Note] }),
    TypeOrmModule.forFeature([Note]),
  ],
  controllers: [NotesController],
  providers: [NotesService],
});
