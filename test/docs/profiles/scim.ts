import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ETag, IfMatch, ItemETags } from '../../../src/index.js';
import type { ETagModuleOptions } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

@Controller('scim')
@ETag<Note>({ version: 'version', verbatim: true, weak: true, property: ['meta', 'version'] })
export class ScimController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  @ItemETags({ items: 'Resources' })
  findAll(): { Resources: Note[] } {
    return { Resources: this.notes.all() };
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
  @IfMatch({ comparison: 'weak', required: false, creates: true })
  replace(@Param('id') id: string, @Body() { text }: { text: string }): Note {
    return this.notes.save(id, text);
  }

  @Delete(':id')
  @IfMatch({ comparison: 'weak' })
  @HttpCode(204)
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}

/** The schema of errors has the status as a text. */
export const options: ETagModuleOptions = {
  refusalBody: ({ status, message }) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    detail: message,
  }),
};
