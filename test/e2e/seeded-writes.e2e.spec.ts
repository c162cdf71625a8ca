import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import {
  Body,
  Controller,
  Get,
  Put,
  RequestTimeoutException,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import {
  concat,
  defer,
  from,
  ignoreElements,
  lastValueFrom,
  map,
  mergeMap,
  race,
  retry,
  throwError,
} from 'rxjs';
import type { Observable } from 'rxjs';
import * as fc from 'fast-check';
import { ETag, IfMatch } from '../../src/index.js';
import { ETAG_CONDITIONAL_REQUESTS } from '../../src/nest/internals/etag.constants.js';
import type { ConditionalRequests } from '../../src/nest/conditional-requests.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { until } from '../support/gate.js';

/** How many runs there are on each adapter. */
const RUNS = 150;

/** What one writer does. */
interface Writer {
  readonly name: string;
  readonly observable: boolean;
  readonly timesOut: boolean;
  readonly retries: boolean;
  readonly commitsLate: boolean;
  readonly throwsAfterWriting: boolean;
  readonly leaves: boolean;
  /** How many turns of the event loop its steps take. */
  readonly turns: readonly number[];
}

interface Row {
  readonly version: number;
  readonly writtenBy: string;
}

let row: Row = { version: 1, writtenBy: 'nobody' };
let writes = 0;
let failed = new Set<string>();

async function turns(writer: Writer, step: number): Promise<void> {
  for (let turn = writer.turns[step] ?? 0; turn > 0; turn -= 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function save(next: Row): void {
  row = next;
  writes += 1;
}

/** Times out, retries and commits as the writer in the body says. */
class WriterInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { body: writer, method } = context
      .switchToHttp()
      .getRequest<{ method: string; body: Writer }>();
    if (method !== 'PUT') return next.handle();
    let stream = next.handle();
    if (writer.retries) stream = stream.pipe(retry(1));
    if (writer.timesOut) {
      const timeout = from(turns(writer, 0)).pipe(
        mergeMap(() => throwError(() => new RequestTimeoutException())),
      );
      stream = race(stream, timeout);
    }
    if (!writer.commitsLate) return stream;
    const commit = defer(async () => {
      const { version } = row;
      await turns(writer, 1);
      save({ version: version + 1, writtenBy: writer.name });
    }).pipe(ignoreElements());
    return concat(stream, commit);
  }
}

/** Loads, changes, saves: it knows nothing of versions but to raise them. */
function write(writer: Writer): Observable<Row> {
  return defer(() => {
    const { version } = row;
    const next = { version: version + 1, writtenBy: writer.name };
    return from(turns(writer, 2)).pipe(
      map(() => {
        if (!writer.commitsLate) save(next);
      }),
      mergeMap(() => turns(writer, 3)),
      map(() => {
        if (!writer.throwsAfterWriting || failed.has(writer.name)) return next;
        failed.add(writer.name);
        throw new Error('The handler has failed');
      }),
    );
  });
}

@Controller('row')
@ETag()
@UseInterceptors(WriterInterceptor)
class RowController {
  @Get()
  async find(): Promise<Row> {
    const found = row;
    await Promise.resolve();
    return found;
  }

  @Put()
  @IfMatch()
  put(@Body() writer: Writer): unknown {
    return writer.observable ? write(writer) : lastValueFrom(write(writer));
  }

  /** Each request has a lock of its own: as good as none. */
  @Put('unlocked')
  @IfMatch({ current: 'find', key: () => `${Math.random()}` })
  unlocked(@Body() writer: Writer): unknown {
    return this.put(writer);
  }
}

const rarely = fc.integer({ min: 0, max: 4 }).map((one) => one === 4);

const writers = fc
  .array(
    fc.record({
      observable: rarely,
      timesOut: rarely,
      retries: rarely,
      commitsLate: rarely,
      throwsAfterWriting: rarely,
      leaves: rarely,
      turns: fc.array(fc.nat({ max: 12 }), { minLength: 5, maxLength: 5 }),
    }),
    { minLength: 2, maxLength: 4 },
  )
  .map((all): Writer[] =>
    all.map((one, index) => ({
      ...one,
      name: `writer ${index}`,
      // Nest gives up on interceptors when a client leaves, and what those commit then is out of anybody's sight.
      commitsLate: one.commitsLate && !one.leaves,
    })),
  );

/** Sends a write, and goes away early if it is of that kind. @returns the status; `undefined` if nobody waited for it. */
async function send(url: string, writer: Writer, etag: string): Promise<number | undefined> {
  const sent = httpRequest(url, {
    method: 'PUT',
    agent: false,
    headers: { 'If-Match': etag, 'Content-Type': 'application/json' },
  });
  const answered = new Promise<number | undefined>((resolve) => {
    sent.on('response', (answer) => {
      answer.resume();
      answer.on('close', () => resolve(answer.statusCode));
    });
    sent.on('error', () => resolve(undefined));
  });
  sent.end(JSON.stringify(writer));
  if (writer.leaves) void turns(writer, 4).then(() => sent.destroy());
  return answered;
}

describeOnEachAdapter('writers over sockets, in seeded orders', (start) => {
  let running: Running;

  const lockedResources = (): number =>
    running.app.get<ConditionalRequests>(ETAG_CONDITIONAL_REQUESTS).lockedResources;

  /** Statuses of the writers, all with the tag of the same version, when nothing is at work any more. */
  async function statusesOf(path: string, all: readonly Writer[]): Promise<readonly unknown[]> {
    [row, writes, failed] = [{ version: 1, writtenBy: 'nobody' }, 0, new Set()];
    const { headers } = await running.send('GET /row');
    const url = `${running.url}${path}`;
    const statuses = await Promise.all(all.map((each) => send(url, each, headers.etag ?? '*')));
    await until(() => lockedResources() === 0);
    return statuses;
  }

  const winnersIn = (statuses: readonly unknown[]): number =>
    statuses.filter((status) => status === 200).length;

  beforeAll(async () => {
    running = await start({ controllers: [RowController] });
  });
  afterAll(() => running.close());

  it('are answered, at most one of them with success, and no write is lost', async () => {
    const property = fc.asyncProperty(writers, async (all) => {
      const statuses = await statusesOf('/row', all);
      expect(winnersIn(statuses)).toBeLessThanOrEqual(1);
      expect(all.filter(({ leaves }, index) => !leaves && statuses[index] === undefined)).toEqual(
        [],
      );
      expect(row.version).toBe(1 + writes);
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  it('would both win without the lock', async () => {
    const property = fc.asyncProperty(writers, async (all) => {
      expect(winnersIn(await statusesOf('/row/unlocked', all))).toBeLessThanOrEqual(1);
    });
    const { failed: hasFailed } = await fc.check(property, { numRuns: RUNS, endOnFailure: true });
    expect(hasFailed).toBe(true);
  });
});
