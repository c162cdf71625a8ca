import { Controller } from '@nestjs/common';
import { initContract } from '@ts-rest/core';
import { TsRestHandler, tsRestHandler } from '@ts-rest/nest';
import { ETag, IfMatch } from 'nestjs-etag';
import { z } from 'zod';
import type { MakeApplication } from './application.js';
import { NoteStore } from './note-store.js';
import { DraftsController } from './notes.controllers.js';

const shown = z.object({ id: z.number(), title: z.string() });
const pathParams = z.object({ id: z.coerce.number() });
const contract = initContract().router({
  show: { method: 'GET', path: '/notes/:id', pathParams, responses: { 200: shown } },
  update: {
    method: 'PUT',
    path: '/notes/:id',
    pathParams,
    body: z.object({ title: z.string() }),
    responses: { 200: shown },
  },
});

/** A typed router: each handler returns a function, and an interceptor of ts-rest calls it. */
@Controller()
@ETag()
class TypedNotesController {
  constructor(private readonly notes: NoteStore) {}

  @TsRestHandler(contract.show)
  show() {
    return tsRestHandler(contract.show, async ({ params }) => ({
      status: 200,
      body: this.notes.find(params.id),
    }));
  }

  @TsRestHandler(contract.update)
  @IfMatch()
  update() {
    return tsRestHandler(contract.update, async ({ params, body }) => ({
      status: 200,
      body: await this.notes.write(params.id, body),
    }));
  }
}

export const application: MakeApplication = () => ({
  controllers: [TypedNotesController, DraftsController],
  providers: [NoteStore],
});
