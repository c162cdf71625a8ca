import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Logger, Patch, Put } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { ETAG_CHANNEL, ETag, IfMatch, LastModified } from '../../src/index.js';
import type { ETagEvent, ETagValidator } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

let name = 'first';
const DATE = 'Sat, 21 Nov 2026 10:00:00 GMT';

class Versions implements ETagValidator {
  validate(): string {
    return name;
  }
}

@Controller('farm')
@ETag()
@LastModified('at')
class FarmController {
  @Get()
  findOne(): unknown {
    return { name, at: '2026-11-21T10:00:00.000Z' };
  }

  @Put()
  @IfMatch({ property: 'etag' })
  update(): unknown {
    name = 'changed';
    return this.findOne();
  }

  @Patch()
  @IfMatch({ required: false })
  conflict(): unknown {
    throw Object.assign(new Error('conflict'), { name: 'OptimisticLockError' });
  }

  @Get('validated')
  @ETag({ validator: Versions })
  validated(): unknown {
    return { name };
  }
}

const current = tagOf('{"name":"first","at":"2026-11-21T10:00:00.000Z"}');

describeOnEachAdapter('the channel of events', (start) => {
  let running: Running;
  let events: ETagEvent[] = [];
  const keep = (message: unknown): void => void events.push(message as ETagEvent);

  beforeAll(async () => {
    running = await start({
      controllers: [FarmController],
      providers: [Versions],
      etag: { intermediaries: 'recoded' },
    });
    subscribe(ETAG_CHANNEL, keep);
  });
  beforeEach(() => {
    name = 'first';
    events = [];
  });
  afterAll(async () => {
    unsubscribe(ETAG_CHANNEL, keep);
    await running.close();
  });

  function send(
    line: string,
    headers: Record<string, string> = {},
    body?: unknown,
  ): Promise<unknown> {
    const [method = '', path = ''] = line.split(' ');
    return running.send({ method, path, headers, body });
  }

  it.each([
    ['a GET', () => send('GET /farm')],
    ['a GET that has another representation', () => send('GET /farm', { 'If-None-Match': '"x"' })],
    ['a write', () => send('PUT /farm', { 'If-Match': current })],
    ['a malformed field', () => send('PUT /farm', { 'If-Match': 'null' })],
    ['a conflict that nobody made a condition against', () => send('PATCH /farm')],
  ])('has nothing to say of %s', async (_, request) => {
    await request();
    expect(events).toEqual([]);
  });

  it('tells of 304 by a tag', async () => {
    await send('GET /farm', { 'If-None-Match': `"x", ${current}` });
    expect(events).toEqual([
      {
        kind: 'not-modified',
        handler: 'FarmController.findOne',
        method: 'GET',
        field: 'If-None-Match',
        sent: `"x", ${current}`,
        current,
        reason: undefined,
      },
    ]);
  });

  it('tells of 304 by a date, and of HEAD', async () => {
    await send('HEAD /farm', { 'If-Modified-Since': DATE });
    expect(events).toEqual([
      expect.objectContaining({
        kind: 'not-modified',
        method: 'HEAD',
        field: 'If-Modified-Since',
        sent: DATE,
        current,
      }),
    ]);
  });

  it('tells of 304 by a validator, once', async () => {
    const etag = tagOf('revision "farm/validated" "first"');
    await send('GET /farm/validated', { 'If-None-Match': etag });
    expect(events).toEqual([
      expect.objectContaining({
        kind: 'not-modified',
        handler: 'FarmController.validated',
        sent: etag,
      }),
    ]);
  });

  it('tells of 412 to a write', async () => {
    await send('PUT /farm', { 'If-Match': '"stale"' });
    expect(events).toEqual([
      {
        kind: 'precondition-failed',
        handler: 'FarmController.update',
        method: 'PUT',
        field: 'If-Match',
        sent: '"stale"',
        current,
        reason: 'changed',
      },
    ]);
  });

  it('tells of 412 for a tag in the body', async () => {
    await send('PUT /farm', {}, { etag: '"stale"' });
    expect(events).toEqual([expect.objectContaining({ field: 'If-Match', sent: '"stale"' })]);
  });

  it('tells of 412 by what should not be there', async () => {
    await send('PATCH /farm', { 'If-None-Match': '*' });
    expect(events).toEqual([
      expect.objectContaining({ field: 'If-None-Match', sent: '*', reason: 'exists' }),
    ]);
  });

  it('tells of 412 by an error of the handler, once', async () => {
    await send('PATCH /farm', { 'If-Match': current });
    expect(events).toEqual([
      expect.objectContaining({
        kind: 'precondition-failed',
        sent: current,
        current: undefined,
        reason: 'changed',
      }),
    ]);
  });

  it('tells of 412 to a read', async () => {
    await send('GET /farm', { 'If-Match': '"stale"' });
    expect(events).toEqual([
      expect.objectContaining({
        kind: 'precondition-failed',
        method: 'GET',
        field: 'If-Match',
        sent: '"stale"',
        current,
        reason: 'changed',
      }),
    ]);
  });

  it('tells of 428', async () => {
    await send('PUT /farm');
    expect(events).toEqual([
      {
        kind: 'precondition-required',
        handler: 'FarmController.update',
        method: 'PUT',
        field: undefined,
        sent: undefined,
        current: undefined,
        reason: 'missing-precondition',
      },
    ]);
  });

  it('tells of a tag that a proxy rewrote, by which a write and a read then go on', async () => {
    const rewritten = current.replace(/"$/, '-gzip"');
    await send('PUT /farm', { 'If-Match': rewritten });
    name = 'first';
    await send('GET /farm', { 'If-None-Match': rewritten });
    expect(events).toEqual([
      {
        kind: 'recoded-tag',
        handler: 'FarmController.update',
        method: 'PUT',
        field: 'If-Match',
        sent: rewritten,
        current,
        reason: undefined,
      },
      expect.objectContaining({ kind: 'recoded-tag', method: 'GET', field: 'If-None-Match' }),
      expect.objectContaining({ kind: 'not-modified', sent: rewritten, current }),
    ]);
  });
});

class Lines implements LoggerService {
  static lines: string[] = [];
  static level = (level: string) => (message: unknown, context: unknown) => {
    if (context === 'nestjs-etag') this.lines.push(`${level}: ${String(message)}`);
  };
  log = Lines.level('log');
  error = Lines.level('error');
  warn = Lines.level('warn');
  debug = Lines.level('debug');
}

/** Sets the lowest level that is logged. */
function logFrom(lowest: 'debug' | 'log'): void {
  Logger.overrideLogger(lowest === 'debug' ? ['debug', 'log'] : ['log']);
  Logger.overrideLogger(new Lines());
}

describeOnEachAdapter('the log', (start) => {
  let running: Running;

  beforeAll(async () => {
    running = await start({
      controllers: [FarmController],
      providers: [Versions],
      configure: (app) => app.useLogger(new Lines()),
    });
  });
  beforeEach(() => {
    name = 'first';
    Lines.lines = [];
    logFrom('debug');
  });
  afterEach(() => logFrom('debug'));
  afterAll(() => running.close());

  it('says in one line at debug level what was compared with what', async () => {
    const send = (method: string, headers: Record<string, string>) =>
      running.send({ method, path: '/farm', headers });
    await send('GET', { 'If-None-Match': current });
    await send('PUT', { 'If-Match': '"stale"' });
    await send('PUT', {});
    expect(Lines.lines).toEqual([
      `debug: GET FarmController.findOne: If-None-Match: ${current} compared with ${current}: not-modified`,
      `debug: PUT FarmController.update: If-Match: "stale" compared with ${current}: precondition-failed (changed)`,
      'debug: PUT FarmController.update: no precondition that counts: precondition-required (missing-precondition)',
    ]);
  });

  describe('without the debug level', () => {
    it('says nothing of it', async () => {
      logFrom('log');
      await running.send('PUT /farm');
      expect(Lines.lines).toEqual([]);
    });
  });
});
