import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ETag, IfMatch } from '../../../src/index.js';
import type { ETagModuleOptions } from '../../../src/index.js';
import { Notes } from '../notes.js';
import type { Note } from '../notes.js';

interface Resource {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly text: string;
}

interface ResourceRequest {
  readonly body?: {
    readonly metadata?: { readonly resourceVersion?: string };
    readonly preconditions?: { readonly resourceVersion?: string };
  } | null;
}

function resource({ id, text, version }: Note): Resource {
  return { metadata: { name: id, resourceVersion: String(version) }, text };
}

@Controller('kubernetes')
@ETag<Resource>({ version: 'metadata.resourceVersion', verbatim: true })
export class KubernetesController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get()
  list(): { items: Resource[] } {
    return { items: this.notes.all().map(resource) };
  }

  @Get(':id')
  read(@Param('id') id: string): Resource {
    return resource(this.notes.find(id));
  }

  @Post()
  create(@Body() { text }: { text: string }): Resource {
    return resource(this.notes.create(text));
  }

  @Put(':id')
  @IfMatch<KubernetesController, ResourceRequest>({
    required: false,
    creates: true,
    from: ({ body }) => ({ ifMatch: body?.metadata?.resourceVersion }),
  })
  replace(@Param('id') id: string, @Body() { text }: { text: string }): Resource {
    return resource(this.notes.save(id, text));
  }

  @Delete(':id')
  @HttpCode(200)
  @IfMatch<KubernetesController, ResourceRequest>({
    from: ({ body }) => ({ ifMatch: body?.preconditions?.resourceVersion }),
  })
  remove(@Param('id') id: string): { kind: string; status: string } {
    this.notes.remove(id);
    return { kind: 'Status', status: 'Success' };
  }
}

/** Conflicts are 409, with a Status for a body. */
export const options: ETagModuleOptions = {
  refusalStatus: { changed: 409, exists: 409 },
  refusalBody: ({ status, message }) => ({
    kind: 'Status',
    status: 'Failure',
    reason: status === 409 ? 'Conflict' : 'Invalid',
    message,
    code: status,
  }),
};
