import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Header, HttpCode, Put } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { ETag, IfMatch, WeakETag } from '../../src/index.js';
import type { ETagEvent } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { everythingElse, gate } from '../support/gate.js';
import type { RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';

interface Note {
  readonly text: string;
}

const BEFORE: Note = { text: 'before' };

let note = BEFORE;
let whileWriting: () => Promise<void> | void = () => undefined;

@Controller()
@ETag()
class NotesController {
  @Get('note')
  findOne(): Note {
    return note;
  }

  @Put('note')
  @IfMatch()
  async replace(@Body() change: Note): Promise<Note> {
    await whileWriting();
    return (note = change);
  }

  @Put('note/text')
  @IfMatch({ current: 'findOne' })
  replaceText(@Body() change: Note): Note {
    return (note = change);
  }

  /** Its tag ends as if a proxy had been there. */
  @Get('named')
  @Header('ETag', '"v1-gzip"')
  named(): Note {
    return note;
  }

  @Put('named')
  @IfMatch()
  replaceNamed(@Body() change: Note): Note {
    return change;
  }

  @Get('card')
  @WeakETag(['text'])
  card(): Note {
    return note;
  }

  @Put('card')
  @HttpCode(200)
  @IfMatch({ comparison: 'weak' })
  replaceCard(@Body() change: Note): Note {
    return change;
  }
}

/** What proxies are known to make of `"x"`, and combinations of it. */
const SUFFIXED = [
  '"x-gzip"',
  '"x-br"',
  '"x-zstd"',
  '"x-deflate"',
  '"x-df"',
  '"x--gzip"',
  '"x;gzip"',
  '"x:br"',
  'W/"x-gzip"',
  'W/"x;br"',
  '"x-gzip-br"',
  '"x-gzip;br--zstd"',
];

/** What nobody makes of it. */
const FOREIGN = [
  '"y"',
  'W/"y"',
  '"y-gzip"',
  '"x-lzma"',
  '"x-gzip-"',
  '"x-"',
  '"-gzip"',
  '"x-br-br-br-br"',
];

/** These tags with the opaque tag that `"x"` stands for. */
function spelled(tag: string, current: string): string {
  return tag.replace('"x', current.slice(0, -1));
}

const MODES = ['strict', 'weakened', 'recoded'] as const;

/** Whether a mode takes a rewritten tag for ours. */
function accepts(mode: (typeof MODES)[number], tag: string): boolean {
  return mode === 'recoded' || (mode === 'weakened' && tag === 'W/"x"');
}

describe.each(MODES)("intermediaries: '%s'", (mode) => {
  describeOnEachAdapter('reads rewritten tags as it says', (start) => {
    const warnings: string[] = [];
    let running: Running;
    let current: string;

    beforeAll(async () => {
      running = await start({
        controllers: [NotesController],
        etag: { intermediaries: mode },
        configure: (app) => app.useLogger(recorderOf(warnings)),
      });
    });

    afterAll(() => running.close());

    beforeEach(() => {
      note = BEFORE;
      whileWriting = () => undefined;
      current = tagOf(JSON.stringify(BEFORE));
    });

    const put = (path: string, ifMatch: string, text = 'saved'): Promise<RawResponse> =>
      running.send({ method: 'PUT', path, headers: { 'If-Match': ifMatch }, body: { text } });
    const get = (path: string, headers: Record<string, string>): Promise<RawResponse> =>
      running.send({ path, headers });

    it.each(['"x"', '"y", "x"'])('passes %s, as ever', async (tag) => {
      expect((await put('/note', spelled(tag, current))).status).toBe(200);
    });

    for (const tag of ['W/"x"', ...SUFFIXED]) {
      if (accepts(mode, tag)) {
        it(`passes ${tag}, alone and in a list`, async () => {
          const sent = spelled(tag, current);
          expect((await put('/note', sent)).status).toBe(200);
          note = BEFORE;
          expect((await put('/note', `"y", ${sent}`)).status).toBe(200);
        });

        it(`answers 304 to ${tag}, in that form`, async () => {
          const sent = spelled(tag, current);
          const answer = await get('/note', { 'If-None-Match': `"y", ${sent}` });
          expect([answer.status, answer.headers.etag]).toEqual([304, sent]);
        });

        it(`reads with ${tag} in If-Match`, async () => {
          const answer = await get('/note', { 'If-Match': spelled(tag, current) });
          expect([answer.status, answer.headers.etag]).toEqual([200, current]);
        });
      } else {
        const reason = tag === 'W/"x"' ? 'weak-tag' : 'recoded-tag';

        it(`refuses ${tag} with ${reason} and the tag as it is`, async () => {
          const answer = await put('/note', spelled(tag, current));
          expect([answer.status, answer.json()['reason']]).toEqual([412, reason]);
          expect(answer.headers.etag).toBe(current);
          expect(note).toBe(BEFORE);
        });
      }
    }

    it('answers 304 to W/"x" in that form, whatever it is set to: If-None-Match compares weakly', async () => {
      const answer = await get('/note', { 'If-None-Match': `W/${current}` });
      expect([answer.status, answer.headers.etag]).toEqual([304, `W/${current}`]);
    });

    it.each(FOREIGN)(
      'refuses %s with changed, and sends all of it to who asks with it',
      async (tag) => {
        const refused = await put('/note', spelled(tag, current));
        expect([refused.status, refused.json()['reason']]).toEqual([412, 'changed']);
        const read = await get('/note', { 'If-None-Match': spelled(tag, current) });
        expect([read.status, read.headers.etag]).toEqual([200, current]);
      },
    );

    it('takes nothing off its own tag', async () => {
      expect((await put('/named', '"v1-gzip"')).status).toBe(200);
      const refused = await put('/named', '"v1"');
      expect([refused.status, refused.json()['reason']]).toEqual([412, 'changed']);
      expect((await get('/named', { 'If-None-Match': '"v1"' })).status).toBe(200);
    });

    it('takes nothing for a tag that it issued weak', async () => {
      const weak = String((await get('/card', {})).headers.etag);
      expect((await put('/card', weak)).status).toBe(200);
      const suffixed = weak.replace(/"$/, '-gzip"');
      const refused = await put('/card', suffixed);
      expect([refused.status, refused.json()['reason']]).toEqual([412, 'changed']);
      expect((await get('/card', { 'If-None-Match': suffixed })).status).toBe(200);
    });

    it('knows each tag of a list again after somebody else had the turn', async () => {
      const [form = ''] = ['W/"x"', '"x-gzip"'].filter((tag) => accepts(mode, tag)).slice(-1);
      const next = tagOf(JSON.stringify({ text: 'first' }));
      const writing = gate();
      const goOn = gate();
      whileWriting = () => {
        writing.open();
        return goOn.opened;
      };
      const first = put('/note', current, 'first');
      await writing.opened;
      const tags = [current, next].map((tag) => (form === '' ? tag : spelled(form, tag)));
      const second = put('/note', tags.join(', '), 'second');
      await everythingElse();
      goOn.open();
      expect([(await first).status, (await second).status]).toEqual([200, 200]);
      expect(note).toEqual({ text: 'second' });
    });

    it('publishes which tag it took for its own', async () => {
      const events: ETagEvent[] = [];
      const record = (event: unknown): void => void events.push(event as ETagEvent);
      subscribe('nestjs-etag', record);
      await put('/note', `W/${current}`);
      unsubscribe('nestjs-etag', record);
      expect(events).toMatchObject([
        {
          kind: accepts(mode, 'W/"x"') ? 'recoded-tag' : 'precondition-failed',
          handler: 'NotesController.replace',
          sent: `W/${current}`,
          current,
        },
      ]);
    });

    it('says once a route what would let its writes pass', async () => {
      for (const text of ['one', 'another']) {
        note = { text };
        const tag = tagOf(JSON.stringify(note));
        for (const path of ['/note', '/note/text']) {
          note = { text };
          await put(path, spelled('"x-gzip"', tag));
          note = { text };
          await put(path, '"y"');
        }
      }
      const advised = warnings.filter((line) =>
        line.includes('ETagModule.forRoot({ intermediaries: '),
      );
      expect(warnings).toEqual(advised);
      expect(new Set(advised.map((line) => line.split(' ')[0]))).toEqual(
        new Set(
          mode === 'recoded' ? [] : ['NotesController.replace', 'NotesController.replaceText'],
        ),
      );
      expect(advised).toHaveLength(mode === 'recoded' ? 0 : 2);
    });
  });
});

/** Keeps the warnings and errors of an application, and shows none. */
function recorderOf(warnings: string[]): LoggerService {
  const nothing = (): void => undefined;
  return {
    log: nothing,
    warn: (message: string) => void warnings.push(message),
    error: (message: string) => void warnings.push(message),
  };
}
