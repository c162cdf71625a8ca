import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Patch,
  Put,
  UnprocessableEntityException,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor, PipeTransform } from '@nestjs/common';
import { Observable, concat, defer, of } from 'rxjs';
import { ETag, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter, itOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { gate, until } from '../support/gate.js';
import type { RawResponse } from '../support/raw-request.js';

interface Note {
  text: string;
  email?: string;
}

/** Where the tests get a hand in: what happens while a note is read, and while it is written. */
class Desk {
  readonly notes = new Map<string, Note>();
  /** `begin x` and `end x` of every write, in order. */
  readonly log: string[] = [];
  reads = 0;
  /** Runs when a note has been looked up and before it is answered. */
  whileReading: () => Promise<void> | void = () => undefined;
  /** Runs in the midst of a write. */
  whileWriting: (text: string) => Promise<void> | void = () => undefined;

  find(id: string): Note {
    const note = this.notes.get(id);
    if (note === undefined) throw new NotFoundException();
    return note;
  }

  async read(id: string): Promise<Note> {
    this.reads += 1;
    const note = this.notes.get(id);
    await this.whileReading();
    if (note === undefined) throw new NotFoundException();
    return note;
  }

  async write(id: string, change: Partial<Note>): Promise<Note> {
    const name = change.text ?? change.email ?? '';
    this.log.push(`begin ${name}`);
    await this.whileWriting(name);
    const note = { ...this.find(id), ...change };
    this.notes.set(id, note);
    this.log.push(`end ${name}`);
    return note;
  }
}

let desk = new Desk();

const storage = new AsyncLocalStorage<string>();

class RefusingPipe implements PipeTransform {
  async transform(change: Note): Promise<Note> {
    await desk.whileWriting('pipe');
    if (change.text === 'refused by the pipe') throw new BadRequestException();
    return change;
  }
}

class ContextInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return storage.run('from the interceptor', () => next.handle());
  }
}

class AnsweringInterceptor implements NestInterceptor {
  intercept(): Observable<unknown> {
    return of({ text: 'from the interceptor' });
  }
}

@Controller('notes')
@ETag()
class NotesController {
  @Get(':id')
  findOne(@Param('id') id: string): Promise<Note> {
    return desk.read(id);
  }

  @Put(':id')
  @IfMatch()
  async replace(@Param('id') id: string, @Body(RefusingPipe) note: Note): Promise<Note> {
    if (note.text === 'throws at once') throw new UnprocessableEntityException();
    const saved = await desk.write(id, note);
    if (note.text === 'throws in the end') throw new UnprocessableEntityException();
    return saved;
  }

  @Patch(':id/email')
  @IfMatch({ current: 'findOne' })
  changeEmail(@Param('id') id: string, @Body() change: Pick<Note, 'email'>): Promise<Note> {
    return desk.write(id, change);
  }

  @Patch(':id/pages/:page')
  @IfMatch({ current: 'findOne' })
  changePage(@Param('id') id: string, @Param('page') page: string): Promise<Note> {
    return desk.write(id, { text: page });
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch()
  remove(@Param('id') id: string): void {
    desk.find(id);
    desk.notes.delete(id);
    desk.log.push('delete');
  }

  @Get(':id/cover')
  cover(@Param('id') id: string): Promise<Note> {
    return desk.read(`cover of ${id}`);
  }

  @Put(':id/cover')
  @IfMatch({ creates: true })
  async replaceCover(@Param('id') id: string, @Body() note: Note): Promise<Note> {
    desk.log.push(`cover ${note.text}`);
    await desk.whileWriting(note.text);
    desk.notes.set(`cover of ${id}`, note);
    return note;
  }

  @Put(':id/observable')
  @IfMatch({ current: 'findOne' })
  observable(@Param('id') id: string, @Body() note: Note): Observable<unknown> {
    return concat(
      of('not the last value'),
      defer(() => desk.write(id, note)),
    );
  }

  @Put(':id/answered')
  @UseInterceptors(AnsweringInterceptor)
  @IfMatch({ current: 'findOne', etag: false })
  answered(): never {
    throw new Error('never called');
  }

  @Put(':id/context')
  @IfMatch({ current: 'findOne', etag: false })
  @UseInterceptors(ContextInterceptor)
  async context(@Param('id') id: string, @Body() note: Note): Promise<object> {
    const context = [storage.getStore()];
    await desk.write(id, note);
    context.push(storage.getStore());
    return { context };
  }
}

/** Two resources by their paths, one by what they write. */
@Controller('drafts')
@ETag()
class DraftsController {
  @Get(':id')
  findOne(@Param('id') id: string): Promise<Note> {
    return desk.read(id);
  }

  @Put(':id')
  @IfMatch({ key: () => 'the only note' })
  replace(@Param('id') id: string, @Body() note: Note): Promise<Note> {
    return desk.write(id, note);
  }

  @Put('given/:id')
  @IfMatch<DraftsController, { params: { id: string } }>({
    current: (controller, { params }) => controller.findOne(params.id),
    key: () => 'the only note',
  })
  replaceGiven(@Param('id') id: string, @Body() note: Note): Promise<Note> {
    return desk.write(id, note);
  }
}

describeOnEachAdapter('writers of one resource, in one process', (start) => {
  let app: Running;

  beforeAll(async () => {
    app = await start({ controllers: [NotesController, DraftsController] });
  });
  afterAll(() => app.close());

  beforeEach(() => {
    desk = new Desk();
    for (const id of ['1', '2']) desk.notes.set(id, { text: 'before' });
  });
  afterEach(nobodyIsLeft);

  function lockedResources(): number {
    return app.app.get<{ lockedResources: number }>('nestjs-etag:conditional-requests')
      .lockedResources;
  }

  /** Whatever happened, no resource is remembered when everybody has got an answer. */
  function nobodyIsLeft(): Promise<void> {
    return until(() => lockedResources() === 0);
  }

  async function tagOfGet(path = '/notes/1'): Promise<string> {
    const etag = (await app.send(`GET ${path}`)).headers.etag as string;
    desk.reads = 0;
    return etag;
  }

  function write(path: string, etag: string, body: object, method = 'PUT'): Promise<RawResponse> {
    return app.send({ method, path, headers: { 'If-Match': etag }, body });
  }

  /** A write that has begun and does not go on before its gate is opened. */
  async function writeThatStays(
    path: string,
    etag: string,
    text = 'first',
  ): Promise<{ answer: Promise<RawResponse>; goOn: () => void }> {
    const begun = gate();
    const goOn = gate();
    desk.whileWriting = async (name) => {
      if (name !== text) return;
      begun.open();
      await goOn.opened;
    };
    const answer = write(path, etag, { text });
    await begun.opened;
    return { answer, goOn: goOn.open };
  }

  describe('never win together', () => {
    it('a hundred with one tag: exactly one', async () => {
      const etag = await tagOfGet();
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          write('/notes/1', etag, { text: `writer ${index}` }),
        ),
      );
      const winners = answers.filter(({ status }) => status === 200);
      const losers = answers.filter(({ status }) => status === 412);
      expect([winners.length, losers.length]).toEqual([1, 99]);
      expect(desk.log).toHaveLength(2);
      const now = winners[0]?.headers.etag;
      expect(losers.every(({ headers }) => headers.etag === now)).toBe(true);
      expect((await app.send('GET /notes/1')).headers.etag).toBe(now);
    });

    it('PUT, PATCH and DELETE with one tag: exactly one', async () => {
      const etag = await tagOfGet();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => [
          write('/notes/1', etag, { text: `put ${index}` }),
          write('/notes/1/email', etag, { email: `patch ${index}` }, 'PATCH'),
          app.send({ method: 'DELETE', path: '/notes/1', headers: { 'If-Match': etag } }),
        ]).flat(),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status < 300)).toHaveLength(1);
      expect(statuses.filter((status) => status === 412 || status === 404)).toHaveLength(29);
    });

    it('creations by If-None-Match: *: exactly one', async () => {
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          app.send({
            method: 'PUT',
            path: '/notes/1/cover',
            headers: { 'If-None-Match': '*' },
            body: { text: String(index) },
          }),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 412)).toHaveLength(29);
      expect(desk.log).toHaveLength(1);
    });

    it.each<[string, string, string, object]>([
      ['PATCH of a part, and PUT', '/notes/1/email', 'PATCH', { email: 'second' }],
      ['PATCH of a part that has a name', '/notes/1/pages/second', 'PATCH', {}],
      ['DELETE and PUT', '/notes/1', 'DELETE', {}],
      ['an Observable and PUT', '/notes/1/observable', 'PUT', { text: 'second' }],
    ])('%s', async (_, path, method, body) => {
      const etag = await tagOfGet();
      const first = await writeThatStays('/notes/1', etag);
      const second = write(path, etag, body, method);
      expect(desk.log).toEqual(['begin first']);
      first.goOn();
      expect((await first.answer).status).toBe(200);
      const refused = await second;
      expect([refused.status, refused.headers.etag]).toEqual([
        412,
        (await first.answer).headers.etag,
      ]);
      expect(desk.log).toEqual(['begin first', 'end first']);
    });

    it('what @IfMatch({ key }) says is one resource', async () => {
      const etag = await tagOfGet('/drafts/1');
      const first = await writeThatStays('/drafts/1', etag);
      const others = [
        write('/drafts/2', etag, { text: 'second' }),
        write('/drafts/given/1', etag, { text: 'third' }),
      ];
      expect(desk.log).toEqual(['begin first']);
      first.goOn();
      const statuses = (await Promise.all(others)).map(({ status }) => status);
      expect(statuses).toEqual([200, 412]);
      expect((await first.answer).status).toBe(200);
    });
  });

  it('do not wait for writers of another resource', async () => {
    const etag = await tagOfGet();
    const first = await writeThatStays('/notes/1', etag);
    expect((await write('/notes/2', etag, { text: 'second' })).status).toBe(200);
    expect(desk.log).toEqual(['begin first', 'begin second', 'end second']);
    first.goOn();
    expect((await first.answer).status).toBe(200);
  });

  it('read once before, however many wrote before, and once after', async () => {
    let etag = await tagOfGet();
    for (const text of ['a', 'b', 'c']) {
      const answer = await write('/notes/1', etag, { text });
      expect(answer.status).toBe(200);
      etag = answer.headers.etag as string;
    }
    // Once before each write, and once after it, for the tag of its answer.
    expect(desk.reads).toBe(6);
  });

  describe('leave nothing locked', () => {
    it.each<[string, string, string, number]>([
      ['a handler that throws at once', '/notes/1', 'throws at once', 422],
      ['a handler that throws in the end', '/notes/1', 'throws in the end', 422],
      ['a pipe that throws', '/notes/1', 'refused by the pipe', 400],
      ['an interceptor that answers in place of the handler', '/notes/1/answered', 'x', 200],
      ['an Observable', '/notes/1/observable', 'x', 200],
    ])('%s', async (_, path, text, status) => {
      const etag = await tagOfGet();
      expect((await write(path, etag, { text })).status).toBe(status);
      await nobodyIsLeft();
      const next = await write('/notes/1', '*', { text: 'next' });
      expect([next.status, desk.notes.get('1')]).toEqual([200, { text: 'next' }]);
    });

    it('a writer that the guard refuses, from the moment of its answer', async () => {
      const etag = await tagOfGet();
      expect((await write('/notes/1', '"x"', { text: 'x' })).status).toBe(412);
      expect((await write('/notes/3', '"x"', { text: 'x' })).status).toBe(404);
      expect((await app.send({ method: 'PUT', path: '/notes/1', body: {} })).status).toBe(428);
      expect((await write('/notes/1', 'x', { text: 'x' })).status).toBe(400);
      expect(lockedResources()).toBe(0);
      expect((await write('/notes/1', etag, { text: 'next' })).status).toBe(200);
    });
  });

  it('run in the context that an interceptor around them has set', async () => {
    const etag = await tagOfGet();
    const context = ['from the interceptor', 'from the interceptor'];
    const alone = await write('/notes/1/context', etag, { text: 'alone' });
    expect(alone.json()).toEqual({ context });
  });
});

itOnEachAdapter(
  'do not wait for those who write the same path under another prefix',
  {
    controllers: [NotesController],
    configure: (app) => void app.setGlobalPrefix('tenants/:tenant'),
  },
  async ({ send }) => {
    desk = new Desk();
    desk.notes.set('1', { text: 'before' });
    const begun = gate();
    const goOn = gate();
    desk.whileWriting = (text) => {
      if (text !== 'first') return undefined;
      begun.open();
      return goOn.opened;
    };
    const put = (tenant: string, text: string): Promise<RawResponse> =>
      send({
        method: 'PUT',
        path: `/tenants/${tenant}/notes/1`,
        headers: { 'If-Match': '*' },
        body: { text },
      });
    const first = put('a', 'first');
    await begun.opened;
    expect((await put('b', 'second')).status).toBe(200);
    expect(desk.log).toEqual(['begin first', 'begin second', 'end second']);
    goOn.open();
    expect((await first).status).toBe(200);
  },
);
