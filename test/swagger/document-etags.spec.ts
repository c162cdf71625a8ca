import { describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  Module,
  Param,
  Patch,
  Post,
  Put,
  VersioningType,
} from '@nestjs/common';
import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory, RouterModule } from '@nestjs/core';
import {
  ApiBadRequestResponse,
  ApiHeader,
  ApiOkResponse,
  ApiProperty,
  DocumentBuilder,
  SwaggerModule,
} from '@nestjs/swagger';
import type { SwaggerDocumentOptions } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import {
  ETag,
  ETagModule,
  IfMatch,
  ItemETags,
  LastModified,
  SkipETag,
  WeakETag,
} from '../../src/index.js';
import type { ETagModuleOptions } from '../../src/index.js';
import { documentETags } from '../../src/swagger/index.js';
import { create, describeOnEachAdapter } from '../support/each-adapter.js';

class User {
  @ApiProperty()
  id!: number;
  @ApiProperty()
  name!: string;
}

@Controller('users')
@ETag()
class UsersController {
  @Get()
  @ItemETags()
  @ApiOkResponse({ type: [User] })
  findAll(): User[] {
    return [new User()];
  }

  @Get('latest')
  @SkipETag()
  latest(): User {
    return new User();
  }

  @Get(':id')
  @ApiOkResponse({ type: User })
  findOne(@Param('id') _id: string): User {
    return new User();
  }

  @Get(':id/card')
  @WeakETag(['name', 'address.city'])
  card(@Param('id') _id: string): User {
    return new User();
  }

  @Post()
  create(@Body() user: User): User {
    return user;
  }

  @Put(':id')
  @IfMatch()
  replace(@Param('id') _id: string, @Body() user: User): User {
    return user;
  }

  @Patch(':id')
  @IfMatch({ property: 'etag', etag: false })
  change(@Param('id') _id: string, @Body() user: User): User {
    return user;
  }

  @Delete(':id')
  @IfMatch()
  remove(@Param('id') _id: string): void {}
}

@Controller('pages')
@ETag()
@LastModified('updatedAt')
class PagesController {
  @Get(':slug')
  findOne(@Param('slug') slug: string): object {
    return { slug, updatedAt: new Date(0) };
  }

  @Put(':slug')
  @IfMatch({ creates: true, unmodifiedSince: true })
  replace(@Param('slug') slug: string): object {
    return { slug, updatedAt: new Date(0) };
  }
}

@Controller('versions')
class VersionsController {
  @Get(':id')
  @ETag({ version: 'version' })
  findOne(@Param('id') id: string): object {
    return { id, version: 1 };
  }

  @Get()
  untagged(): object[] {
    return [];
  }
}

interface Shown {
  readonly parameters: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly description?: string;
    readonly example?: string;
  }[];
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly headers?: Readonly<Record<string, { description: string; example: string }>>;
        readonly content?: Readonly<Record<string, { readonly schema: object }>>;
      }
    >
  >;
  readonly requestBody?: object;
}

type Document = ReturnType<typeof SwaggerModule.createDocument>;

function documentOf(app: INestApplication, options?: SwaggerDocumentOptions): Document {
  const config = new DocumentBuilder().setTitle('Users').setVersion('1').build();
  return documentETags(SwaggerModule.createDocument(app, config, options), app);
}

function operation(document: Document, method: string, path: string): Shown {
  const item = document.paths[path] as unknown as Readonly<Record<string, Shown>> | undefined;
  const found = item?.[method];
  if (found === undefined) throw new Error(`${method} ${path} is not documented`);
  return found;
}

/** The header fields of a request, those that it must have with a `!`. */
function conditionsOf({ parameters }: Shown): readonly string[] {
  return parameters
    .filter(({ name }) => /-/.test(name))
    .map(({ name, required }) => (required ? `${name}!` : name));
}

function headersOf({ responses }: Shown, status: number): readonly string[] {
  return Object.keys(responses[status]?.headers ?? {});
}

describeOnEachAdapter('documentETags()', (_, adapter) => {
  async function documented(
    controllers: Type[],
    etag: ETagModuleOptions = {},
    configure?: (app: INestApplication) => void,
  ): Promise<Document> {
    const app = await create(adapter, {
      controllers,
      etag,
      ...(configure === undefined ? {} : { configure }),
    });
    const document = documentOf(app);
    await app.close();
    return document;
  }

  it('shows the tag, the condition and the 304 of a tagged GET', async () => {
    const shown = operation(await documented([UsersController]), 'get', '/users/{id}');
    expect(conditionsOf(shown)).toEqual(['If-None-Match']);
    expect(headersOf(shown, 200)).toEqual(['ETag']);
    expect(headersOf(shown, 304)).toEqual(['ETag']);
    expect(shown.responses['304']?.content).toBeUndefined();
    expect(shown.responses['200']?.headers?.['ETag']?.description).toMatch(/^Strong entity tag/);
  });

  it('says of a weak tag which properties it is made of', async () => {
    const shown = operation(await documented([UsersController]), 'get', '/users/{id}/card');
    expect(shown.responses['200']?.headers?.['ETag']).toMatchObject({
      description: 'Weak entity tag: the same as long as address.city, name are.',
      example: 'W/"77bc43ac22bb2f5a9fbab5a32554a5d3"',
    });
  });

  it('says of a tag from a version that every version has another', async () => {
    const shown = operation(await documented([VersionsController]), 'get', '/versions/{id}');
    expect(shown.responses['200']?.headers?.['ETag']?.description).toMatch(/every version/);
  });

  it('shows the tags of the items of a list', async () => {
    const shown = operation(await documented([UsersController]), 'get', '/users');
    expect(shown.responses['200']?.content?.['application/json']?.schema).toMatchObject({
      type: 'array',
      items: {
        allOf: [
          { $ref: '#/components/schemas/User' },
          { required: ['etag'], properties: { etag: { type: 'string' } } },
        ],
      },
    });
  });

  it('shows the tag of what a POST creates', async () => {
    const shown = operation(await documented([UsersController]), 'post', '/users');
    expect(headersOf(shown, 201)).toEqual(['ETag']);
    expect(conditionsOf(shown)).toEqual([]);
  });

  it('leaves alone what is not tagged', async () => {
    const document = await documented([UsersController, VersionsController]);
    for (const path of ['/users/latest', '/versions']) {
      const shown = operation(document, 'get', path);
      expect([conditionsOf(shown), Object.keys(shown.responses)]).toEqual([[], ['200']]);
    }
  });

  it('shows what a guarded write insists on, and how it refuses', async () => {
    const shown = operation(await documented([UsersController]), 'put', '/users/{id}');
    expect(conditionsOf(shown)).toEqual(['If-Match!']);
    expect(Object.keys(shown.responses)).toEqual(['200', '400', '412', '428']);
    expect([headersOf(shown, 200), headersOf(shown, 412)]).toEqual([['ETag'], ['ETag']]);
    for (const status of [400, 412, 428]) {
      expect(shown.responses[status]?.content).toEqual({
        'application/json': { schema: { $ref: '#/components/schemas/ConditionalRequestRefusal' } },
      });
    }
  });

  it('shows that If-Match is optional where it is, and no 428', async () => {
    const shown = operation(await documented([UsersController]), 'delete', '/users/{id}');
    expect(conditionsOf(shown)).toEqual(['If-Match']);
    expect(Object.keys(shown.responses)).toEqual(['200', '400', '412']);
    expect(headersOf(shown, 200)).toEqual([]);
  });

  it('shows the options of the module', async () => {
    const document = await documented([UsersController], {
      requireIfMatch: ['DELETE'],
      tagHeader: 'X-Resource-Version',
      problemDetails: true,
    });
    const removal = operation(document, 'delete', '/users/{id}');
    expect(conditionsOf(removal)).toEqual(['If-Match', 'X-Resource-Version']);
    expect(Object.keys(removal.responses[428]?.content ?? {})).toEqual([
      'application/problem+json',
    ]);
    expect(document.components?.schemas?.['ConditionalRequestRefusal']).toMatchObject({
      required: ['type', 'title', 'status', 'detail', 'reason'],
    });
    expect(headersOf(operation(document, 'get', '/users/{id}'), 200)).toEqual([
      'ETag',
      'X-Resource-Version',
    ]);
    expect(Object.keys(operation(document, 'put', '/users/{id}').responses)).not.toContain('428');
  });

  it('shows an example of a body that the application makes of refusals', async () => {
    const document = await documented([UsersController], {
      refusalBody: ({ reason }) => ({ code: reason }),
    });
    expect(document.components?.schemas?.['ConditionalRequestRefusal']).toEqual({
      type: 'object',
      description: 'Why a conditional request was refused.',
      example: { code: 'changed' },
    });
  });

  it('shows the options of a decorator', async () => {
    const document = await documented([UsersController, PagesController]);
    const page = operation(document, 'put', '/pages/{slug}');
    expect(conditionsOf(page)).toEqual(['If-Match', 'If-None-Match', 'If-Unmodified-Since']);
    const change = operation(document, 'patch', '/users/{id}');
    expect(conditionsOf(change)).toEqual(['If-Match']);
    expect(headersOf(change, 200)).toEqual([]);
    expect(change.requestBody).toMatchObject({
      content: {
        'application/json': {
          schema: {
            allOf: [
              { $ref: '#/components/schemas/User' },
              { properties: { etag: { type: 'string' } } },
            ],
          },
        },
      },
    });
  });

  it('shows dates where there are', async () => {
    const shown = operation(await documented([PagesController]), 'get', '/pages/{slug}');
    expect(conditionsOf(shown)).toEqual(['If-None-Match', 'If-Modified-Since']);
    expect(headersOf(shown, 304)).toEqual(['ETag', 'Last-Modified']);
  });

  it('replaces nothing that the application says itself', async () => {
    @Controller('notes')
    @ETag()
    class NotesController {
      @Get(':id')
      @ApiHeader({ name: 'if-none-match', description: 'Mine.' })
      findOne(): object {
        return {};
      }

      @Put(':id')
      @IfMatch()
      @ApiBadRequestResponse({ description: 'Mine too.' })
      replace(@Headers('if-match') _tag: string): object {
        return {};
      }
    }
    const document = await documented([NotesController]);
    const read = operation(document, 'get', '/notes/{id}');
    expect(read.parameters.map(({ description }) => description)).toEqual(['Mine.']);
    const write = operation(document, 'put', '/notes/{id}');
    expect(conditionsOf(write)).toEqual(['if-match!']);
    expect(write.responses['400']?.description).toBe('Mine too.');
  });

  it.each(['3.0.0', '3.1.0'])('makes a valid document of OpenAPI %s', async (version) => {
    const document = await documented([UsersController, PagesController, VersionsController]);
    const text = JSON.stringify({ ...document, openapi: version });
    const sent = JSON.parse(text) as Record<string, unknown>;
    expect(await new Validator().validate(sent)).toEqual({ valid: true });
  });

  it('says the same before the application is initialized', async () => {
    const early: Document[] = [];
    const late = await documented([UsersController], {}, (app) => early.push(documentOf(app)));
    expect(early).toEqual([late]);
  });

  it('finds handlers behind a prefix, a version and the path of a module', async () => {
    @Controller({ path: 'users', version: '2' })
    @WeakETag(['name'])
    class NewUsersController {
      @Get(':id')
      findOne(): User {
        return new User();
      }
    }
    @Controller('admin/users')
    class AdminController {
      @Get(':id')
      findOne(): User {
        return new User();
      }
    }
    class VersionOneController extends UsersController {}
    Controller({ path: 'users', version: '1' })(VersionOneController);
    class TeamModule {}
    Module({ controllers: [PagesController] })(TeamModule);
    class AppModule {}
    Module({
      imports: [
        ETagModule.forRoot(),
        TeamModule,
        RouterModule.register([{ path: 'teams/:team', module: TeamModule }]),
      ],
      controllers: [AdminController, NewUsersController, VersionOneController],
    })(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false });
    app.setGlobalPrefix('api');
    app.enableVersioning({ type: VersioningType.URI });
    const byName = documentOf(app, { operationIdFactory: (_controller, method) => method });
    for (const document of [documentOf(app), byName]) {
      const tags = [
        '/api/v1/users/{id}',
        '/api/v2/users/{id}',
        '/api/teams/{team}/pages/{slug}',
      ].map(
        (path) =>
          operation(document, 'get', path).responses['200']?.headers?.['ETag']?.description.split(
            ' ',
          )[0],
      );
      expect(tags).toEqual(['Strong', 'Weak', 'Strong']);
      expect(conditionsOf(operation(document, 'get', '/api/admin/users/{id}'))).toEqual([]);
    }
    await app.close();
  });
});

describe('documentETags() without ETagModule', () => {
  it('says what is missing', async () => {
    class AppModule {}
    Module({})(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false });
    expect(() => documentETags({ paths: {} }, app)).toThrow(
      'documentETags() finds no ETagModule in this application: add ETagModule.forRoot() to the imports of its root module',
    );
    await app.close();
  });
});
