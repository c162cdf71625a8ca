import type { ServerResponse } from 'node:http';

/**
 * Calls back when the head of a response is written: explicitly, with the first byte of the body, or flushed. Every way that
 * Node has leads through `writeHead()`, on HTTP/2 as well. Bytes that have left would be too late: pipelined responses wait
 * for one another.
 */
export function whenHeadIsWritten(response: ServerResponse, listener: () => void): void {
  const { writeHead } = response;
  response.writeHead = function (this: ServerResponse, ...given: never[]) {
    listener();
    return (writeHead as (...all: never[]) => ServerResponse).apply(this, given);
  } as ServerResponse['writeHead'];
}
