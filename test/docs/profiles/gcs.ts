import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ETag, IfMatch, ItemETags } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

interface GenerationRequest {
  readonly query: { readonly ifGenerationMatch?: string };
}

/** 0 stands for an object that is not there. */
const from = ({ query: { ifGenerationMatch: generation } }: GenerationRequest) =>
  generation === '0' ? { ifNoneMatch: '*' } : { ifMatch: generation };

@Controller('gcs')
@ETag<Note>({ version: 'version', verbatim: true })
export class GcsController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  @ItemETags({ items: 'items' })
  list(): { items: Note[] } {
    return { items: this.notes.all() };
  }

  @Get(':id')
  get(@Param('id') id: string): Note {
    return this.notes.find(id);
  }

  @Post()
  create(@Body() { text }: { text: string }): Note {
    return this.notes.create(text);
  }

  @Put(':id')
  @IfMatch<GcsController, GenerationRequest>({ creates: true, required: false, from })
  insert(@Param('id') id: string, @Body() { text }: { text: string }): Note {
    return this.notes.save(id, text);
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch<GcsController, GenerationRequest>({ from })
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}
