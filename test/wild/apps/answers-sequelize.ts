import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { DataTypes, Sequelize } from 'sequelize';
import { ANSWERING_NOTES, AnsweringController } from './answering.controller.js';
import type { AnsweringNotes } from './answering.controller.js';
import type { MakeApplication } from './application.js';
import { POSTGRES_URL, TABLE } from './database.js';
import type { NoteDto } from './note.dto.js';

@Injectable()
class Notes implements AnsweringNotes, OnApplicationShutdown {
  readonly #sequelize = new Sequelize(POSTGRES_URL, { logging: false });
  readonly #notes = this.#sequelize.define(
    'Note',
    { title: DataTypes.STRING, price: DataTypes.DECIMAL(10, 2) },
    { tableName: TABLE, timestamps: false },
  );

  async prepare(): Promise<void> {
    await this.#notes.sync();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#notes.drop();
    await this.#sequelize.close();
  }

  create({ title }: NoteDto): Promise<unknown> {
    return this.#notes.create({ title, price: 1.5 });
  }

  find(id: number): Promise<unknown> {
    return this.#notes.findByPk(id, { rejectOnEmpty: true });
  }

  /** The instance answers with the number that it was given; GET with the text of the decimal column. */
  async save(id: number, { title }: NoteDto): Promise<unknown> {
    const note = await this.#notes.findByPk(id, { rejectOnEmpty: true });
    note.set({ title, price: 1.25 });
    await note.save({ returning: false });
    return note;
  }
}

export const application: MakeApplication = () => ({
  controllers: [AnsweringController],
  providers: [{ provide: ANSWERING_NOTES, useClass: Notes }],
  configure: (app) => app.get<Notes>(ANSWERING_NOTES).prepare(),
});
