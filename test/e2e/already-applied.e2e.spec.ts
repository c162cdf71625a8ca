import { describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  Injectable,
  Patch,
  Post,
  Put,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { map } from 'rxjs';
import { ETag, IfMatch } from '../../src/index.js';
import type { IfMatchOptions } from '../../src/index.js';
import { create, describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

interface Farm {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
  readonly address: { readonly city: string; readonly zip: number };
  readonly founded: Date;
  readonly note?: string | null;
  readonly version: number;
}

const FIRST: Farm = {
  id: 1,
  name: 'Mossy Bottom',
  tags: ['sheep', 'dog'],
  address: { city: 'Bristol', zip: 1 },
  founded: new Date(0),
  version: 1,
};

let farm = FIRST;
let runs = 0;

function save(change: object): Farm {
  runs += 1;
  const { founded } = { founded: farm.founded, ...change };
  farm = { ...farm, ...change, founded: new Date(founded), id: 1, version: farm.version + 1 };
  return farm;
}

/** Says who served it: not what is stored, but what is sent. */
@Injectable()
class Envelope implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((value: Farm) => Object.assign({ served: 'here' }, value)));
  }
}

@Controller('bytes')
@ETag()
@UseInterceptors(Envelope)
class BytesController {
  @Get()
  @Header('Content-Language', 'en')
  read(): Farm {
    return farm;
  }

  @Patch()
  @IfMatch({ alreadyApplied: true })
  change(@Body() body: object): Farm {
    return save(body);
  }

  @Put()
  @IfMatch({ alreadyApplied: ['id', 'version', 'served'] })
  replace(@Body() body: object): Farm {
    return save(body);
  }
}

@Controller('versions')
@ETag<Farm>({ version: 'version', verbatim: true, property: '_etag' })
class VersionsController {
  @Get()
  read(): Farm {
    return farm;
  }

  @Put()
  @IfMatch({ alreadyApplied: ['id', 'version'] })
  replace(@Body() body: object): Farm {
    const { _etag, ...change } = body as { _etag?: unknown };
    return save(change);
  }

  @Patch()
  @IfMatch()
  change(@Body() body: object): Farm {
    return save(body);
  }
}

describeOnEachAdapter('@IfMatch({ alreadyApplied })', (start) => {
  const run = async (body: (send: Running['send']) => Promise<void>): Promise<void> => {
    farm = FIRST;
    runs = 0;
    const { send, close } = await start({ controllers: [BytesController, VersionsController] });
    try {
      await body(send);
    } finally {
      await close();
    }
  };
  const tagOf = async (send: Running['send'], path: string): Promise<string> =>
    (await send(`GET ${path}`)).headers.etag ?? '';
  const write = (
    send: Running['send'],
    line: string,
    ifMatch: string,
    body: unknown,
    headers: Record<string, string> = {},
  ) => {
    const [method = '', path = ''] = line.split(' ');
    return send({ method, path, headers: { 'If-Match': ifMatch, ...headers }, body });
  };

  it('answers a PATCH that is sent again as GET would, written once', () =>
    run(async (send) => {
      const etag = await tagOf(send, '/bytes');
      const change = {
        name: 'New',
        tags: ['pig'],
        address: { zip: 2, city: 'Bath' },
        founded: '2026-01-01T00:00:00.000Z',
      };
      expect((await write(send, 'PATCH /bytes', etag, change)).status).toBe(200);
      const again = await write(send, 'PATCH /bytes', etag, change);
      const get = await send('GET /bytes');
      expect([again.status, again.text]).toEqual([200, get.text]);
      for (const name of ['etag', 'content-type', 'content-language', 'cache-control'] as const) {
        expect([name, again.headers[name]]).toEqual([name, get.headers[name]]);
      }
      expect(runs).toBe(1);
      // The tag of the answer opens the next write.
      const next = await write(send, 'PATCH /bytes', again.headers.etag ?? '', { name: 'Newer' });
      expect([next.status, runs]).toEqual([200, 2]);
    }));

  it('refuses a PATCH that somebody else undid meanwhile', () =>
    run(async (send) => {
      const etag = await tagOf(send, '/bytes');
      expect((await write(send, 'PATCH /bytes', etag, { name: 'New' })).status).toBe(200);
      const undone = await tagOf(send, '/bytes');
      expect((await write(send, 'PATCH /bytes', undone, { name: FIRST.name })).status).toBe(200);
      const again = await write(send, 'PATCH /bytes', etag, { name: 'New' });
      expect([again.status, again.json()['reason'], runs]).toEqual([412, 'changed', 2]);
    }));

  it.each<[string, unknown]>([
    ['differs in one property', { name: 'Mossy Bottom', tags: ['sheep'] }],
    ['differs in a type', { id: '1' }],
    ['differs within an object', { address: { city: 'Bristol', zip: 2 } }],
    ['is part of an object', { address: { city: 'Bristol' } }],
    ['differs in the order of an array', { tags: ['dog', 'sheep'] }],
    ['removes what is not there', { note: null }],
    ['has a property that GET does not send', { name: 'Mossy Bottom', secret: 'x' }],
    ['is empty', {}],
    ['is a list', [{ name: 'Mossy Bottom' }]],
    ['has an inherited name', { toString: 'x' }],
  ])('refuses a PATCH that %s', (_, body) =>
    run(async (send) => {
      expect((await write(send, 'PATCH /bytes', '"stale"', body)).status).toBe(412);
      expect(runs).toBe(0);
    }),
  );

  it('compares objects whatever the order of their properties', () =>
    run(async (send) => {
      const body = { address: { zip: 1, city: 'Bristol' }, name: 'Mossy Bottom' };
      expect((await write(send, 'PATCH /bytes', '"stale"', body)).status).toBe(200);
      expect(runs).toBe(0);
    }));

  it.each([
    ['{"id":1.0,"version":10e-1}', 200],
    ['{"id":1,"id":2}', 412],
    ['{"founded":"1970-01-01T00:00:00.000Z"}', 200],
    ['{"founded":"1970-01-01T00:00:00Z"}', 412],
    ['{"founded":0}', 412],
    ['{"name":"Mossy\\u0020Bottom"}', 200],
  ])('compares numbers, texts and dates as JSON has them: %s', (body, status) =>
    run(async (send) => {
      expect((await write(send, 'PATCH /bytes', '"stale"', body)).status).toBe(status);
      expect(runs).toBe(0);
    }),
  );

  it('answers a PUT that is sent again, whatever it says of what the server sets', () =>
    run(async (send) => {
      for (const path of ['/bytes', '/versions']) {
        const read = await send(`GET ${path}`);
        const etag = read.headers.etag ?? '';
        const body = { ...read.json(), name: `New ${path}` };
        expect((await write(send, `PUT ${path}`, etag, body)).status).toBe(200);
        const written = runs;
        const again = await write(send, `PUT ${path}`, etag, body);
        const get = await send(`GET ${path}`);
        expect([again.status, again.text, again.headers.etag]).toEqual([
          200,
          get.text,
          get.headers.etag,
        ]);
        expect(runs).toBe(written);
      }
    }));

  it('refuses a PUT that leaves something out, or differs', () =>
    run(async (send) => {
      const { name, ...partial } = (await send('GET /bytes')).json();
      for (const body of [
        partial,
        { ...partial, name: 'Another' },
        { ...partial, name, more: 1 },
      ]) {
        expect((await write(send, 'PUT /bytes', '"stale"', body)).status).toBe(412);
      }
      expect((await write(send, 'PUT /bytes', '"stale"', { ...partial, name })).status).toBe(200);
      expect(runs).toBe(0);
    }));

  it('looks at it only where If-Match alone has failed', () =>
    run(async (send) => {
      const body = { name: 'Mossy Bottom' };
      const both = await write(send, 'PATCH /bytes', '"stale"', body, { 'If-None-Match': '*' });
      expect(both.status).toBe(412);
      expect((await send({ method: 'PATCH', path: '/bytes', body })).status).toBe(428);
      // Without the option it is 412.
      expect((await write(send, 'PATCH /versions', '"0"', body)).status).toBe(412);
    }));

  it('lets go of the lock', () =>
    run(async (send) => {
      const body = { name: 'Mossy Bottom' };
      const etag = await tagOf(send, '/bytes');
      const all = await Promise.all([
        write(send, 'PATCH /bytes', '"stale"', body),
        write(send, 'PATCH /bytes', '"stale"', body),
        write(send, 'PATCH /bytes', etag, { name: 'New' }),
      ]);
      expect(all.map(({ status }) => status)).toContain(200);
      expect((await write(send, 'PATCH /bytes', '"stale"', { name: 'New' })).status).toBe(200);
    }));
});

describe('@IfMatch({ alreadyApplied })', () => {
  const bootError = (verb: MethodDecorator, alreadyApplied: unknown): Promise<unknown> => {
    @Controller('rows')
    @ETag()
    class RowsController {
      @Get()
      read(): object {
        return {};
      }

      @verb
      @IfMatch({ alreadyApplied } as IfMatchOptions)
      write(): object {
        return {};
      }
    }
    return create('express', { controllers: [RowsController] }).then(
      (app) => app.close(),
      (error: Error) => error.message,
    );
  };

  it.each<[string, MethodDecorator, unknown, string]>([
    ['PUT with true', Put(), true, "write alreadyApplied: ['id', 'version']; [] for none"],
    ['PATCH with a list', Patch(), ['id'], 'takes true'],
    ['DELETE', Delete(), true, 'write alreadyApplied: false on it'],
    ['POST', Post(), true, 'write alreadyApplied: false on it'],
    ['PUT with a name', Put(), 'id', "option 'alreadyApplied' must be true or false"],
  ])('does not boot on a %s', async (_, verb, given, message) => {
    expect(await bootError(verb, given)).toContain(message);
  });

  it.each<[string, MethodDecorator, unknown]>([
    ['PUT with a list', Put(), []],
    ['PATCH with true', Patch(), true],
    ['DELETE with false', Delete(), false],
  ])('boots on a %s', async (_, verb, given) => {
    expect(await bootError(verb, given)).toBeUndefined();
  });
});
