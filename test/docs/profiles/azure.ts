import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ETag, IfMatch, ItemETags } from '../../../src/index.js';
import type { ETagModuleOptions } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

@Controller('azure')
@ETag()
export class AzureController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  @ItemETags({ items: 'value' })
  list(): { value: Note[] } {
    return { value: this.notes.all() };
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
  @IfMatch({ creates: true, required: false })
  replace(@Param('id') id: string, @Body() { text }: { text: string }): Note {
    return this.notes.save(id, text);
  }

  /** Idempotent: what is gone already is 204 as well. */
  @Delete(':id')
  @HttpCode(204)
  @IfMatch({ creates: true })
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}

export const options: ETagModuleOptions = {
  refusalBody: ({ message }) => ({ error: { code: 'ConditionNotMet', message } }),
};
