import { expect } from '@jest/globals';
import { Controller, Get, Injectable, Param, Post, Put } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ETag, IfMatch, ItemETags, Precondition, WeakETag } from '../../src/index.js';
import type { ETagValidator } from '../../src/index.js';
import { itOnEachAdapter } from '../support/each-adapter.js';

const ROW = { id: '1', name: 'Shaun', version: 3, meta: { author: 'Timmy' } };

@Injectable()
class Versions implements ETagValidator {
  validate(): number {
    return ROW.version;
  }
}

type Tag = ClassDecorator & MethodDecorator;

/** A controller of one row, tagged like this. */
function rowsTagged(tag: () => Tag): Type {
  @Controller('rows')
  class RowsController {
    @Get()
    @ItemETags({ of: 'findOne' })
    findAll(): object[] {
      return [ROW];
    }

    @Get(':id')
    @tag()
    findOne(@Param('id') _id: string): object {
      return ROW;
    }

    @Put(':id')
    @IfMatch({ comparison: 'weak' })
    save(): object {
      return ROW;
    }

    @Post('batch')
    @IfMatch({
      current: 'findOne',
      comparison: 'weak',
      required: false,
      etag: false,
      key: () => 'batch',
    })
    async batch(@Precondition() precondition: Precondition): Promise<object> {
      return { etag: await precondition.etagOf(ROW) };
    }
  }
  return RowsController;
}

const version = 'version';
const TAGS: Readonly<Record<string, () => Tag>> = {
  'all bytes': () => ETag(),
  'all bytes, weak': () => ETag({ weak: true }),
  'a version': () => ETag({ version }),
  'a version, weak': () => ETag({ version, weak: true }),
  'a version itself': () => ETag({ version, verbatim: true }),
  'a version itself, weak': () => ETag({ version, verbatim: true, weak: true }),
  'a version, in the body as well': () => ETag({ version, property: 'etag' }),
  'a version itself, in the body as well': () =>
    ETag({ version, verbatim: true, property: 'etag' }),
  'a version that a validator knows': () => ETag({ validator: Versions, version }),
  'a version itself that a validator knows': () =>
    ETag({ validator: Versions, version, verbatim: true, weak: true }),
  'some properties': () => WeakETag(['name']),
  'some properties, in the body as well': () => WeakETag(['name'], { property: 'etag' }),
};

for (const [name, tag] of Object.entries(TAGS)) {
  itOnEachAdapter(
    `GET, HEAD, a list, a write, a refusal and etagOf() have one tag: ${name}`,
    { controllers: [rowsTagged(tag)], providers: [Versions] },
    async ({ send }) => {
      const { etag = 'none' } = (await send('GET /rows/1')).headers;
      const put = (ifMatch: string) =>
        send({ method: 'PUT', path: '/rows/1', headers: { 'If-Match': ifMatch } });
      const [item] = JSON.parse((await send('GET /rows')).text) as { etag?: string }[];
      expect({
        head: (await send('HEAD /rows/1')).headers.etag,
        list: item?.etag,
        written: (await put(etag)).headers.etag,
        refused: (await put('"stale"')).headers.etag,
        batch: (await send({ method: 'POST', path: '/rows/batch' })).json()['etag'],
      }).toEqual({ head: etag, list: etag, written: etag, refused: etag, batch: etag });
    },
  );
}
