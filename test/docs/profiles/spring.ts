import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ETag, IfMatch } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

interface BareRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Spring trims quotes, so that a bare version is one as well. */
const from = ({ headers }: BareRequest) => ({ ifMatch: headers['if-match'] });

@Controller('spring')
@ETag<Note>({ version: 'version', verbatim: true })
export class SpringController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  findAll(): object {
    return { _embedded: { notes: this.notes.all() } };
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
  @IfMatch<SpringController, BareRequest>({ required: false, creates: true, from })
  save(@Param('id') id: string, @Body() { text }: { text: string }): void {
    this.notes.save(id, text);
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch<SpringController, BareRequest>({ from })
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}
