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
} from '@nestjs/common';
import { ETag, IfMatch } from '../../../src/index.js';
import type { ETagModuleOptions } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

interface Item {
  readonly type: 'notes';
  readonly id: string;
  readonly attributes: { readonly text: string };
}

interface Change {
  readonly data: { readonly attributes: { readonly text: string } };
}

function item({ id, text }: Note): Item {
  return { type: 'notes', id, attributes: { text } };
}

@Controller('json-api')
@ETag()
export class JsonApiController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  findAll(): { data: Item[] } {
    return { data: this.notes.all().map(item) };
  }

  @Get(':id')
  findOne(@Param('id') id: string): { data: Item } {
    return { data: item(this.notes.find(id)) };
  }

  @Post()
  create(@Body() { data }: Change): { data: Item } {
    return { data: item(this.notes.create(data.attributes.text)) };
  }

  @Patch(':id')
  @IfMatch({ creates: true })
  update(@Param('id') id: string, @Body() { data }: Change): { data: Item } {
    return { data: item(this.notes.save(id, data.attributes.text)) };
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch()
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}

/** Errors are a list. */
export const options: ETagModuleOptions = {
  refusalBody: ({ status, reason, message }) => ({
    errors: [{ status: String(status), code: reason, detail: message }],
  }),
};
