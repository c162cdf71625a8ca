import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  Header,
  Inject,
  Injectable,
  NotFoundException,
  Param,
  Put,
  Scope,
  SetMetadata,
  UseGuards,
  applyDecorators,
} from '@nestjs/common';
import type { CanActivate, Type } from '@nestjs/common';
import { ContextIdFactory, REQUEST } from '@nestjs/core';
import type { ContextId, ContextIdStrategy, HostComponentInfo } from '@nestjs/core';
import { ETag, IfMatch, LastModified, Precondition } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

interface Row {
  readonly name: string;
  readonly updatedAt: string;
}

interface AnyRequest {
  readonly headers: Record<string, string | undefined>;
}

/** The rows of each tenant. */
const tables = new Map<string, Map<string, Row>>();
let made = 0;

class Table {
  constructor(private readonly tenant: string) {}

  find(id: string): Row {
    const row = tables.get(this.tenant)?.get(id);
    if (row === undefined) throw new NotFoundException();
    return row;
  }

  save(id: string, name: string): Row {
    const row = { name: `${name} by ${this.tenant}`, updatedAt: '2026-11-21T11:00:00.000Z' };
    tables.get(this.tenant)?.set(id, row);
    return row;
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestTable {
  readonly table: Table;

  constructor(@Inject(REQUEST) { headers }: AnyRequest) {
    made += 1;
    this.table = new Table(headers['x-tenant'] ?? 'a');
  }
}

/** Made for each request, because what it needs is. */
@Controller('scoped')
@ETag()
class ScopedController {
  constructor(@Inject(RequestTable) private readonly rows: RequestTable) {}

  @Get(':id')
  findOne(@Param('id') id: string): Row {
    return this.rows.table.find(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id') id: string, @Body() { name }: Row): Row {
    return this.rows.table.save(id, name);
  }
}

@Injectable({ scope: Scope.REQUEST, durable: true })
class TenantTable {
  readonly table: Table;

  constructor(@Inject(REQUEST) { tenant }: { tenant: string }) {
    made += 1;
    this.table = new Table(tenant);
  }
}

/** Made for each tenant. */
@Controller({ path: 'durable', scope: Scope.REQUEST, durable: true })
@ETag()
class DurableController {
  constructor(@Inject(TenantTable) private readonly rows: TenantTable) {}

  @Get(':id')
  findOne(@Param('id') id: string): Row {
    return this.rows.table.find(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id') id: string, @Body() { name }: Row): Row {
    return this.rows.table.save(id, name);
  }

  @Put(':id/name')
  @IfMatch<DurableController, { params: { id: string } }>({
    current: (controller, { params }) => controller.findOne(params.id),
  })
  rename(@Param('id') id: string, @Body() { name }: Row): Row {
    return this.rows.table.save(id, name);
  }
}

class ByTenant implements ContextIdStrategy {
  private readonly tenants = new Map<string, ContextId>();

  attach(contextId: ContextId, { headers }: AnyRequest) {
    const tenant = headers['x-tenant'] ?? 'a';
    const ofTenant = this.tenants.get(tenant) ?? ContextIdFactory.create();
    this.tenants.set(tenant, ofTenant);
    return {
      resolve: ({ isTreeDurable }: HostComponentInfo) => (isTreeDurable ? ofTenant : contextId),
      payload: { tenant },
    };
  }
}

interface Entity {
  readonly name: string;
}

/** A base class for any kind of row, decorated once. */
abstract class CrudController<T extends Entity> {
  protected abstract readonly rows: Map<string, T>;
  protected abstract change(before: T, name: string): T;

  @Get(':id')
  @ETag()
  findOne(@Param('id') id: string): T {
    const row = this.rows.get(id);
    if (row === undefined) throw new NotFoundException();
    return row;
  }

  @Put(':id')
  @IfMatch()
  update(
    @Param('id') id: string,
    @Body() { name }: Entity,
    @Precondition() precondition: Precondition,
  ): T {
    const changed = this.change(precondition.representation as T, name);
    this.rows.set(id, changed);
    return changed;
  }
}

@Controller('cats')
class CatsController extends CrudController<Entity> {
  protected readonly rows = new Map([['1', { name: 'first' }]]);
  protected change = (_: Entity, name: string): Entity => ({ name });
}

interface Dog extends Entity {
  readonly tricks: number;
}

@Controller('dogs')
class DogsController extends CrudController<Dog> {
  protected readonly rows = new Map([['1', { name: 'first', tricks: 3 }]]);
  protected change = ({ tricks }: Dog, name: string): Dog => ({ name, tricks: tricks + 1 });
}

let refused = false;

class Door implements CanActivate {
  canActivate(): boolean {
    return !refused;
  }
}

/** What a team writes once, and puts on its handlers. */
const Read = (): MethodDecorator =>
  applyDecorators(Get(':id'), ETag(), LastModified<Row>('updatedAt'), Header('X-Team', 'rows'));
const Write = (): MethodDecorator =>
  applyDecorators(Put(':id'), IfMatch(), SetMetadata('roles', ['writer']), UseGuards(Door));

@Controller('composed')
class ComposedController {
  @Read()
  findOne(@Param('id') id: string): Row {
    return new Table('a').find(id);
  }

  @Write()
  update(@Param('id') id: string, @Body() { name }: Row): Row {
    return new Table('a').save(id, name);
  }
}

describeOnEachAdapter('a controller', (start) => {
  let running: Running;

  beforeAll(async () => {
    ContextIdFactory.apply(new ByTenant());
    const controllers: Type[] = [
      ScopedController,
      DurableController,
      CatsController,
      DogsController,
      ComposedController,
    ];
    running = await start({ controllers, providers: [RequestTable, TenantTable] });
  });
  beforeEach(() => {
    tables.clear();
    const row = { name: 'first', updatedAt: '2026-11-21T10:00:00.000Z' };
    tables.set('a', new Map([['1', row]]));
    tables.set('b', new Map([['1', { ...row, name: 'of b' }]]));
    made = 0;
    refused = false;
  });
  afterAll(() => running.close());

  function get(path: string, tenant = 'a'): Promise<RawResponse> {
    return running.send({ path, headers: { 'X-Tenant': tenant } });
  }

  function put(path: string, etag: string, tenant = 'a'): Promise<RawResponse> {
    return running.send({
      method: 'PUT',
      path,
      headers: { 'If-Match': etag, 'X-Tenant': tenant },
      body: { name: 'changed' },
    });
  }

  async function expectGuarded(path: string): Promise<void> {
    const read = await get(path);
    expect(read.headers.etag).toBe(tagOf(read.text));
    const etag = read.headers.etag as string;
    const again = await running.send({
      path,
      headers: { 'If-None-Match': etag, 'X-Tenant': 'a' },
    });
    expect(again.status).toBe(304);
    const written = await put(path, etag);
    expect(written.status).toBe(200);
    expect(written.headers.etag).toBe((await get(path)).headers.etag);
    expect((await put(path, etag)).status).toBe(412);
  }

  describe('that is made for each request', () => {
    it('is tagged and guarded', () => expectGuarded('/scoped/1'));

    it('is compared by what the same instance reads: nothing else is made for it', async () => {
      const { headers } = await get('/scoped/1');
      made = 0;
      await put('/scoped/1', headers.etag as string);
      expect(made).toBe(1);
    });

    it('is compared with what its own request reads', async () => {
      const { headers } = await get('/scoped/1', 'b');
      expect((await put('/scoped/1', headers.etag as string, 'a')).status).toBe(412);
      expect((await put('/scoped/1', headers.etag as string, 'b')).status).toBe(200);
    });
  });

  describe('that is made for each tenant', () => {
    it('is tagged and guarded', () => expectGuarded('/durable/1'));

    it('is compared with what its own tenant reads', async () => {
      for (const path of ['/durable/1', '/durable/1/name']) {
        const { headers } = await get('/durable/1', 'b');
        expect((await put(path, headers.etag as string, 'a')).status).toBe(412);
        expect((await put(path, headers.etag as string, 'b')).status).toBe(200);
      }
    });

    it('is made once for each of them', async () => {
      const { headers } = await get('/durable/1', 'c');
      const { headers: ofA } = await get('/durable/1');
      made = 0;
      await put('/durable/1', ofA.etag as string);
      await put('/durable/1', headers.etag ?? '"x"', 'c');
      expect(made).toBe(0);
    });
  });

  describe.each(['cats', 'dogs'])(
    'that inherits decorated methods of a generic class (%s)',
    (path) => {
      it('is tagged and guarded, each by its own rows', () => expectGuarded(`/${path}/1`));
    },
  );

  describe('whose decorators are composed', () => {
    it('is tagged and guarded', () => expectGuarded('/composed/1'));

    it('has what the others among them say', async () => {
      const { headers } = await get('/composed/1');
      expect(headers).toMatchObject({
        'x-team': 'rows',
        'last-modified': 'Sat, 21 Nov 2026 10:00:00 GMT',
      });
      refused = true;
      expect((await put('/composed/1', '"stale"')).status).toBe(403);
    });
  });
});
