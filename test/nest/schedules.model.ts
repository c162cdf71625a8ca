import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { BadRequestException, HttpException, RequestTimeoutException } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Scheduler } from 'fast-check';
import {
  catchError,
  concat,
  defer,
  from,
  ignoreElements,
  isObservable,
  lastValueFrom,
  map,
  mergeMap,
  of,
  race,
  retry,
  throwError,
} from 'rxjs';
import type { Observable } from 'rxjs';
import { OnceLog } from '../../src/nest/checks/log.js';
import type { CurrentReader } from '../../src/nest/current/current-reader.js';
import type { GuardedRequest } from '../../src/nest/current/reading.js';
import type { CurrentRepresentation } from '../../src/nest/current/current-representation.js';
import { newExchange } from '../../src/nest/exchange/exchange.js';
import { Intermediaries } from '../../src/nest/exchange/intermediaries.js';
import type { Deadline } from '../../src/nest/locks/deadline.js';
import { LockTimeoutError } from '../../src/nest/locks/lock-timeout-error.js';
import { processLocks } from '../../src/nest/locks/process-locks.js';
import { QueuedLocks } from '../../src/nest/locks/queued-locks.js';
import { Semaphore } from '../../src/nest/locks/semaphore.js';
import type { LockWait, WriteLock, WriteLocks } from '../../src/nest/locks/write-locks.js';
import type { Platform } from '../../src/nest/platform/platform.js';
import { RefusalStyle } from '../../src/nest/refusals/refusals.js';
import type { GuardedRoute } from '../../src/nest/routes/route.js';
import { FalseAlarms } from '../../src/nest/writes/false-alarms.js';
import type { GuardedWrite } from '../../src/nest/writes/guarded-write.js';
import { IssuedTags } from '../../src/nest/writes/issued-tags.js';
import { ResourceLocks } from '../../src/nest/writes/resource-locks.js';
import type { LockRequest, ResourceLock } from '../../src/nest/writes/resource-locks.js';
import { WriteOutcome } from '../../src/nest/writes/write-outcome.js';
import { WriteRefusals } from '../../src/nest/writes/write-refusals.js';
import { WritePreconditions } from '../../src/nest/writes/write-preconditions.js';

/** What one writer does, and what happens to it. Everything that is `true` happens at a moment that the scheduler chooses. */
export interface Traits {
  readonly handler: 'promise' | 'observable';
  /** Its client goes, before, while or after it waits. */
  readonly leaves: boolean;
  /** An interceptor answers 408, and unsubscribes. */
  readonly timesOut: boolean;
  /** An interceptor calls the handler once more when it fails. */
  readonly retries: boolean;
  readonly pipeThrows: boolean;
  /** An interceptor commits when the handler is done, and rolls back when it fails. */
  readonly commitsLate: boolean;
  readonly throwsAfterWriting: boolean;
  /** `lockTimeout` is over. */
  readonly waitsTooLong: boolean;
  /** The lock server forgets the lock, and tells about it later. Of shared locks only. */
  readonly losesLock: boolean;
}

/** What is tried. */
export interface Scenario {
  readonly writers: readonly Traits[];
  /** Each writer in a process of its own, with locks on a server; otherwise all in one process. */
  readonly isShared: boolean;
  /** Whether the scheduler goes on before everything has run that one step has set off. */
  readonly isHasty: boolean;
  /** Whether all writers reach our guard in the same moment. */
  readonly isTogether: boolean;
}

/** A safeguard taken away. */
export type Mutant =
  | 'no lock'
  | 'lock after the read'
  | 'lock released when the handler ends'
  | 'lost lock not noticed';

/** What must never be. */
export type Violation =
  | 'two writers won with one tag'
  | 'a writer overwrote what it had not seen'
  | 'a handler worked under a lock that was not its own'
  | 'a lock outlived its work'
  | 'a request was not answered'
  | 'a handler ran for a client that had left while it waited'
  | 'a writer that waited too long was not told so'
  | 'a handler was called although its lock was known to be lost'
  | 'a tag was answered that is of another version';

interface Row {
  readonly version: number;
  readonly writtenBy: string;
}

const KEY = 'the resource';

/** Runs a scenario to its end, in the order that the scheduler chooses. */
export async function violationsOf(
  scheduler: Scheduler,
  scenario: Scenario,
  mutant?: Mutant,
): Promise<ReadonlySet<Violation>> {
  const world = new World(scheduler, scenario, mutant);
  for (const writer of world.writers) writer.start();
  while (scheduler.count() > 0) {
    await scheduler.waitOne();
    if (!scenario.isHasty || scheduler.count() === 0) await everythingSetOff();
  }
  world.lookBack();
  return world.violations;
}

/** Callbacks of streams and of promises, whatever their number. */
async function everythingSetOff(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** The application: a resource, its writers, and the real parts of the write path. */
class World {
  readonly violations = new Set<Violation>();
  readonly writers: readonly Writer[];
  readonly server = new LockServer(this);
  row: Row = { version: 1, writtenBy: 'nobody' };
  /** Who holds the lock, in truth. */
  owner: Writer | undefined;
  /** How many hold the lock or wait for it. */
  contenders = 0;
  /** Whose guard is at work at this very moment. */
  calling: Writer | undefined;
  private together: Promise<void> | undefined;
  private readonly locks: ResourceLocks[] = [];
  private readonly log = new SilentLog();
  private readonly style = new RefusalStyle(false, undefined);
  private readonly guards: WritePreconditions[];

  constructor(
    private readonly scheduler: Scheduler,
    readonly scenario: Scenario,
    readonly mutant: Mutant | undefined,
  ) {
    this.writers = scenario.writers.map((traits, index) => new Writer(this, index, traits));
    this.guards = scenario.isShared
      ? this.writers.map((writer) => this.process(this.server.locksOf(writer)))
      : [this.process(processLocks())];
  }

  /** An asynchronous step: it goes on when it is its turn. */
  step(label: string): Promise<void> {
    return this.scheduler.schedule(Promise.resolve(), label);
  }

  /** What other guards wait for: each for itself, or all for one thing, after which they go on in one breath. */
  guardsBeforeOurs(writer: Writer): Promise<void> {
    const label = 'the guards before ours';
    if (!this.scenario.isTogether) return this.step(`${writer.name}: ${label}`);
    return (this.together ??= this.step(label));
  }

  /** Whether a lock was lost, so that what was written may be overwritten: then only its answer counts. */
  get isLossy(): boolean {
    return this.writers.some(({ hasLostLock }) => hasLostLock);
  }

  guardOf(writer: Writer): WritePreconditions {
    return this.guards[this.scenario.isShared ? writer.index : 0] as WritePreconditions;
  }

  /** What GET sends. */
  async read(): Promise<CurrentRepresentation> {
    await this.step('the read');
    const { version } = this.row;
    await this.step('the read is back');
    return {
      exists: true,
      value: this.row,
      etag: { weak: false, opaque: String(version) },
      lastModified: undefined,
      version,
    };
  }

  mustOwn(writer: Writer): void {
    if (this.mutant === 'no lock' || this.owner === writer || writer.hasLostLock) return;
    this.violations.add('a handler worked under a lock that was not its own');
  }

  lookBack(): void {
    const winners = this.writers.filter((writer) => writer.hasWon).map(({ sent }) => sent);
    if (new Set(winners).size < winners.length) this.violations.add('two writers won with one tag');
    const isLeft = this.locks.some(({ size }) => size > 0) || this.server.isTaken;
    if (isLeft || this.owner !== undefined) this.violations.add('a lock outlived its work');
    for (const writer of this.writers) writer.lookBack();
  }

  private process(ofProcess: WriteLocks): WritePreconditions {
    const locks = new ResourceLocks({
      locks: new WatchedLocks(this, ofProcess),
      isShared: this.scenario.isShared,
      timeout: 1_000_000,
      style: this.style,
      log: this.log,
    });
    this.locks.push(locks);
    const reader = new ModelledReader(this) as unknown as CurrentReader;
    const platform = PLATFORM as unknown as Platform;
    const options = { tagHeader: undefined, lockTimeout: 1_000_000 };
    const refusals = new WriteRefusals(platform, this.style, options);
    return new WritePreconditions({
      platform,
      reader,
      locks: this.mutant === 'no lock' ? undefined : this.mutated(locks),
      outcome: new WriteOutcome(reader, refusals, { atomicity: 'process' }, this.log),
      falseAlarms: new FalseAlarms(reader, new IssuedTags(), this.log),
      intermediaries: new Intermediaries('strict', this.log),
      style: this.style,
      refusals,
      options,
      log: this.log,
    });
  }

  private mutated(locks: ResourceLocks): ResourceLocks {
    const { mutant } = this;
    const take = async (request: LockRequest): Promise<ResourceLock> => {
      const writer = this.calling as Writer;
      const lock = await locks.take(request);
      if (mutant === 'lost lock not noticed') {
        const release = (): Promise<void> => lock.release().catch(() => undefined);
        return { isShared: lock.isShared, isLost: false, release };
      }
      if (mutant !== 'lock released when the handler ends') return lock;
      let released: Promise<void> | undefined;
      const release = (): Promise<void> => (released ??= lock.release());
      writer.releaseEarly = release;
      return { isShared: lock.isShared, isLost: false, release };
    };
    return mutant === undefined
      ? locks
      : (Object.create(locks, { take: { value: take } }) as ResourceLocks);
  }
}

/** A writer: its client, its request, and the interceptors, the pipe and the handler that Nest calls for it. */
class Writer {
  readonly name: string;
  /** The version that its client has read. */
  sent = 0;
  hasLostLock = false;
  knowsLoss = false;
  hasLeft = false;
  hasLeftWaiting = false;
  hasWaitedTooLong = false;
  releaseEarly: () => Promise<void> = () => Promise.resolve();
  private readonly socket = new Duplex({ read: () => undefined, write: (_, __, done) => done() });
  private readonly request = new IncomingMessage(this.socket as unknown as Socket);
  private readonly response = new ServerResponse(this.request);
  private readonly context = {
    getType: () => 'http',
    switchToHttp: () => ({ getRequest: () => this.request, getResponse: () => this.response }),
  } as unknown as ExecutionContext;
  private exchange = newExchange(this.context, ROUTE);
  private status: number | undefined;
  private answeredTag: number | undefined;
  private ownVersion: number | undefined;
  private transaction: Row | undefined;
  private isRolledBack = false;

  constructor(
    private readonly world: World,
    readonly index: number,
    readonly traits: Traits,
  ) {
    this.name = `writer ${index}`;
    this.socket.on('error', () => undefined);
    this.response.assignSocket(this.socket as unknown as Socket);
  }

  /** Whether its client has been told that its write succeeded. */
  get hasWon(): boolean {
    return this.status === 200 && !this.socket.destroyed;
  }

  start(): void {
    if (this.traits.leaves) {
      void this.step('the client leaves').then(() => {
        this.hasLeft = true;
        this.socket.destroy();
      });
    }
    const settled = this.serve();
    const tell = (): void => this.exchange.write?.routeIsOver();
    settled.then(tell, tell);
  }

  lookBack(): void {
    const { violations } = this.world;
    if (this.status === undefined && !this.socket.destroyed) {
      violations.add('a request was not answered');
    }
    if (this.hasWaitedTooLong && this.status !== 503) {
      violations.add('a writer that waited too long was not told so');
    }
    if (this.hasWon && !this.world.isLossy && this.answeredTag !== this.ownVersion) {
      violations.add('a tag was answered that is of another version');
    }
  }

  private step(label: string): Promise<void> {
    return this.world.step(`${this.name}: ${label}`);
  }

  /** What Nest's router does: it has answered when this settles. */
  private async serve(): Promise<void> {
    try {
      await this.step('the client reads');
      this.sent = this.world.row.version;
      this.request.method = 'PUT';
      this.request.headers = { 'if-match': `"${this.sent}"` };
      this.exchange = newExchange(this.context, ROUTE);
      await this.world.guardsBeforeOurs(this);
      await this.guard();
      await this.answer(
        await lastValueFrom(this.throughInterceptors(), { defaultValue: undefined }),
      );
    } catch (error) {
      await this.step('a filter');
      this.send(error instanceof HttpException ? error.getStatus() : 500);
    }
  }

  private async guard(): Promise<void> {
    const { exchange, context, world } = this;
    const before = world.mutant === 'lock after the read' ? await world.read() : undefined;
    world.calling = this;
    await world.guardOf(this).admit({
      context,
      exchange,
      route: ROUTE,
      key: KEY,
      readEntity: () => before ?? world.read(),
    });
  }

  /** Outermost the one that commits, then the one that times out, then the one that retries. */
  private throughInterceptors(): Observable<unknown> {
    const { retries, timesOut, commitsLate } = this.traits;
    let stream = defer(() => this.throughPipe()).pipe(
      mergeMap((result) => (isObservable(result) ? result : of(result))),
    );
    if (retries) {
      stream = stream.pipe(retry({ count: 1, delay: () => this.step('before it tries again') }));
    }
    if (timesOut) stream = race(stream, this.timeout());
    return commitsLate ? this.committed(stream) : stream;
  }

  private timeout(): Observable<never> {
    return from(this.step('time is up')).pipe(
      mergeMap(() => throwError(() => new RequestTimeoutException())),
    );
  }

  private committed(stream: Observable<unknown>): Observable<unknown> {
    const commit = defer(async () => {
      await this.step('the commit');
      if (this.transaction !== undefined) this.save(this.transaction);
    }).pipe(ignoreElements());
    return concat(stream, commit).pipe(
      catchError((error: unknown) => {
        this.isRolledBack = true;
        return throwError(() => error);
      }),
    );
  }

  private async throughPipe(): Promise<unknown> {
    await this.step('a pipe');
    if (this.traits.pipeThrows) throw new BadRequestException();
    const { write } = this.exchange;
    if (write === undefined) throw new Error('The guard has let nothing through');
    return write.run(() => this.handle());
  }

  private handle(): unknown {
    if (this.hasLeftWaiting) {
      this.world.violations.add('a handler ran for a client that had left while it waited');
    }
    if (this.knowsLoss) {
      this.world.violations.add('a handler was called although its lock was known to be lost');
    }
    if (this.traits.handler === 'observable') return this.work();
    // It goes on when nobody is subscribed any more.
    return lastValueFrom(this.work());
  }

  /** Loads, changes, saves: it knows nothing of versions but to raise them. */
  private work(): Observable<unknown> {
    return from(this.step('the handler begins')).pipe(
      map(() => this.load()),
      mergeMap((row) => from(this.step('the handler saves')).pipe(map(() => this.change(row)))),
      mergeMap((row) => from(this.step('the handler ends')).pipe(map(() => this.end(row)))),
    );
  }

  private load(): Row {
    this.world.mustOwn(this);
    return this.transaction ?? this.world.row;
  }

  private change({ version }: Row): Row {
    const row = { version: version + 1, writtenBy: this.name };
    if (!this.traits.commitsLate) this.save(row);
    else if (!this.isRolledBack) this.transaction = row;
    return row;
  }

  private end(row: Row): Row {
    void this.releaseEarly();
    if (this.traits.throwsAfterWriting) throw new Error('The handler has failed');
    return row;
  }

  private save(row: Row): void {
    const { world } = this;
    world.mustOwn(this);
    const isOwn = world.row.writtenBy === this.name;
    if (!isOwn && world.row.version !== this.sent && !world.isLossy) {
      world.violations.add('a writer overwrote what it had not seen');
    }
    world.row = row;
    this.ownVersion = row.version;
  }

  /** As the answer of a route is made: the tag is read before the lock is released, and that before the head. */
  private async answer(_value: unknown): Promise<void> {
    const write = this.exchange.write as GuardedWrite;
    if (write.succeeded) {
      this.answeredTag = (await this.world.read()).version as number;
      await write.finish();
    }
    this.send(200);
  }

  private send(status: number): void {
    this.exchange.isHandedOver = true;
    this.response.writeHead(status);
    this.response.end();
    this.status = status;
  }
}

/** Real locks, and a note of who holds them. */
class WatchedLocks implements WriteLocks {
  constructor(
    private readonly world: World,
    private readonly locks: WriteLocks,
  ) {}

  async acquire(key: string, wait: LockWait): Promise<WriteLock> {
    const { world } = this;
    const writer = world.calling as Writer;
    const waits = world.contenders > 0;
    world.contenders += 1;
    let lock: WriteLock;
    try {
      lock = await this.acquireOrGiveUp(key, wait, writer, waits);
    } catch (error) {
      world.contenders -= 1;
      throw error;
    }
    if (waits && writer.hasLeft) writer.hasLeftWaiting = true;
    if (!world.scenario.isShared) world.owner = writer;
    return {
      get lost() {
        return lock.lost;
      },
      release: () => {
        world.contenders -= 1;
        if (!world.scenario.isShared) world.owner = undefined;
        return lock.release();
      },
    };
  }

  run(): never {
    throw new Error('There are no batches here');
  }

  private async acquireOrGiveUp(
    key: string,
    wait: LockWait,
    writer: Writer,
    waits: boolean,
  ): Promise<WriteLock> {
    const controller = new AbortController();
    wait.signal?.addEventListener('abort', () => controller.abort(wait.signal?.reason));
    let tooLong: LockTimeoutError | undefined;
    if (waits && writer.traits.waitsTooLong) {
      void this.world.step(`${writer.name}: has waited too long`).then(() => {
        tooLong = new LockTimeoutError([key], wait.timeout);
        controller.abort(tooLong);
      });
    }
    try {
      return await this.locks.acquire(key, { timeout: wait.timeout, signal: controller.signal });
    } catch (error) {
      if (error !== undefined && error === tooLong) writer.hasWaitedTooLong = true;
      throw error;
    }
  }
}

/** A server that all processes take the lock from, and that may forget that it gave it. */
class LockServer {
  private readonly place = new Semaphore(1);

  constructor(private readonly world: World) {}

  get isTaken(): boolean {
    return !this.place.isEmpty;
  }

  /** The locks of the process of one writer. */
  locksOf(writer: Writer): WriteLocks {
    return new QueuedLocks((_, deadline, lose) => this.take(writer, deadline, lose));
  }

  private async take(
    writer: Writer,
    deadline: Deadline,
    lose: (cause: unknown) => void,
  ): Promise<() => Promise<void>> {
    await this.world.step(`${writer.name}: asks the lock server`);
    await this.place.enter(deadline);
    this.world.owner = writer;
    let isHeld = true;
    const free = (): void => {
      isHeld = false;
      if (this.world.owner === writer) this.world.owner = undefined;
      this.place.leave();
    };
    if (writer.traits.losesLock) {
      void this.world.step(`${writer.name}: the lock is lost`).then(async () => {
        if (!isHeld) return;
        writer.hasLostLock = true;
        free();
        await this.world.step(`${writer.name}: the loss is noticed`);
        writer.knowsLoss = true;
        lose(new Error('The connection has ended'));
      });
    }
    return async () => {
      await this.world.step(`${writer.name}: releases on the lock server`);
      if (!isHeld) throw new Error('The lock is not there any more');
      free();
    };
  }
}

/** Reads by the model, where the application would call the GET handler. */
class ModelledReader implements Pick<CurrentReader, 'read' | 'readIfPossible' | 'isStill'> {
  constructor(private readonly world: World) {}

  read({ readEntity }: GuardedRequest): Promise<CurrentRepresentation> {
    return readEntity(() => this.world.read()) as Promise<CurrentRepresentation>;
  }

  readIfPossible(): Promise<CurrentRepresentation> {
    return this.world.read();
  }

  isStill(): never {
    throw new Error('No handler here verifies an entity');
  }
}

/** Losses and refusals are looked at by their answers. */
class SilentLog extends OnceLog {
  override warn(): void {
    // Nobody reads it.
  }

  override errorEachTime(): void {
    // Nobody reads it.
  }
}

class Controller {
  update(): void {
    // The writers have handlers of their own.
  }
}

const ROUTE = {
  handlerName: 'Controller.update',
  controller: Controller,
  name: 'update',
  rule: {
    required: true,
    comparison: 'strong',
    creates: false,
    unmodifiedSince: false,
    property: undefined,
    from: undefined,
    alreadyApplied: undefined,
    isComparable: true,
    answerTag: true,
    current: { kind: 'handler', route: { handlerName: 'Controller.find' } },
    versionOf: ({ version }: Row) => version,
    versionName: 'version',
  },
} as unknown as GuardedRoute;

const PLATFORM: Pick<Platform, 'headOf' | 'rawOf'> = {
  rawOf: (response) => response as ServerResponse,
  headOf: (response) => {
    const raw = response as ServerResponse;
    return {
      status: () => raw.statusCode,
      field: (name) => raw.getHeader(name),
      setField: (name, value) => void raw.setHeader(name, value),
      dropField: (name) => raw.removeHeader(name),
    };
  },
};
