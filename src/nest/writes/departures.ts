import type { IncomingMessage } from 'node:http';
import type { EventEmitter } from 'node:events';

/** Something that ends when a client leaves: its socket, or its stream on HTTP/2. */
interface Line extends EventEmitter {
  readonly destroyed?: boolean;
}

/**
 * Notices clients that leave while their writes wait. A queued response of a pipeline never emits `close`, so the socket is
 * watched; with one listener, however many of its requests wait.
 */
export class Departures {
  private readonly waiting = new WeakMap<Line, Set<() => void>>();

  /** Whether the client has left already. */
  static hasLeft(request: IncomingMessage): boolean {
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

function lineOf(request: IncomingMessage): Line | undefined {
  const { stream, socket } = request as { stream?: Line; socket?: Line };
  return stream ?? socket;
}
