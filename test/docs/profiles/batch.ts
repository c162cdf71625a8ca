import { randomUUID } from 'node:crypto';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  PreconditionFailedException,
  Post,
  Put,
} from '@nestjs/common';
import { ETag, IfMatch, Precondition, PreconditionRequiredException } from '../../../src/index.js';
import { evaluatePreconditions, parseEntityTag } from '../../../src/http/index.js';
import type { WriteLocks } from '../../../src/nest/locks/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

interface Entry {
  readonly id: string;
  readonly ifMatch?: string;
  readonly text: string;
}

/** The lock of a note, whoever writes it. */
const keyOf = (id: string): string => `notes ${id}`;

@Controller('notes')
@ETag<Note>({ version: 'version' })
export class NotesController {
  constructor(
    @Inject(Notes) private readonly notes: Notes,
    @Inject('LOCKS') private readonly locks: WriteLocks,
  ) {}

  @Get(':id')
  findOne(@Param('id') id: string): Note {
    return this.notes.find(id);
  }

  @Put(':id')
  @IfMatch<NotesController, { params: { id: string } }>({ key: ({ params }) => keyOf(params.id) })
  update(@Param('id') id: string, @Body() { text }: { text: string }): Note {
    return this.notes.save(id, text);
  }

  /** All or nothing: every entry is checked before the first one is written. */
  @Post('batch')
  @HttpCode(200)
  @IfMatch({ current: 'findOne', required: false, etag: false, key: () => randomUUID() })
  batch(@Body() entries: Entry[], @Precondition() precondition: Precondition): Promise<object[]> {
    const keys = entries.map(({ id }) => keyOf(id));
    // In a database: one transaction around the checks and the writes.
    return this.locks.run(keys, async () => {
      for (const entry of entries) await this.check(entry, precondition);
      return Promise.all(
        entries.map(async ({ id, text }) => {
          const etag = await precondition.etagOf(this.notes.save(id, text));
          return { id, etag };
        }),
      );
    });
  }

  private async check({ id, ifMatch }: Entry, precondition: Precondition): Promise<void> {
    // evaluatePreconditions() lets pass what makes no condition.
    if (ifMatch === undefined) throw new PreconditionRequiredException(`${id} has no ifMatch`);
    const etag = parseEntityTag((await precondition.etagOf(this.notes.find(id))) ?? '');
    const { outcome } = evaluatePreconditions('PUT', { ifMatch }, { exists: true, etag });
    if (outcome !== 'proceed') throw new PreconditionFailedException(`${id} was changed`);
  }
}
