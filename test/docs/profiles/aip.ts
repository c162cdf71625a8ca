import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
} from '@nestjs/common';
import { ETag, IfMatch, ItemETags } from '../../../src/index.js';
import type { ETagModuleOptions } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

interface DeleteRequest {
  readonly query: { readonly etag?: string };
}

@Controller('aip')
@ETag<Note>({ version: 'version', property: 'etag' })
export class AipController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  @ItemETags({ items: 'notes' })
  list(): { notes: Note[] } {
    return { notes: this.notes.all() };
  }

  @Get(':id')
  get(@Param('id') id: string): Note {
    return this.notes.find(id);
  }

  @Post()
  create(@Body() { text }: { text: string }): Note {
    return this.notes.create(text);
  }

  @Patch(':id')
  @IfMatch({ property: 'etag', required: false })
  update(@Param('id') id: string, @Body() { text }: { text: string }): Note {
    return this.notes.save(id, text);
  }

  @Put(':id')
  @IfMatch({ property: 'etag', required: false, creates: true })
  upsert(@Param('id') id: string, @Body() { text }: { text: string }): Note {
    return this.notes.save(id, text);
  }

  @Delete(':id')
  @IfMatch<AipController, DeleteRequest>({ from: ({ query }) => ({ ifMatch: query.etag }) })
  @HttpCode(204)
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}

/** ABORTED is 409 over HTTP. */
export const options: ETagModuleOptions = {
  refusalStatus: { changed: 409, exists: 409 },
  refusalBody: ({ status, message }) => ({ error: { code: status, message, status: 'ABORTED' } }),
};
