import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ETag, IfMatch, ItemETags } from '../../../src/index.js';
import type { ETagModuleOptions } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

@Controller('zalando')
@ETag<Note>({ version: 'version', property: 'etag' })
export class ZalandoController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  @ItemETags({ items: 'items' })
  findAll(): { items: Note[] } {
    return { items: this.notes.all() };
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
  @HttpCode(204)
  @IfMatch({ creates: true })
  save(@Param('id') id: string, @Body() { text }: { text: string }): void {
    this.notes.save(id, text);
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch({ required: true })
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}

/** Problem details, RFC 9457. */
export const options: ETagModuleOptions = { problemDetails: true };
