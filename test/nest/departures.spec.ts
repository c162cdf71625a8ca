import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { Departures } from '../../src/nest/writes/departures.js';

class Line extends EventEmitter {
  destroyed = false;
}

const requestOn = (line: Line): IncomingMessage => ({ socket: line }) as unknown as IncomingMessage;

describe('Departures', () => {
  it('tells everybody who waits on a socket, with one listener, when it closes', () => {
    const departures = new Departures();
    const line = new Line();
    const left: number[] = [];
    for (let index = 0; index < 100; index += 1) {
      departures.watch(requestOn(line), () => left.push(index));
    }
    expect(line.listenerCount('close')).toBe(1);
    expect(left).toEqual([]);
    line.emit('close');
    expect(left).toHaveLength(100);
  });

  it('does not tell whoever waits no more, and keeps its listener for the next', () => {
    const departures = new Departures();
    const line = new Line();
    const left: string[] = [];
    const stopWatching = departures.watch(requestOn(line), () => left.push('first'));
    stopWatching();
    departures.watch(requestOn(line), () => left.push('second'));
    expect(line.listenerCount('close')).toBe(1);
    line.emit('close');
    expect(left).toEqual(['second']);
  });

  it('keeps sockets apart', () => {
    const departures = new Departures();
    const [one, other] = [new Line(), new Line()];
    const left: string[] = [];
    departures.watch(requestOn(one), () => left.push('one'));
    departures.watch(requestOn(other), () => left.push('other'));
    other.emit('close');
    expect(left).toEqual(['other']);
  });

  it('takes the stream of a request for its line on HTTP/2, where many share a socket', () => {
    const departures = new Departures();
    const [stream, socket] = [new Line(), new Line()];
    const request = { stream, socket } as unknown as IncomingMessage;
    let hasLeft = false;
    departures.watch(request, () => {
      hasLeft = true;
    });
    socket.emit('close');
    expect(hasLeft).toBe(false);
    stream.emit('close');
    expect(hasLeft).toBe(true);
  });

  it('knows who has left already', () => {
    const line = new Line();
    expect(new Departures().hasLeft(requestOn(line))).toBe(false);
    line.destroyed = true;
    expect(new Departures().hasLeft(requestOn(line))).toBe(true);
  });

  it.each([
    ['without a line', {}],
    ['whose socket is none, as on AWS Lambda', { socket: { remoteAddress: '::1' } }],
  ])('leaves a request alone %s', (_, given) => {
    const request = given as unknown as IncomingMessage;
    expect(new Departures().hasLeft(request)).toBe(false);
    expect(() => new Departures().watch(request, () => undefined)()).not.toThrow();
  });
});
