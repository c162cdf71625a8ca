import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  Injectable,
  Put,
  Query,
  Req,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { ETag, IfMatch } from '../../src/index.js';
import type { ETagValidator } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import type { RawResponse } from '../support/raw-request.js';

interface Product {
  readonly name: Readonly<Record<string, string>>;
  readonly price: number;
  readonly cost: number;
  readonly version: number;
}

let product: Product;
let written = 0;

interface AnyRequest {
  readonly headers: Record<string, string | undefined>;
}

interface Response {
  header(name: string, value: string): void;
}

/** Shows the cost to those who may see it. */
@Injectable()
class ByRole implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { headers } = context.switchToHttp().getRequest<AnyRequest>();
    const hide = ({ cost, ...rest }: Product): unknown =>
      headers['x-role'] === 'manager' ? { cost, ...rest } : rest;
    return next.handle().pipe(map((value) => hide(value as Product)));
  }
}

/** The version, and the language that this caller reads it in. */
@Injectable()
class ProductVersions implements ETagValidator {
  validate({ headers }: AnyRequest): string {
    return `${product.version} ${headers['accept-language']}`;
  }
}

@Controller('products')
@ETag()
class ProductsController {
  @Get(':id/by-language')
  @Header('Vary', 'Accept-Language')
  byLanguage(@Headers('accept-language') language = 'en'): unknown {
    return { name: product.name[language], price: product.price };
  }

  @Put(':id/by-language')
  @IfMatch()
  translate(): unknown {
    written += 1;
    return {};
  }

  @Get(':id/by-type')
  @Header('Vary', 'Accept')
  byType(
    @Headers('accept') accept: string,
    @Res({ passthrough: true }) response: Response,
  ): unknown {
    if (accept !== 'text/csv') return product;
    response.header('Content-Type', 'text/csv; charset=utf-8');
    return `price,cost\n${product.price},${product.cost}\n`;
  }

  @Put(':id/by-type')
  @IfMatch()
  replace(): unknown {
    written += 1;
    return {};
  }

  @Get(':id/by-query')
  byQuery(@Query('fields') fields = 'price'): unknown {
    return { [fields]: product[fields as keyof Product] };
  }

  @Put(':id/by-query')
  @IfMatch()
  patch(): unknown {
    written += 1;
    return {};
  }

  @Get(':id/by-role')
  @Header('Vary', 'X-Role')
  @UseInterceptors(ByRole)
  byRole(): Product {
    return product;
  }

  @Put(':id/by-role')
  @IfMatch()
  @UseInterceptors(ByRole)
  reprice(@Body() { price }: Product): Product {
    written += 1;
    product = { ...product, price };
    return product;
  }

  @Get(':id/by-version')
  @Header('Vary', 'Accept-Language')
  @ETag({ version: ({ version, language }: Sent) => `${version} ${language}` })
  byVersion(@Req() request: AnyRequest): Sent {
    return versionIn(request);
  }

  @Put(':id/by-version')
  @IfMatch()
  bump(@Req() request: AnyRequest): Sent {
    written += 1;
    return versionIn(request);
  }

  @Get(':id/by-validator')
  @Header('Vary', 'Accept-Language')
  @ETag({ validator: ProductVersions })
  byValidator(): unknown {
    return product;
  }

  @Put(':id/by-validator')
  @IfMatch()
  validated(): unknown {
    written += 1;
    return {};
  }
}

interface Sent {
  readonly version: number;
  readonly language: string;
}

function versionIn({ headers }: AnyRequest): Sent {
  return { version: product.version, language: headers['accept-language'] ?? 'en' };
}

/** Two callers, or one in two ways, to whom one URL answers differently. */
const VARIANTS = [
  {
    by: 'language',
    vary: 'Accept-Language',
    one: { 'Accept-Language': 'en' },
    other: { 'Accept-Language': 'de' },
  },
  {
    by: 'type',
    vary: 'Accept',
    one: { Accept: 'application/json' },
    other: { Accept: 'text/csv' },
  },
  { by: 'role', vary: 'X-Role', one: { 'X-Role': 'clerk' }, other: { 'X-Role': 'manager' } },
  {
    by: 'version',
    vary: 'Accept-Language',
    one: { 'Accept-Language': 'en' },
    other: { 'Accept-Language': 'de' },
  },
  {
    by: 'validator',
    vary: 'Accept-Language',
    one: { 'Accept-Language': 'en' },
    other: { 'Accept-Language': 'de' },
  },
] as const;

describeOnEachAdapter('one URL with several representations', (start) => {
  let running: Running;

  beforeAll(async () => {
    running = await start({ controllers: [ProductsController], providers: [ProductVersions] });
  });
  beforeEach(() => {
    product = { name: { en: 'Sheep', de: 'Schaf' }, price: 5, cost: 3, version: 1 };
    written = 0;
  });
  afterAll(() => running.close());

  function get(path: string, headers: Record<string, string> = {}): Promise<RawResponse> {
    return running.send({ path: `/products/1/${path}`, headers });
  }

  function put(
    path: string,
    headers: Record<string, string>,
    body: unknown = {},
  ): Promise<RawResponse> {
    return running.send({ method: 'PUT', path: `/products/1/${path}`, headers, body });
  }

  describe.each(VARIANTS)('by $by', ({ by, vary, one, other }) => {
    const path = `by-${by}`;

    it('has a strong tag for each', async () => {
      const [first, second] = [await get(path, one), await get(path, other)];
      expect(first.headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
      expect(second.headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
      expect(first.headers.etag).not.toBe(second.headers.etag);
    });

    it('says in Vary what it depends on, on 304 as well', async () => {
      const full = await get(path, one);
      expect(full.headers.vary).toBe(vary);
      const again = await get(path, { ...one, 'If-None-Match': full.headers.etag as string });
      expect(again.status).toBe(304);
      expect(again.headers.vary).toBe(vary);
    });

    it('is not 304 to a cache that holds another', async () => {
      const { headers } = await get(path, other);
      const answer = await get(path, { ...one, 'If-None-Match': headers.etag as string });
      expect(answer.status).toBe(200);
    });

    it('is 304 to a cache that holds several, by the tag of the one that fits', async () => {
      const tags = [await get(path, other), await get(path, one)].map(
        ({ headers }) => headers.etag,
      );
      const answer = await get(path, { ...one, 'If-None-Match': tags.join(', ') });
      expect(answer.status).toBe(304);
      expect(answer.headers.etag).toBe(tags[1]);
    });

    it('is written by the tag of what GET sends to the same caller', async () => {
      const { headers } = await get(path, one);
      const etag = headers.etag as string;
      expect((await put(path, { ...other, 'If-Match': etag })).status).toBe(412);
      expect(written).toBe(0);
      expect((await put(path, { ...one, 'If-Match': etag })).status).toBe(200);
    });

    it('names in a 412 the tag that this caller would read', async () => {
      const stale = await put(path, { ...other, 'If-Match': '"stale"' });
      expect(stale.headers.etag).toBe((await get(path, other)).headers.etag);
    });
  });

  it('by a query parameter has a tag for each, and is written by the one that was asked for', async () => {
    const [price, cost] = [await get('by-query?fields=price'), await get('by-query?fields=cost')];
    expect(price.headers.etag).not.toBe(cost.headers.etag);
    const headers = { 'If-Match': cost.headers.etag as string };
    expect((await put('by-query', headers)).status).toBe(412);
    expect((await put('by-query?fields=cost', headers)).status).toBe(200);
  });

  it('changes with what its reader may not see for those who may', async () => {
    const before = await Promise.all(['clerk', 'manager'].map(tagFor));
    product = { ...product, cost: 4 };
    const after = await Promise.all(['clerk', 'manager'].map(tagFor));
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it('answers a write with the tag of what GET sends to this caller then', async () => {
    const clerk = { 'X-Role': 'clerk' };
    const changed = await put(
      'by-role',
      { ...clerk, 'If-Match': (await tagFor('clerk')) as string },
      { price: 6 },
    );
    expect(changed.status).toBe(200);
    expect(changed.json()).not.toHaveProperty('cost');
    expect(changed.headers.etag).toBe(await tagFor('clerk'));
  });

  async function tagFor(role: string): Promise<string | undefined> {
    return (await get('by-role', { 'X-Role': role })).headers.etag;
  }
});
