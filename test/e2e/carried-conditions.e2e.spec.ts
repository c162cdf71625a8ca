import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, NotFoundException, Put } from '@nestjs/common';
import { ETag, IfMatch } from '../../src/index.js';
import type { IfMatchOptions } from '../../src/index.js';
import type { GuardedRoute } from '../../src/nest/routes/route.js';
import { carriedConditions } from '../../src/nest/writes/carried-conditions.js';
import { create, describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

interface Note {
  text: string;
  version: number;
}

let note: Note | undefined;

function current(): Note {
  if (note === undefined) throw new NotFoundException();
  return note;
}

function save({ text }: { text: string }): Note {
  note = { text, version: (note?.version ?? 0) + 1 };
  return note;
}

interface CarryingRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
}

@Controller('query')
@ETag<Note>({ version: 'version', verbatim: true })
class QueryController {
  @Get()
  read(): Note {
    return current();
  }

  @Put()
  @IfMatch<QueryController, CarryingRequest>({
    creates: true,
    property: 'etag',
    from: ({ query: { match, none } }) => ({ ifMatch: match, ifNoneMatch: none }),
  })
  write(@Body() body: { text: string }): Note {
    return save(body);
  }
}

@Controller('bare')
@ETag<Note>({ version: 'version', verbatim: true, weak: true })
class BareController {
  @Get()
  read(): Note {
    return current();
  }

  @Put()
  @IfMatch<BareController, CarryingRequest>({
    comparison: 'weak',
    from: ({ headers }) => ({ ifMatch: headers['if-match'] }),
  })
  write(@Body() body: { text: string }): Note {
    return save(body);
  }
}

@Controller('late')
@ETag()
class LateController {
  @Get()
  read(): Note {
    return current();
  }

  @Put()
  @IfMatch({ required: false, from: (() => Promise.resolve({ ifMatch: '1' })) as never })
  write(@Body() body: { text: string }): Note {
    return save(body);
  }
}

/** What `from` of the next controller returns. */
let carried: unknown;

@Controller('carried')
@ETag<Note>({ version: 'version', verbatim: true })
class CarriedController {
  @Get()
  read(): Note {
    return current();
  }

  @Put()
  @IfMatch({ required: false, from: () => carried as never })
  write(@Body() body: { text: string }): Note {
    return save(body);
  }
}

describeOnEachAdapter('@IfMatch({ from })', (start) => {
  const run = async (body: (send: Running['send']) => Promise<void>): Promise<void> => {
    note = { text: 'first', version: 3 };
    const { send, close } = await start({
      controllers: [QueryController, BareController, LateController, CarriedController],
    });
    try {
      await body(send);
    } finally {
      await close();
    }
  };
  const put = (
    send: Running['send'],
    path: string,
    ifMatch?: string,
    body: object = { text: 'second' },
  ) =>
    send({
      method: 'PUT',
      path,
      headers: ifMatch === undefined ? {} : { 'If-Match': ifMatch },
      body,
    });

  it('compares a tag from the query, bare or quoted', () =>
    run(async (send) => {
      expect((await put(send, '/query?match=2')).status).toBe(412);
      expect((await put(send, '/query?match=3')).status).toBe(200);
      expect((await put(send, '/query?match=%224%22')).status).toBe(200);
      expect((await put(send, '/query?match=*')).status).toBe(200);
      expect(note?.version).toBe(6);
      expect((await put(send, '/query')).status).toBe(428);
      expect((await put(send, '/query?match=')).status).toBe(428);
    }));

  it('names what was refused', () =>
    run(async (send) => {
      const stale = await put(send, '/query?match=2');
      expect(stale.json()['message']).toMatch(
        /^The version in the request does not name the current version/,
      );
    }));

  it('refuses what is no tag', () =>
    run(async (send) => {
      for (const query of ['match=a%20b', 'match=a%22b', 'match=1&match=2']) {
        const answer = await put(send, `/query?${query}`);
        expect([answer.status, answer.json()['reason']]).toEqual([400, 'malformed']);
      }
      expect(note?.version).toBe(3);
    }));

  it('takes two places that agree, and refuses two that disagree', () =>
    run(async (send) => {
      const disagreeing = [
        await put(send, '/query?match=3', '"2"'),
        await put(send, '/query?match=2', '"3"'),
        await put(send, '/query?match=2', undefined, { text: 'x', etag: '"3"' }),
        await put(send, '/query?none=*', undefined, { text: 'x', etag: '"3"' }),
      ];
      expect(disagreeing.map(({ status }) => status)).toEqual([400, 400, 400, 412]);
      expect(disagreeing[0]?.json()['message']).toBe(
        'If-Match and the version in the request name different versions: send one of them',
      );
      expect((await put(send, '/query?match=3', '"3"')).status).toBe(200);
    }));

  it('lets the tag decide beside *', () =>
    run(async (send) => {
      expect((await put(send, '/query?match=2', '*')).status).toBe(412);
      expect((await put(send, '/query?match=*', '"2"')).status).toBe(412);
      expect((await put(send, '/query', '*', { text: 'x', etag: '"2"' })).status).toBe(412);
      expect((await put(send, '/query', '*', { text: 'x', etag: '"3"' })).status).toBe(200);
      expect((await put(send, '/query?match=*', '"4"')).status).toBe(200);
      expect((await put(send, '/query?match=5', '*')).status).toBe(200);
    }));

  it('creates only', () =>
    run(async (send) => {
      expect((await put(send, '/query?none=*')).status).toBe(412);
      note = undefined;
      expect((await put(send, '/query?none=*')).status).toBe(200);
    }));

  it('quotes a bare If-Match that it reads from the header itself, weak where the tag is', () =>
    run(async (send) => {
      expect((await put(send, '/bare', '2')).status).toBe(412);
      expect((await put(send, '/bare', '3')).status).toBe(200);
      expect((await put(send, '/bare', 'W/"4"')).status).toBe(200);
      expect((await put(send, '/bare', '')).status).toBe(400);
      // Without it, a bare tag is malformed.
      expect((await put(send, '/query', '5')).status).toBe(400);
    }));

  it('lets nothing through where it returns a promise', () =>
    run(async (send) => {
      expect((await put(send, '/late')).status).toBe(500);
      expect(note?.version).toBe(3);
    }));

  it.each<[string, unknown]>([
    ['in lower case', { ifmatch: '2' }],
    ['with a capital', { IfMatch: '2' }],
    ['as the header has it', { 'if-match': '2' }],
    ['beside one that is right', { ifMatch: '3', ifNoneMatched: '*' }],
    ['that holds nothing this time', { ifmatch: undefined }],
    ['of a Map', new Map([['ifMatch', '2']])],
    ['of header fields', new Headers({ 'If-Match': '2' })],
    ['of a Date', new Date(0)],
  ])('lets nothing through where it returns a name %s', (_, given) =>
    run(async (send) => {
      carried = given;
      expect((await put(send, '/carried')).status).toBe(500);
      expect(note?.version).toBe(3);
    }),
  );

  it.each<[string, unknown, number]>([
    ['nothing', undefined, 200],
    ['no condition', {}, 200],
    ['one that is empty', { ifMatch: undefined, ifNoneMatch: undefined }, 200],
    ['one that is met', { ifMatch: '3' }, 200],
    ['one that is not', { ifMatch: '2' }, 412],
    ['one of an object without a prototype', Object.assign(Object.create(null), { ifMatch: '2' }), 412], // prettier-ignore
    ['one of a class', new (class Conditions { ifMatch = '2'; })(), 412], // prettier-ignore
  ])('takes the two names that there are: %s', (_, given, status) =>
    run(async (send) => {
      carried = given;
      expect((await put(send, '/carried')).status).toBe(status);
    }),
  );
});

describe('@IfMatch({ from })', () => {
  it('names the property that is no condition', () => {
    const route = {
      handlerName: 'NotesController.write',
      rule: { from: () => ({ ifmatch: '2' }) },
    };
    expect(() => carriedConditions(route as unknown as GuardedRoute, {})).toThrow(
      "@IfMatch({ from }) on NotesController.write returned a property 'ifmatch', which is no condition",
    );
  });

  it.each(['query', { ifMatch: '1' }, class Query {}])('does not boot with %p', async (from) => {
    @Controller('rows')
    @ETag()
    class RowsController {
      @Get()
      read(): object {
        return {};
      }

      @Put()
      @IfMatch({ from } as unknown as IfMatchOptions)
      write(): object {
        return {};
      }
    }
    await expect(create('express', { controllers: [RowsController] })).rejects.toThrow(
      "option 'from' must be a function (request) => ({ ifMatch, ifNoneMatch })",
    );
  });
});
