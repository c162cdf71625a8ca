import { ServerResponse } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** A class of responses that record what is set on them, and send nothing. */
export type UnsentClass = new (
  request: IncomingMessage,
  socket: ServerResponse['socket'],
) => ServerResponse;

/**
 * The class of the responses that stand in for others. They know the socket, because a GET may ask whose it is, and leave
 * it alone.
 *
 * It has the prototype of those others from the start: to give each object one of its own, or to make each response the
 * prototype of another, costs V8 more than all the rest of a write.
 *
 * @param responses the prototype.
 */
export function unsentClass(responses: object): UnsentClass {
  class UnsentResponse extends ServerResponse {
    constructor(request: IncomingMessage, socket: ServerResponse['socket']) {
      super(request);
      Object.assign(this, { socket });
    }

    override end(): this {
      return this;
    }

    override write(): boolean {
      return true;
    }

    override destroy(): this {
      return this;
    }

    override setTimeout(): this {
      return this;
    }

    override cork(): void {
      // The socket is not ours.
    }

    override uncork(): void {
      // The socket is not ours.
    }
  }
  Object.setPrototypeOf(UnsentResponse.prototype, responses);
  return UnsentResponse;
}

/** Sets the fields that a response begins with. */
export function setFields(response: ServerResponse, fields: OutgoingHttpHeaders): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) response.setHeader(name, value);
  }
}
