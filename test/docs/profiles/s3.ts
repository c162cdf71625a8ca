import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ETag, IfMatch, ItemETags } from '../../../src/index.js';
import type { ETagModuleOptions } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

interface ObjectRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Tags may come without their quotes. */
const from = ({ headers }: ObjectRequest) => ({
  ifMatch: headers['if-match'],
  ifNoneMatch: headers['if-none-match'],
});

@Controller('s3')
@ETag()
export class S3Controller {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  @ItemETags({ items: 'Contents', property: 'ETag' })
  list(): { Contents: Note[] } {
    return { Contents: this.notes.all() };
  }

  @Get(':id')
  getObject(@Param('id') id: string): Note {
    return this.notes.find(id);
  }

  @Post()
  create(@Body() { text }: { text: string }): Note {
    return this.notes.create(text);
  }

  @Put(':id')
  @IfMatch<S3Controller, ObjectRequest>({ creates: true, required: false, from })
  putObject(@Param('id') id: string, @Body() { text }: { text: string }): Note {
    return this.notes.save(id, text);
  }

  @Delete(':id')
  @IfMatch<S3Controller, ObjectRequest>({ creates: true, from })
  @HttpCode(204)
  deleteObject(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}

/** If-Match on a key that is not there is 404. */
export const options: ETagModuleOptions = { refusalStatus: { 'missing-resource': 404 } };
