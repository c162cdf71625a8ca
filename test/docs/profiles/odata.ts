import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ETag, IfMatch, ItemETags } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

@Controller('odata')
@ETag<Note>({ version: 'version', verbatim: true, weak: true, property: '@odata.etag' })
export class ODataController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  @ItemETags({ items: 'value' })
  findAll(): { value: Note[] } {
    return { value: this.notes.all() };
  }

  @Get(':id')
  findOne(@Param('id') id: string): Note {
    return this.notes.find(id);
  }

  @Post()
  create(@Body() { text }: { text: string }): Note {
    return this.notes.create(text);
  }

  @Put(':id')
  @IfMatch({ comparison: 'weak', creates: true, required: 'existing' })
  upsert(@Param('id') id: string, @Body() { text }: { text: string }): Note {
    return this.notes.save(id, text);
  }

  @Delete(':id')
  @IfMatch({ comparison: 'weak', required: true })
  @HttpCode(204)
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}
