import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { InternalServerErrorException } from '@nestjs/common';
import { NEVER, firstValueFrom, of } from 'rxjs';
import type { Observable } from 'rxjs';
import { OnceLog } from '../../src/nest/checks/log.js';
import { GuardedWrite } from '../../src/nest/writes/guarded-write.js';
import type { WriteParts } from '../../src/nest/writes/guarded-write.js';
import type { ResourceLock } from '../../src/nest/writes/resource-locks.js';
import type { VerifiedPrecondition } from '../../src/nest/writes/verified-precondition.js';
import type { WriteOutcome } from '../../src/nest/writes/write-outcome.js';
import type { WriteRequest } from '../../src/nest/writes/write-request.js';
import { everythingElse, gate } from '../support/gate.js';

class KeptLog extends OnceLog {
  readonly lines: string[] = [];

  override errorEachTime(sentence: string): void {
    this.lines.push(sentence);
  }
}

class Lock implements ResourceLock {
  isLost = false;
  isReleased = false;
  loss: Error | undefined;

  constructor(readonly isShared: boolean) {}

  release(): Promise<void> {
    this.isReleased = true;
    return this.loss === undefined ? Promise.resolve() : Promise.reject(this.loss);
  }
}

/** A write that the guard has let through. */
function letThrough({
  isShared = false,
  answersItself = false,
  isHandedOver = true,
  patience = 60_000,
} = {}) {
  const socket = new Duplex({ read: () => undefined, write: (_, __, done) => done() });
  const rawRequest = new IncomingMessage(socket as unknown as Socket);
  const rawResponse = new ServerResponse(rawRequest);
  rawResponse.assignSocket(socket as unknown as Socket);
  const log = new KeptLog();
  const lock = new Lock(isShared);
  const parts: WriteParts = {
    request: {
      route: { handlerName: 'Notes.put' },
      key: 'key',
      exchange: { isHandedOver },
    } as unknown as WriteRequest,
    answersItself,
    lock,
    rawRequest,
    rawResponse,
    patience,
    log,
    outcome: {
      inspect: () => undefined,
      failure: (thrown: unknown) => Promise.resolve(thrown),
    } as unknown as WriteOutcome,
  };
  const write = new GuardedWrite({} as VerifiedPrecondition, parts);
  return { write, lock, log, socket, response: rawResponse };
}

const failure = new Error('the handler failed');

describe('a guarded write lets go of its lock', () => {
  it('when the handler has run and the head of the answer is written', async () => {
    const { write, lock, response } = letThrough();
    await write.run(() => Promise.resolve());
    expect(lock.isReleased).toBe(false);
    response.writeHead(200);
    expect(lock.isReleased).toBe(true);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['with the first byte of the body', (response) => void response.write('x')],
    ['with an answer that has no body', (response) => void response.end()],
    ['by a flush', (response) => response.flushHeaders()],
  ])('when the head is written %s', (_, answer) => {
    const { write, lock, response } = letThrough();
    write.run(() => 'value');
    answer(response);
    expect(lock.isReleased).toBe(true);
  });

  it('when Nest is done with the route, whether the handler has run or not', () => {
    const { write, lock } = letThrough();
    expect(lock.isReleased).toBe(false);
    write.routeIsOver();
    expect(lock.isReleased).toBe(true);
  });

  it('not when the head is written and the handler has not run: it still may', () => {
    const { write, lock, response } = letThrough();
    response.writeHead(200);
    expect(lock.isReleased).toBe(false);
    write.routeIsOver();
    expect(lock.isReleased).toBe(true);
  });

  it('not before the last run is over, although it has been answered', async () => {
    const { write, lock, response } = letThrough();
    const work = gate();
    const run = write.run(() => work.opened);
    response.writeHead(408);
    write.routeIsOver();
    expect(lock.isReleased).toBe(false);
    work.open();
    await run;
    expect(lock.isReleased).toBe(true);
  });

  it('not between two runs', async () => {
    const { write, lock, response } = letThrough();
    await expect(write.run(() => Promise.reject(failure))).rejects.toBe(failure);
    expect([lock.isReleased, write.succeeded]).toEqual([false, false]);
    await write.run(() => Promise.resolve('value'));
    expect([lock.isReleased, write.succeeded]).toEqual([false, true]);
    response.writeHead(200);
    expect(lock.isReleased).toBe(true);
  });

  it('when the handler has failed and a filter has answered', async () => {
    const { write, lock, response } = letThrough();
    await expect(write.run(() => Promise.reject(failure))).rejects.toBe(failure);
    response.writeHead(500);
    expect(lock.isReleased).toBe(true);
  });

  it('when its Observable is unsubscribed', () => {
    const { write, lock, response } = letThrough();
    const subscription = (write.run(() => NEVER) as Observable<never>).subscribe();
    response.writeHead(408);
    write.routeIsOver();
    expect(lock.isReleased).toBe(false);
    subscription.unsubscribe();
    expect(lock.isReleased).toBe(true);
  });
});

describe('a handler that answers by itself', () => {
  it('is at work until it has, whatever Nest says', () => {
    const { write, lock, response } = letThrough({ answersItself: true, isHandedOver: false });
    write.run(() => undefined);
    write.routeIsOver();
    expect(lock.isReleased).toBe(false);
    response.writeHead(200);
    expect(lock.isReleased).toBe(true);
  });

  it('may have an interceptor around it, which is at work until Nest is done with the route', () => {
    const { write, lock, response } = letThrough({ answersItself: true, isHandedOver: false });
    write.run(() => response.end());
    response.emit('finish');
    expect(lock.isReleased).toBe(false);
    write.routeIsOver();
    expect(lock.isReleased).toBe(true);
  });

  it('is over when it fails', async () => {
    const { write, lock } = letThrough({ answersItself: true, isHandedOver: false });
    await expect(write.run(() => Promise.reject(failure))).rejects.toBe(failure);
    write.routeIsOver();
    expect(lock.isReleased).toBe(true);
  });
});

describe('when its response is over, and nothing tells whether the work is', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const PATIENCE = 1000;
  type Written = ReturnType<typeof letThrough>;

  it.each<[string, (written: Written) => void]>([
    ['the response closes', ({ response }) => void response.emit('close')],
    [
      'the socket closes below a response that is queued',
      ({ socket }) => void socket.emit('close'),
    ],
  ])('a guarded write keeps its lock for a while: %s', (_, close) => {
    const written = letThrough({ answersItself: true, isHandedOver: false, patience: PATIENCE });
    written.write.run(() => undefined);
    written.write.routeIsOver();
    close(written);
    jest.advanceTimersByTime(PATIENCE - 1);
    expect(written.lock.isReleased).toBe(false);
    jest.advanceTimersByTime(1);
    expect(written.lock.isReleased).toBe(true);
  });

  it('a handler that answers after its client has left keeps the lock until then', () => {
    const { write, lock, response } = letThrough({
      answersItself: true,
      isHandedOver: false,
      patience: PATIENCE,
    });
    write.run(() => undefined);
    write.routeIsOver();
    response.emit('close');
    expect(lock.isReleased).toBe(false);
    response.writeHead(200);
    expect(lock.isReleased).toBe(true);
  });

  it('a run whose promise is open keeps it for good', async () => {
    const { write, lock, response } = letThrough({ patience: PATIENCE });
    const work = gate();
    const run = write.run(() => work.opened);
    response.emit('close');
    jest.advanceTimersByTime(10 * PATIENCE);
    expect(lock.isReleased).toBe(false);
    work.open();
    await run;
    expect(lock.isReleased).toBe(true);
  });

  it('a stream that nobody reads on does not', () => {
    const { write, lock, response } = letThrough({ patience: PATIENCE });
    write.run(async function* () {
      await Promise.resolve();
      yield 1;
    });
    write.routeIsOver();
    response.emit('close');
    expect(lock.isReleased).toBe(false);
    jest.advanceTimersByTime(PATIENCE);
    expect(lock.isReleased).toBe(true);
  });

  it('leaves no timer behind where it has let go', async () => {
    const { write, response } = letThrough();
    await write.run(() => Promise.resolve());
    response.writeHead(200);
    response.emit('close');
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a run that would begin too late', () => {
  it('is refused, and logged with the name of the handler', async () => {
    const { write, log } = letThrough();
    write.routeIsOver();
    let isCalled = false;
    expect(() => write.run(() => (isCalled = true))).toThrow(InternalServerErrorException);
    expect(isCalled).toBe(false);
    expect(log.lines).toEqual([expect.stringContaining('Notes.put: a run of the handler would')]);
  });

  it('is refused when an Observable is subscribed after the answer', async () => {
    const { write, response } = letThrough();
    const observable = write.run(() => of('value')) as Observable<string>;
    response.writeHead(408);
    await expect(firstValueFrom(observable)).rejects.toThrow(InternalServerErrorException);
  });

  it('is refused when the lock is known to be lost', () => {
    const { write, lock } = letThrough({ isShared: true });
    lock.isLost = true;
    expect(() => write.run(() => 'value')).toThrow('The lock of this resource was lost');
  });
});

describe('a lock that other processes wait for', () => {
  it('is released before the head, once', async () => {
    const { write, lock, response } = letThrough({ isShared: true });
    await write.run(() => Promise.resolve());
    await write.finish();
    expect(lock.isReleased).toBe(true);
    lock.isReleased = false;
    response.writeHead(200);
    write.routeIsOver();
    expect(lock.isReleased).toBe(false);
  });

  it('makes a failure of the write when it was lost', async () => {
    const { write, lock } = letThrough({ isShared: true });
    await write.run(() => Promise.resolve());
    lock.isLost = true;
    await expect(write.finish()).rejects.toThrow('was lost while it was written');
  });

  it('makes a failure of the write, and a line in the log, when its release shows that it was lost', async () => {
    const { write, lock, log } = letThrough({ isShared: true });
    await write.run(() => Promise.resolve());
    lock.loss = new Error('The connection has ended');
    await expect(write.finish()).rejects.toThrow(InternalServerErrorException);
    expect(log.lines[0]).toMatch(
      /^Notes\.put: the lock of its resource was lost .*connection has ended$/,
    );
  });

  it('hangs up where a success is on its way and the lock is lost', async () => {
    const { write, lock, socket, response } = letThrough({ isShared: true, answersItself: true });
    write.run(() => undefined);
    lock.isLost = true;
    response.writeHead(200);
    expect(socket.destroyed).toBe(true);
  });

  it('does not hang up where a failure is on its way', () => {
    const { write, lock, socket, response } = letThrough({ isShared: true, answersItself: true });
    write.run(() => undefined);
    lock.isLost = true;
    response.writeHead(500);
    expect(socket.destroyed).toBe(false);
  });

  it('does not hang up when the release after a failure shows it, too', async () => {
    const { write, lock, socket, response } = letThrough({ isShared: true });
    await write.run(() => Promise.resolve());
    lock.isLost = true;
    lock.loss = new Error('The connection has ended');
    await expect(write.finish()).rejects.toThrow('was lost while it was written');
    response.writeHead(500);
    write.routeIsOver();
    await everythingElse();
    expect([lock.isReleased, socket.destroyed]).toEqual([true, false]);
  });

  it('hangs up where only the release after the head shows that it was lost', async () => {
    const { write, lock, socket, response } = letThrough({ isShared: true, answersItself: true });
    write.run(() => undefined);
    lock.loss = new Error('The connection has ended');
    response.writeHead(200);
    await everythingElse();
    expect(socket.destroyed).toBe(true);
  });

  it('is no concern of a lock in this process', async () => {
    const { write, lock } = letThrough();
    await write.run(() => Promise.resolve());
    await write.finish();
    expect(lock.isReleased).toBe(false);
  });
});
