import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ETag, IfMatch, SkipETag } from '../../../src/index.js';
import type { ETagModuleOptions } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

interface Observation {
  readonly resourceType: 'Observation';
  readonly id: string;
  readonly meta: { readonly versionId: string };
  readonly text: string;
}

function resource({ id, text, version }: Note): Observation {
  return { resourceType: 'Observation', id, meta: { versionId: String(version) }, text };
}

@Controller('fhir')
@ETag<Observation>({ version: 'meta.versionId', verbatim: true, weak: true })
export class FhirController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  @SkipETag()
  search(): object {
    const entry = this.notes.all().map((note) => ({ resource: resource(note) }));
    return { resourceType: 'Bundle', type: 'searchset', entry };
  }

  @Get(':id')
  read(@Param('id') id: string): Observation {
    return resource(this.notes.find(id));
  }

  @Post()
  create(@Body() { text }: { text: string }): Observation {
    return resource(this.notes.create(text));
  }

  @Put(':id')
  @IfMatch({ comparison: 'weak', creates: true, required: 'existing' })
  update(@Param('id') id: string, @Body() { text }: { text: string }): Observation {
    return resource(this.notes.save(id, text));
  }

  @Delete(':id')
  @IfMatch({ comparison: 'weak' })
  @HttpCode(204)
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}

/** A server that requires If-Match answers 400 without it. */
export const options: ETagModuleOptions = { refusalStatus: { 'missing-precondition': 400 } };
