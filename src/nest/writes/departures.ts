import type { IncomingMessage } from 'node:http';
import type { EventEmitter } from 'node:events';

/** Something that ends when a client leaves: its socket, or its stream on HTTP/2. */
interface Line extends EventEmitter {
  readonly destroyed?: boolean;
}

/**
 * Notices clients that leave. A queued response of a pipeline never emits `close`, so the socket is watched; with one listener,
 * however many of its requests are under way.
 */
export class Departures {
  private readonly waiting = new WeakMap<Line, Set<() => void>>();

  /** Whether the client has left already. */
  hasLeft(request: IncomingMessage): boolean {
    return lineOf(request)?.destroyed === true;
  }

  /**
   * Calls back when the client leaves.
   *
   * @returns calls it off.
   */
  watch(request: IncomingMessage, leave: () => void): () => void {
    const line = lineOf(request);
    if (line === undefined) return () => undefined;
    const waiting = this.waiting.get(line) ?? this.listenTo(line);
    waiting.add(leave);
    return () => void waiting.delete(leave);
  }

  private listenTo(line: Line): Set<() => void> {
    const waiting = new Set<() => void>();
    this.waiting.set(line, waiting);
    line.once('close', () => {
      this.waiting.delete(line);
      for (const leave of waiting) leave();
    });
    return waiting;
  }
}

/** One for all applications, and all that they wait for. */
export const departures = new Departures();

/** What stands in for a socket where there is none (AWS Lambda) never closes. */
function lineOf(request: IncomingMessage): Line | undefined {
  const { stream, socket } = request as { stream?: Line; socket?: Line };
  const line = stream ?? socket;
  return typeof line?.once === 'function' ? line : undefined;
}
