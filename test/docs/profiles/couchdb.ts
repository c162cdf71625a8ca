import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ETag, IfMatch } from '../../../src/index.js';
import type { ETagModuleOptions } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

interface Document {
  readonly _id: string;
  readonly _rev: string;
  readonly text: string;
}

interface DocumentRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: { readonly rev?: string };
  readonly body?: { readonly _rev?: string } | null;
}

function document({ id, text, version }: Note): Document {
  return { _id: id, _rev: `${version}-${id}`, text };
}

/** A revision without quotes: in the query, in the body or in If-Match. */
const from = ({ headers, query, body }: DocumentRequest) => ({
  ifMatch: headers['if-match'] ?? query.rev ?? body?.['_rev'],
});

@Controller('couchdb')
export class CouchController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  allDocs(): { rows: Document[] } {
    return { rows: this.notes.all().map(document) };
  }

  @Get(':id')
  @ETag<Document>({ version: '_rev', verbatim: true })
  get(@Param('id') id: string): Document {
    return document(this.notes.find(id));
  }

  @Post()
  @ETag<Document>({ version: '_rev', verbatim: true })
  create(@Body() { text }: { text: string }): Document {
    return document(this.notes.create(text));
  }

  @Put(':id')
  @HttpCode(201)
  @IfMatch<CouchController, DocumentRequest>({ creates: true, required: 'existing', from })
  put(@Param('id') id: string, @Body() { text }: { text: string }): Document {
    return document(this.notes.save(id, text));
  }

  @Delete(':id')
  @HttpCode(200)
  @IfMatch<CouchController, DocumentRequest>({ required: true, from })
  remove(@Param('id') id: string): { ok: boolean } {
    this.notes.remove(id);
    return { ok: true };
  }
}

/** A conflict is 409, whatever its cause. */
export const options: ETagModuleOptions = {
  refusalStatus: {
    changed: 409,
    exists: 409,
    'missing-precondition': 409,
    'missing-resource': 409,
  },
};
