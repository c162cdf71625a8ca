import type { ServerResponse } from 'node:http';

/**
 * Calls back when the head of a response is written: explicitly, with the first byte of the body, or flushed. Every way that
 * Node has leads through `writeHead()`, on HTTP/2 as well. Bytes that have left would be too late: pipelined responses wait
 * for one another.
 *
 * @param listener is given the status, which need not stand on the response yet.
 */
export function whenHeadIsWritten(
  response: ServerResponse,
  listener: (status: number) => void,
): void {
  const owner = response as unknown as { writeHead: (...given: unknown[]) => unknown };
  const { writeHead } = owner;
  owner.writeHead = function (this: ServerResponse, ...given) {
    const [status] = given;
    listener(typeof status === 'number' ? status : this.statusCode);
    return writeHead.apply(this, given);
  };
}
